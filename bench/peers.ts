import { spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("peers/", import.meta.url));

/** Installs the other schedulers with the versions of their lock file, if they are not there. */
export function installPeers(): void {
  if (existsSync(join(folder, "node_modules", "bullmq"))) return;
  const args = [
    "ci",
    "--prefix",
    folder,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel",
    "error",
  ];
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("The other schedulers could not be installed: npm ci failed.");
}

/** A Node.js that the newest of them run on: this one, or the npm package's; null if there is none. */
export function findNode(): string | null {
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  const packaged = join(folder, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  return existsSync(packaged) ? packaged : null;
}

/** The version that was measured. */
export function versionOf(name: string): string {
  const file = join(folder, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

export interface Peer extends AsyncDisposable {
  /** The next line that it prints; throws if it ends instead. */
  nextLine(): Promise<string>;
}

/** Runs one of the programs in `peers/`. */
export function startPeer(node: string, program: string, ...args: string[]): Peer {
  const child = spawn(node, [join(folder, program), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async nextLine() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${program} ended.`);
      return value;
    },
    [Symbol.asyncDispose]: () => endOf(child),
  };
}

async function endOf(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

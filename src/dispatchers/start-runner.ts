import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { messageOf } from "../core/errors.js";
import type { RunnerExit } from "./dispatcher.js";

export type RunnerProcess = ChildProcessByStdio<null, null, Readable>;

/** What is started: an absolute path to `belfry`, or to its JavaScript file, and how. */
export interface RunnerStart {
  binaryPath: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Options of Node.js, for a script. */
  nodeOptions?: readonly string[];
}

const scripts = new Set([".js", ".mjs", ".cjs"]);

/** Starts `belfry` as a process of this host, in a session of its own. An error says what would be right. */
export async function startRunner(start: RunnerStart, signal?: AbortSignal): Promise<RunnerProcess> {
  try {
    return await spawnRunner(start, signal);
  } catch (error) {
    throw new Error(whyNotStarted(start.binaryPath, error), { cause: error });
  }
}

async function spawnRunner(
  { binaryPath, args, env, cwd, nodeOptions = [] }: RunnerStart,
  signal: AbortSignal | undefined,
): Promise<RunnerProcess> {
  const isScript = scripts.has(extname(binaryPath));
  await access(binaryPath, isScript ? constants.R_OK : constants.X_OK);
  signal?.throwIfAborted();
  const [file, ...rest] = isScript ? [process.execPath, ...nodeOptions, binaryPath] : [binaryPath];
  const runner = spawn(file, [...rest, ...args], {
    env,
    ...(cwd !== undefined && { cwd }),
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await once(runner, "spawn");
  return runner;
}

function whyNotStarted(binaryPath: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === "ENOENT")
    return `The runner "${binaryPath}" does not exist. Build Belfry, or correct its path.`;
  if (code === "EACCES") return `The runner "${binaryPath}" may not be executed (permission denied).`;
  return `The runner "${binaryPath}" was not started: ${messageOf(error)}`;
}

/** How many bytes of a runner's last words are kept. */
const lastWordsBytes = 4096;

/** Watches a runner without keeping this process alive for it. */
export function exitOf(runner: RunnerProcess): Promise<RunnerExit> {
  let lastWords = Buffer.alloc(0);
  runner.stderr.on("data", (bytes: Buffer) => {
    lastWords = Buffer.concat([lastWords, bytes]).subarray(-lastWordsBytes);
  });
  runner.stderr.on("error", () => undefined); // What it said before counts.
  unref(runner);
  return new Promise((resolve) => {
    runner.once("close", (code, signal) => resolve({ code, signal, message: lastWords.toString().trim() }));
  });
}

function unref(runner: RunnerProcess): void {
  runner.unref();
  (runner.stderr as Readable & { unref(): void }).unref(); // A pipe of a child process is a socket.
}

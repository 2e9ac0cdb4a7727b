import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getuid, platform } from "node:process";

/** What the address of a socket may be long, less what a host appends to it while it gives it its name. */
const longestPath = 90;

/**
 * Where the runner host of a data directory listens: at `socket` if that is given, else in the directory. A path that is too
 * long for a socket is replaced by one in a folder of the user below the system's temporary one.
 */
export function runnerSocketPath({ socket, dataDir }: { socket: string | null; dataDir: string }): string {
  const wanted = resolve(socket ?? join(dataDir, "runner.sock"));
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  if (platform === "win32") return `\\\\.\\pipe\\belfry-${name}`;
  return Buffer.byteLength(wanted) <= longestPath ? wanted : join(userFolder(), `${name}.sock`);
}

function userFolder(): string {
  return join(tmpdir(), `belfry-${getuid?.() ?? 0}`);
}

/** Makes the user's folder if a path lies in it. Throws if it is somebody else's, or others may enter it. */
export function checkSocketFolder(path: string): void {
  const folder = userFolder();
  if (!path.startsWith(join(folder, "/"))) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== getuid?.() || (stat.mode & 0o077) !== 0) {
    throw new Error(
      `${folder} has to be a folder that only its user may enter. Remove it, or name another socket.`,
    );
  }
}

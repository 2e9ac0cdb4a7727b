import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname } from "node:path";
import { platform } from "node:process";

/** How often a socket file that nobody answers at is replaced before that is given up. */
const mostTries = 5;

/** The address that a server listens at. */
export interface OwnAddress {
  /** By which its file is known again; null where there are none. */
  inode: number | null;
}

/**
 * Listens at the path, for the owner only, and replaces a socket file that nobody answers at. Null if another host answers
 * there, which goes on. The file is for the caller to remove: Node.js removes what it made by name, though by then the
 * name may be another host's. Its number is taken before it gets its name: from then on anybody may remove it.
 */
export async function listenAlone(server: Server, path: string): Promise<OwnAddress | null> {
  if (platform === "win32") return (await listens(server, path)) ? { inode: inodeOf(path) } : null;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true });
  try {
    await listens(server, draft);
    chmodSync(draft, 0o600);
    const inode = inodeOf(draft);
    return (await giveName(draft, path)) ? { inode } : null;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The number of the file at a path, by which a socket's owner knows it again; null if there is none. */
export function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

async function giveName(draft: string, path: string): Promise<boolean> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (isNowAt(draft, path)) return true;
    const before = inodeOf(path);
    if (await answers(path)) return false;
    if (inodeOf(path) === before) rmSync(path, { force: true });
  }
  throw new Error(`Nobody answers at ${path}, and it cannot be replaced.`);
}

/** Of two hosts that try this at once, one does it. */
function isNowAt(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" || inodeOf(path) !== null) return false;
    renameSync(draft, path); // Not every file system knows a second name for a socket.
  }
  return true;
}

/** Whether the path was free. The file never has more rights than it shall have. */
function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error);
    server.once("error", failed);
    const before = process.umask(0o177);
    server.listen(path, () => {
      server.off("error", failed);
      resolve(true);
    });
    process.umask(before);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => (isNobody(error) ? resolve(false) : reject(error)));
  });
}

/** Whether an attempt to connect has failed because nobody listens there. */
export function isNobody(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["ECONNREFUSED", "ECONNRESET", "ENOENT", "ENOTSOCK", "EPIPE"].includes(code);
}

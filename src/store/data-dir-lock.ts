import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BelfryError, messageOf } from "../core/errors.js";

interface Owner {
  pid: number;
  host: string;
  startedAt: string;
  /** Tells a process from a later one with the same pid; null where the system does not say. */
  process: string | null;
}

/**
 * Takes the data directory for this process, making it (readable by its owner only) if it is not there.
 * Throws `data_dir_in_use`, naming the process that has it, and `data_dir_unusable`. A lock whose process is gone is
 * taken over, by one process even if several try at once.
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  const folder = resolve(dataDir);
  const me = describeThisProcess();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await take(join(folder, "belfry.lock"), me, folder);
  } catch (error) {
    throw error instanceof BelfryError ? error : unusable(folder, error);
  }
  return { release: () => release(join(folder, "belfry.lock"), me) };
}

/** Makes the lock file, or replaces a dead owner's under a lock of its own: of two takers the second would else remove the first one's. */
async function take(path: string, me: Owner, folder: string): Promise<void> {
  for (;;) {
    if (await tryCreate(path, me)) return;
    const owner = await readOwner(path);
    if (owner === "gone") continue;
    if (owner !== "illegible" && isRunning(owner)) throw inUse(folder, path, owner);
    await removeStale(path, owner, me, folder);
  }
}

async function removeStale(path: string, stale: Owner | "illegible", me: Owner, folder: string): Promise<void> {
  const guard = `${path}.takeover`;
  await take(guard, me, folder);
  try {
    const now = await readOwner(path);
    if (JSON.stringify(now) === JSON.stringify(stale)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Whether the lock file was not there and now is, with `me` in it. */
async function tryCreate(path: string, me: Owner): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify(me)}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Who is in the lock file. One that stays empty is left from a process that died, or a machine that did. */
async function readOwner(path: string): Promise<Owner | "gone" | "illegible"> {
  for (let tries = 0; tries < 20; tries++) {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (text === null) return "gone";
    const owner = parseOwner(text);
    if (owner !== null) return owner;
    await sleep(25); // its maker may be about to write
  }
  return "illegible";
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.pid === "number" && typeof owner.host === "string" ? (owner as Owner) : null;
  } catch {
    return null;
  }
}

async function release(path: string, me: Owner): Promise<void> {
  const owner = await readOwner(path);
  if (JSON.stringify(owner) === JSON.stringify(me)) await rm(path, { force: true });
}

function describeThisProcess(): Owner {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  return { pid: process.pid, host: hostname(), startedAt, process: identityOf(process.pid) };
}

/** A process of another host cannot be asked, so it counts as running. */
function isRunning(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const identity = identityOf(owner.pid);
  return identity !== "zombie" && (identity === null || owner.process === null || identity === owner.process);
}

/** The boot and the tick of it at which the process began, from /proc (field 22 of proc(5)'s stat); null without it. */
function identityOf(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may have blanks
    return fields[0] === "Z" ? "zombie" : `${boot}:${fields[19]}`;
  } catch {
    return null;
  }
}

function inUse(folder: string, path: string, owner: Owner): BelfryError {
  const elsewhere = owner.host === hostname() ? "" : ` on host ${owner.host}`;
  const remedy = elsewhere === "" ? "Stop it, or use" : `Stop it (if it is gone, remove ${path}), or use`;
  return new BelfryError(
    "data_dir_in_use",
    `The data directory ${folder} is in use by process ${owner.pid}${elsewhere} (since ${owner.startedAt}). ` +
      `${remedy} another data directory.`,
  );
}

function unusable(folder: string, cause: unknown): BelfryError {
  const message = `The data directory ${folder} cannot be used: ${messageOf(cause)}`;
  return new BelfryError("data_dir_unusable", message, { cause });
}

import { statSync, writeFileSync } from "node:fs";
import { readFile, rm, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, isWithinSight, type LockOwner } from "./lock-owner.js";

/** The holder of a lock touches it this often, for those who cannot look its process up. */
const touchEveryMs = 10_000;
/** After which such a lock counts as abandoned. */
export const abandonedAfterMs = 60_000;

/** The lock is held by a process that runs, or may run for all that can be seen from here. */
export class LockHeldError extends Error {
  readonly owner: LockOwner;

  constructor(owner: LockOwner) {
    super(`held by process ${owner.pid} on ${owner.host}`);
    this.owner = owner;
  }
}

/**
 * Makes the lock file at `path` with `me` in it, or takes over a dead owner's; answers what lets go of it.
 * Throws `LockHeldError`. Of several processes that try at once, one succeeds.
 */
export async function holdLockFile(path: string, me: LockOwner): Promise<() => Promise<void>> {
  await take(path, me);
  const touching = setInterval(() => void touch(path), touchEveryMs).unref();
  return async () => {
    clearInterval(touching);
    if (same(await readOwner(path), me)) await rm(path, { force: true });
  };
}

function touch(path: string): Promise<void> {
  const now = new Date();
  return utimes(path, now, now).catch(() => {}); // the next touch may succeed
}

async function take(path: string, me: LockOwner): Promise<void> {
  while (!tryCreate(path, me)) {
    const owner = await readOwner(path);
    if (owner === "gone") continue;
    if (owner !== "illegible" && isHeld(path, owner)) throw new LockHeldError(owner);
    await removeStale(path, owner, me);
  }
}

/** Under a lock of its own: else the second of two that found it stale would remove what the first put in its place. */
async function removeStale(path: string, stale: LockOwner | "illegible", me: LockOwner): Promise<void> {
  const guard = `${path}.takeover`;
  await take(guard, me);
  try {
    if (same(await readOwner(path), stale)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Whether the lock file was not there and now is. At a stroke, so that nobody finds it empty for longer than a blink. */
function tryCreate(path: string, me: LockOwner): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(me)}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isHeld(path: string, owner: LockOwner): boolean {
  if (isWithinSight(owner)) return isRunning(owner);
  const touchedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - touchedAt < abandonedAfterMs;
}

/** Who is in the lock file. What stays illegible is left from a process that died, or a machine that did. */
async function readOwner(path: string): Promise<LockOwner | "gone" | "illegible"> {
  for (let tries = 0; tries < 20; tries++) {
    const owner = await readOwnerOnce(path);
    if (owner !== "illegible") return owner;
    await sleep(25);
  }
  return "illegible";
}

async function readOwnerOnce(path: string): Promise<LockOwner | "gone" | "illegible"> {
  try {
    const owner = JSON.parse(await readFile(path, "utf8")) as Partial<LockOwner> | null;
    return typeof owner?.pid === "number" && typeof owner.host === "string"
      ? (owner as LockOwner)
      : "illegible";
  } catch (error) {
    if (error instanceof SyntaxError) return "illegible";
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    throw error;
  }
}

function same(a: LockOwner | string, b: LockOwner | string): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

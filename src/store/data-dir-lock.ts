import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { BelfryError, messageOf } from "../core/errors.js";
import { abandonedAfterMs, holdLockFile, LockHeldError } from "./lock-file.js";
import { isWithinSight, thisProcess, type LockOwner } from "./lock-owner.js";

/**
 * Takes the data directory for this process, making it (for its owner only) if it is not there; answers what gives it
 * back. Throws `data_dir_in_use`, naming the process that has it, and `data_dir_unusable`. A lock whose process is
 * gone is taken over.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const folder = resolve(dataDir);
  const path = join(folder, "belfry.lock");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await holdLockFile(path, thisProcess());
  } catch (error) {
    throw error instanceof LockHeldError ? inUse(folder, path, error.owner) : unusable(folder, error);
  }
}

function inUse(folder: string, path: string, owner: LockOwner): BelfryError {
  const elsewhere = owner.host === hostname() ? "" : ` on host ${owner.host}`;
  const remedy = isWithinSight(owner)
    ? "Stop it"
    : `Stop it (if it is gone already, wait ${abandonedAfterMs / 1000} seconds or remove ${path})`;
  return new BelfryError(
    "data_dir_in_use",
    `The data directory ${folder} is in use by process ${owner.pid}${elsewhere}, which runs since ${owner.startedAt}. ` +
      `${remedy}, or use another data directory.`,
  );
}

function unusable(folder: string, cause: unknown): BelfryError {
  const message = `The data directory ${folder} cannot be used: ${messageOf(cause)}`;
  return new BelfryError("data_dir_unusable", message, { cause });
}

import { formatBytes } from "../core/bytes.js";
import type { Queryable } from "../store/database.js";
import { tryLockPruning } from "../store/prune.js";
import { measureOutput, type PieceKey, stripOutput, type StrippedOutput } from "../store/prune-output.js";
import { inTransaction } from "../store/transaction.js";
import { type Deps, instantOf } from "./deps.js";

/** How far a walk over all output has come, from the newest to the oldest; it may take several passes. */
export interface OutputWalk {
  /** The oldest piece that has been measured; null: none yet. */
  before: PieceKey | null;
  /** How many bytes have been. */
  bytes: number;
  /** Up to this run there is no output left to remove. */
  floor: string;
}

export function startOfWalk(): OutputWalk {
  return { before: null, bytes: 0, floor: "0" };
}

/**
 * Measures some of the output, and answers the run with which it becomes more than `limit`: that one and all before it
 * are to lose theirs. Null if it has not become so; `isOver` says whether all has been measured.
 */
export async function takeStep(
  db: Queryable,
  walk: OutputWalk,
  limit: number,
): Promise<{ over: string | null; isOver: boolean }> {
  const { bytes, over, last } = await measureOutput(db, { ...walk, limit });
  const isOver = over !== null || last === null;
  walk.before = isOver ? null : last;
  walk.bytes = isOver ? 0 : bytes;
  return { over, isOver };
}

/** A way through the output that is to go, in batches. Those that are under way, or locked, keep theirs for now. */
export interface Stripping {
  after: PieceKey;
  upTo: string;
  limit: number;
  /** The first run that kept its output though it was in the way. */
  held: string | null;
}

export function startStripping({ floor }: OutputWalk, upTo: string, limit: number): Stripping {
  return { after: { runId: floor, attempt: maxInteger, seq: maxInteger }, upTo, limit, held: null };
}

const maxInteger = 2_147_483_647;

/** Removes some of the output; null if another server is pruning. `last` says whether there may be more. */
export async function stripSome(
  deps: Pick<Deps, "pool" | "clock">,
  stripping: Stripping,
): Promise<StrippedOutput | null> {
  const { after, upTo, limit } = stripping;
  const why = `to keep all output within ${formatBytes(limit)}.`;
  const at = instantOf(deps);
  const stripped = await inTransaction(deps.pool, async (session) => {
    if (!(await tryLockPruning(session))) return null;
    return stripOutput(session, { after, upTo, why, at });
  });
  if (stripped === null) return null;
  stripping.held ??= stripped.held;
  stripping.after = stripped.last ?? after;
  return stripped;
}

/** After all is done: below the first run that kept its output, the next walk need not look. */
export function raiseFloor(walk: OutputWalk, { upTo, held }: Stripping): void {
  walk.floor = held === null ? upTo : String(BigInt(held) - 1n);
}

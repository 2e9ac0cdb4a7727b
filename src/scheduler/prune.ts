import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../core/errors.js";
import { deleteAuditEntries } from "../store/audit-log.js";
import { deleteBackfills, deleteRuns, type Keep, lockRunsToPrune, tryLockPruning } from "../store/prune.js";
import { deleteOldKeys } from "../store/idempotency.js";
import { inTransaction } from "../store/transaction.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";
import {
  type OutputWalk,
  raiseFloor,
  startOfWalk,
  startStripping,
  stripSome,
  takeStep,
} from "./prune-output.js";

/** How much history is kept. A schedule's own `keepSec` and `keepRuns` go before. */
export interface PruneLimits extends Keep {
  /** So much output of all runs together, in bytes; that of the oldest runs goes first. Null: any amount. */
  keepOutputBytes: number | null;
  /** How long the audit log's entries are kept, 30 days at least. Absent: for ever. */
  keepAuditMs?: number;
}

/** What was removed. */
export interface Pruned {
  runs: number;
  events: number;
  /** Pieces of output, with their runs or without. */
  logs: number;
  /** Runs that have lost their output, and nothing else. */
  outputs: number;
  backfills: number;
  /** Entries of the audit log. */
  auditEntries: number;
}

type PruneDeps = Pick<Deps, "pool" | "clock" | "log">;

/**
 * Prunes, beside the loop, about once a minute for as long as the signal lives, a small batch at a time. Of several servers
 * one at a time does. A pass that fails is logged, and the next one tries again. `everyMs` is for tests.
 */
export async function keepPruned(
  deps: PruneDeps,
  limits: PruneLimits,
  signal: AbortSignal,
  { everyMs = 60_000 }: { everyMs?: number } = {},
): Promise<void> {
  const place = startOfPass();
  while (!signal.aborted) {
    await passAndTell(deps, limits, { place, looks: 40, signal });
    // Servers that were started together part company.
    await sleep(everyMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
  }
}

/**
 * Removes all that need not be kept, and answers how much that was: ended runs that are too old or too many, with their
 * events and output; output beyond the limit; ended backfills without runs; and old entries of the audit log. If another server is pruning, it leaves
 * the rest to it.
 */
export async function pruneOnce(deps: PruneDeps, limits: PruneLimits): Promise<Pruned> {
  const pruned = nothing();
  await pass(deps, limits, { place: startOfPass(), looks: Infinity, pruned });
  tell(deps, pruned);
  return pruned;
}

/** Where a pass leaves off: the next one goes on from there. */
interface Place {
  /** The last schedule that was looked at. */
  schedule: string;
  walk: OutputWalk;
}

function startOfPass(): Place {
  return { schedule: "0", walk: startOfWalk() };
}

function nothing(): Pruned {
  return { runs: 0, events: 0, logs: 0, outputs: 0, backfills: 0, auditEntries: 0 };
}

interface Pass {
  place: Place;
  /** How often it looks for something to remove at most, and finds nothing: some hundred schedules each, or output. */
  looks: number;
  /** Where it notes what it has removed. */
  pruned: Pruned;
  /** Given, it rests between two batches, until this aborts. */
  signal?: AbortSignal;
}

async function passAndTell(deps: PruneDeps, limits: PruneLimits, plan: Omit<Pass, "pruned">): Promise<void> {
  const pruned = nothing();
  try {
    await pass(deps, limits, { ...plan, pruned });
  } catch (error) {
    (deps.log ?? stderrLog).error({ error: messageOf(error) }, "prune.failed");
  }
  tell(deps, pruned);
}

function tell({ log }: PruneDeps, pruned: Pruned): void {
  if (Object.values(pruned).some((count) => count > 0)) (log ?? stderrLog).info(pruned, "runs.pruned");
}

async function pass(deps: PruneDeps, limits: PruneLimits, plan: Pass): Promise<void> {
  if (!(await pruneRuns(deps, limits, plan))) return;
  if (!(await pruneBackfills(deps, limits, plan))) return;
  if (limits.keepAuditMs !== undefined) await pruneAuditLog(deps, limits.keepAuditMs, plan);
  await deleteOldKeys(deps.pool, instantOf(deps));
  if (limits.keepOutputBytes !== null) await pruneOutput(deps, limits.keepOutputBytes, plan);
}

/** Says false if another server is pruning. */
async function pruneRuns(deps: PruneDeps, keep: Keep, plan: Pass): Promise<boolean> {
  for (let look = 0; look < plan.looks && !plan.signal?.aborted; look += 1) {
    const isMine = await pruneSlice(deps, keep, plan);
    if (!isMine) return false;
    if (plan.place.schedule === "0") return true;
  }
  return true;
}

/** Removes what need not be kept of some schedules, and moves on to the next ones; behind the last, to the first. */
async function pruneSlice(deps: PruneDeps, keep: Keep, plan: Pass): Promise<boolean> {
  const { place, pruned } = plan;
  while (!plan.signal?.aborted) {
    const beganAt = performance.now();
    const batch = await pruneBatch(deps, keep, place.schedule);
    if (batch === null) return false;
    pruned.runs += batch.runs;
    pruned.events += batch.events;
    pruned.logs += batch.logs;
    if (!batch.more) {
      place.schedule = batch.next ?? "0";
      return true;
    }
    await rest(plan, beganAt);
  }
  return true;
}

/** Null: another server is pruning. */
function pruneBatch(deps: PruneDeps, keep: Keep, after: string) {
  const at = instantOf(deps);
  return inTransaction(deps.pool, async (session) => {
    if (!(await tryLockPruning(session))) return null;
    const { runIds, next, more } = await lockRunsToPrune(session, { ...keep, after, at });
    if (runIds.length === 0) return { runs: 0, events: 0, logs: 0, next, more };
    const removed = await deleteRuns(session, runIds);
    return { ...removed, next, more: more || removed.runs < runIds.length };
  });
}

async function pruneBackfills(deps: PruneDeps, { keepMs }: Keep, { pruned }: Pass): Promise<boolean> {
  const at = instantOf(deps);
  const count = await inTransaction(deps.pool, async (session) => {
    return (await tryLockPruning(session)) ? deleteBackfills(session, { keepMs, at }) : null;
  });
  pruned.backfills += count ?? 0;
  return count !== null;
}

/** So many entries of the audit log go in one transaction at most. */
const entriesAtOnce = 1000;

async function pruneAuditLog(deps: PruneDeps, keepMs: number, plan: Pass): Promise<void> {
  const at = instantOf(deps);
  while (!plan.signal?.aborted) {
    const beganAt = performance.now();
    const count = await inTransaction(deps.pool, async (session) => {
      if (!(await tryLockPruning(session))) return 0;
      return deleteAuditEntries(session, { keepMs, limit: entriesAtOnce, at });
    });
    plan.pruned.auditEntries += count;
    if (count < entriesAtOnce) return;
    await rest(plan, beganAt);
  }
}

async function pruneOutput(deps: PruneDeps, limit: number, plan: Pass): Promise<void> {
  const { walk } = plan.place;
  for (let look = 0; look < plan.looks && !plan.signal?.aborted; look += 1) {
    const { over, isOver } = await takeStep(deps.pool, walk, limit);
    if (over !== null) return strip(deps, limit, over, plan);
    if (isOver) return;
  }
}

async function strip(deps: PruneDeps, limit: number, upTo: string, plan: Pass): Promise<void> {
  const { place, pruned } = plan;
  const stripping = startStripping(place.walk, upTo, limit);
  while (!plan.signal?.aborted) {
    const beganAt = performance.now();
    const stripped = await stripSome(deps, stripping);
    if (stripped === null) return;
    pruned.outputs += stripped.outputs;
    pruned.logs += stripped.logs;
    if (stripped.last === null) return raiseFloor(place.walk, stripping);
    await rest(plan, beganAt);
  }
}

/** For as long as the batch took, so that others have at least as much of the database; at least 20 ms. */
async function rest({ signal }: Pass, beganAt: number): Promise<void> {
  if (signal === undefined) return;
  const tookMs = performance.now() - beganAt;
  await sleep(Math.max(20, tookMs), undefined, { signal }).catch(() => {});
}

import { decide, type OverlapPolicy } from "../decide.js";
import type { FireTimes } from "../fires/fire-times.js";
import type { RunStatus, SkipReason } from "../run.js";

/** The row that a fire has. */
export interface FireRecord {
  fireMs: number;
  runId: string;
  status: RunStatus;
  attempt: number;
  skipReason: SkipReason | null;
}

/** Whether a backfill takes a row up and runs it: it was skipped, and nothing of it was ever begun. */
export function canTakeUp({ status, attempt }: Pick<FireRecord, "status" | "attempt">): boolean {
  return status === "skipped" && attempt === 0;
}

/** A fire whose turn has come in a backfill. */
export interface BackfillFire {
  fireMs: number;
  /** If it was deferred, the oldest of the times that it stands for, and how many they are; else itself, and 1. */
  coversFromMs: number;
  coversCount: number;
  /** The skipped row that is taken up; null: it gets a new one. */
  takesUp: string | null;
  /** Null: it is run, or waits for its turn. */
  skipReason: "overlap" | null;
}

export interface BackfillStep {
  fires: BackfillFire[];
  /** All fires until here are settled, those included that were left alone; null: none is. */
  settledMs: number | null;
  /** How many more runs there is room for. */
  room: number;
}

/**
 * What becomes of the next fires of a backfill, the oldest first, until there is no room for another run. A fire that has
 * a row is left alone, unless it was only skipped. Under `skip` a fire that meets other runs of its schedule is skipped.
 */
export function stepBackfill(
  live: FireTimes,
  next: { fires: readonly number[]; records: ReadonlyMap<number, FireRecord> },
  { room, overlap, activeCount }: { room: number; overlap: OverlapPolicy; activeCount: number },
): BackfillStep {
  const step: BackfillStep = { fires: [], settledMs: null, room };
  for (const fireMs of next.fires) {
    if (step.room <= 0) break;
    step.settledMs = fireMs;
    const record = next.records.get(fireMs);
    if (record !== undefined && !canTakeUp(record)) continue;
    const skipReason = decide(overlap, activeCount) === "skip" ? "overlap" : null;
    step.fires.push({ ...coveredBy(live, fireMs), takesUp: record?.runId ?? null, skipReason });
    if (skipReason === null) step.room -= 1;
  }
  return step;
}

function coveredBy(live: FireTimes, fireMs: number) {
  const coversCount = live.count(fireMs - 1, fireMs);
  return {
    fireMs,
    coversFromMs: coversCount > 1 ? live.nominalOf(fireMs) : fireMs,
    coversCount: Math.max(1, coversCount),
  };
}

import { type FireTimes, lastFire } from "../fires/fire-times.js";
import { BlackedOutFires } from "../fires/live-fires.js";
import type { SkipReason } from "../run.js";
import type { ReadyTiming } from "../fires/timing.js";

/** A skipped row that stands for several fires. In milliseconds. */
export interface SkippedRange {
  coversFromMs: number;
  /** The newest of them, whose row it is. */
  fireMs: number;
  skipReason: SkipReason;
}

/** Fires for which one row stands: at the newest of them. */
export interface Remainder {
  fireMs: number;
  coversFromMs: number;
  coversCount: number;
}

/**
 * What a skipped row still stands for once its own fire is run: the older fires that have no row of their own
 * (`ownMs` are those that have, in order). Null: none is left.
 */
export function remainderOf(
  timing: ReadyTiming,
  range: SkippedRange,
  ownMs: readonly number[],
): Remainder | null {
  const times = timesOf(timing, range.skipReason);
  let rest: Remainder | null = null;
  let afterMs = range.coversFromMs - 1;
  for (const beforeMs of [...ownMs, range.fireMs]) {
    const count = times.count(afterMs, beforeMs - 1);
    if (count > 0) rest = joined(rest, times, { afterMs, untilMs: beforeMs - 1, count });
    afterMs = beforeMs;
  }
  return rest;
}

function joined(
  rest: Remainder | null,
  times: FireTimes,
  { afterMs, untilMs, count }: { afterMs: number; untilMs: number; count: number },
): Remainder {
  return {
    fireMs: lastFire(times, afterMs, untilMs),
    coversFromMs: rest?.coversFromMs ?? times.nominalOf(times.after(afterMs)),
    coversCount: (rest?.coversCount ?? 0) + count,
  };
}

/** The fires among which those are that a row with this reason stands for. */
function timesOf({ fires, live, skipping }: ReadyTiming, reason: SkipReason): FireTimes {
  if (reason === "blackout") return skipping === null ? fires : new BlackedOutFires(fires, skipping);
  return reason === "late" || reason === "catch_up_limit" || reason === "overlap" ? live : fires;
}

import { type FireTimes, lastFire } from "../fires/fire-times.js";
import { IntervalFires } from "../fires/interval-fires.js";
import { BlackedOutFires } from "../fires/live-fires.js";
import type { SkipReason } from "../run.js";
import type { ReadyTiming } from "../fires/timing.js";

/** A skipped row that stands for several fires. In milliseconds. */
export interface SkippedRange {
  coversFromMs: number;
  /** The newest of them, whose row it is. */
  fireMs: number;
  coversCount: number;
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
  const named = timesOf(timing, range.skipReason);
  const times = agrees(named, range, ownMs.length) ? named : evenlySpaced(range);
  let rest: Remainder | null = null;
  let afterMs = range.coversFromMs - 1;
  for (const beforeMs of [...ownMs, range.fireMs]) {
    const count = times.count(afterMs, beforeMs - 1);
    if (count > 0) rest = joined(rest, times, { afterMs, untilMs: beforeMs - 1, count });
    afterMs = beforeMs;
  }
  return rest;
}

/** Whether a row can be about these times: it counts those at most that have a row of their own too. */
function agrees(times: FireTimes, { coversFromMs, fireMs, coversCount }: SkippedRange, own: number): boolean {
  const count = times.count(coversFromMs - 1, fireMs);
  return coversCount <= count && coversCount >= count - own;
}

/** After an edit it is not known any more at which times the fires of a row came, only how many they were. */
function evenlySpaced({ coversFromMs, fireMs, coversCount }: SkippedRange): FireTimes {
  return new IntervalFires(Math.ceil((fireMs - coversFromMs) / (coversCount - 1)), coversFromMs);
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

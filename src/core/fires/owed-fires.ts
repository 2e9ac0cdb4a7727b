import { FiresFrom, type FireTimes, lastFire } from "./fire-times.js";
import { BlackedOutFires, LiveFires } from "./live-fires.js";
import type { CatchUpPolicy, ReadyTiming, Timing } from "./timing.js";

/** Why a missed fire is not run. */
export type GivenUp = "late" | "catch_up_limit" | "blackout";

/** One or more fires that get one row: at the newest of them, which stands for all. In milliseconds. */
export interface OwedFire {
  readonly fireMs: number;
  readonly coversFromMs: number;
  readonly coversCount: number;
  /** Null: it is to be run. */
  readonly givenUp: GivenUp | null;
  /** Whether it comes more than a minute late, or stands for fires before it. */
  readonly caughtUp: boolean;
}

export interface CatchUp {
  readonly policy: CatchUpPolicy;
  /** What is later is given up; null: no limit, and a minute if the policy is `none`. */
  readonly windowMs: number | null;
}

/** The part of a timing that says what becomes of missed fires. */
export function catchUpOf({ catchUp, catchUpWindowSec }: Timing): CatchUp {
  return { policy: catchUp, windowMs: catchUpWindowSec === null ? null : catchUpWindowSec * 1000 };
}

/** A fire that comes no later than this is punctual. */
const punctualMs = 60_000;

/** The policy `all` runs at most so many missed fires, the newest. */
export const mostCaughtUp = 100;

/**
 * What a schedule owes at `nowMs` that has been accounted for until before `fromMs` (which is owed even if the timing does
 * not name it, and not after now): rows in the order of their fires, each fire in exactly one. Years of missed fires
 * of each second cost no more than a few dozen questions for a next fire.
 */
export function owedFires(
  timing: ReadyTiming,
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
  catchUp: CatchUp,
): OwedFire[] {
  const punctual = onlyOnTime(timing, { fromMs, nowMs }, catchUp);
  if (punctual !== null) return [punctual];
  const fires = new FiresFrom(timing.fires, fromMs);
  const rows: (OwedFire | null)[] = [];
  let live: FireTimes = fires;
  if (timing.skipping !== null) {
    live = new LiveFires(fires, timing.skipping, nowMs);
    const blackedOut = new BlackedOutFires(fires, timing.skipping, nowMs);
    rows.push(rowOf(blackedOut, fromMs - 1, nowMs, { givenUp: "blackout", nowMs }));
  }
  rows.push(...liveRows(live, { fromMs, nowMs }, catchUp));
  return rows.filter((row) => row !== null).toSorted((a, b) => a.fireMs - b.fireMs);
}

/** The one fire that is owed, if it comes on time: what nearly every question is about, in two looks for a next fire. */
function onlyOnTime(
  { fires, skipping }: ReadyTiming,
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
  { windowMs }: CatchUp,
): OwedFire | null {
  if (skipping !== null || nowMs - fromMs > Math.min(punctualMs, windowMs ?? punctualMs)) return null;
  if (fires.after(fromMs) <= nowMs || fires.nominalOf(fromMs) !== fromMs) return null;
  return { fireMs: fromMs, coversFromMs: fromMs, coversCount: 1, givenUp: null, caughtUp: false };
}

/** One row for all the fires from `fromMs` (which counts whether it is named or not) until `nowMs`; null if there is none. */
export function missedFires(timing: ReadyTiming, fromMs: number, nowMs: number): OwedFire | null {
  return rowOf(new FiresFrom(timing.fires, fromMs), fromMs - 1, nowMs, { givenUp: null, nowMs });
}

function liveRows(
  live: FireTimes,
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
  { policy, windowMs }: CatchUp,
): (OwedFire | null)[] {
  const limitMs = windowMs ?? (policy === "none" ? punctualMs : Infinity);
  const beforeMs = Math.max(fromMs, nowMs - limitMs) - 1;
  const runsAfterMs = firstToRun(live, beforeMs, nowMs, policy) - 1;
  const limited = policy === "all" ? "catch_up_limit" : "late";
  return [
    rowOf(live, fromMs - 1, beforeMs, { givenUp: "late", nowMs }),
    rowOf(live, beforeMs, runsAfterMs, { givenUp: limited, nowMs }),
    ...(policy === "all"
      ? eachRow(live, runsAfterMs, nowMs)
      : [rowOf(live, runsAfterMs, nowMs, { givenUp: null, nowMs })]),
  ];
}

/** Which of the fires after one instant and until another is the oldest that a run stands for. */
function firstToRun(live: FireTimes, afterMs: number, nowMs: number, policy: CatchUpPolicy): number {
  if (policy === "latest") return afterMs + 1;
  let first = lastFire(live, afterMs, nowMs);
  const atMost = policy === "none" ? 1 : mostCaughtUp;
  for (let runs = 1; runs < atMost; runs += 1) {
    const before = lastFire(live, afterMs, first - 1);
    if (Number.isNaN(before)) return first;
    first = before;
  }
  return Number.isNaN(first) ? nowMs + 1 : first;
}

function eachRow(live: FireTimes, afterMs: number, nowMs: number): OwedFire[] {
  const rows: OwedFire[] = [];
  for (let fireMs = live.after(afterMs); fireMs <= nowMs; fireMs = live.after(fireMs)) {
    rows.push(rowOf(live, fireMs - 1, fireMs, { givenUp: null, nowMs })!);
  }
  return rows;
}

/** The row for the fires after one instant and until another, or null if there are none. */
function rowOf(
  fires: FireTimes,
  afterMs: number,
  untilMs: number,
  { givenUp, nowMs }: { givenUp: GivenUp | null; nowMs: number },
): OwedFire | null {
  const fireMs = lastFire(fires, afterMs, untilMs);
  if (Number.isNaN(fireMs)) return null;
  const firstMs = fires.after(afterMs);
  return {
    fireMs,
    coversFromMs: fires.nominalOf(firstMs),
    coversCount: fires.count(afterMs, fireMs),
    givenUp,
    caughtUp: firstMs !== fireMs || nowMs - fireMs > punctualMs,
  };
}

import { earliestSec, latestSec } from "./calendar.js";
import { countSlotsOfAny } from "../fires/count-slots.js";
import type { CronSpec } from "../cron/cron.js";
import type { DstRule } from "./dst-rule.js";
import { nextSlot } from "./wall-clock.js";
import type { Segment, Zone } from "./zone.js";

/**
 * An instant at which the clocks of a zone jump ahead (gap) or go back (fold). Wall-clock times are counted in seconds
 * from 1970-01-01 00:00:00 on the wall clock.
 */
export interface ClockChange {
  readonly kind: "gap" | "fold";
  readonly atMs: number;
  /** The offset from UTC before and after, in seconds. */
  readonly beforeSec: number;
  readonly afterSec: number;
  /** The wall-clock times from `localStart` on and before `localEnd` are left out by a gap, and come twice in a fold. */
  readonly localStart: number;
  readonly localEnd: number;
}

/**
 * What becomes of touched times. `moved`: they fire once, at the end of the gap; `first`, `last`, `both`: which of the
 * two times of a fold; `elapsed`: the expression covers all 24 hours, so that nothing moves and nothing is held back.
 */
export type TouchedOutcome = "moved" | "skipped" | "first" | "last" | "both" | "elapsed";

/** The wall-clock times of a schedule that a clock change leaves out or shows twice, with one outcome. */
export interface TouchedTimes {
  readonly outcome: TouchedOutcome;
  readonly count: number;
  /** The earliest of them, three at most. */
  readonly times: readonly number[];
  /** The instant at which moved times fire; null for the others. */
  readonly movedToMs: number | null;
  /** Whether the schedule names that instant's own time too, so that one fire stands for all. */
  readonly joined: boolean;
}

/** What a clock change does to a schedule. */
export interface ClockEffect {
  readonly timeZone: string;
  readonly change: ClockChange;
  /** Those of expressions that name hours, then those that follow elapsed time; at least one of the two. */
  readonly touched: readonly TouchedTimes[];
}

const mostTimes = 3;

/** The clock changes from an instant on and before another, in milliseconds, in order. */
export function clockChanges(zone: Zone, fromMs: number, toMs: number): ClockChange[] {
  const from = Math.max(Math.ceil(fromMs / 1000), earliestSec);
  const to = Math.min(Math.ceil(toMs / 1000), latestSec);
  if (!(from < to)) return [];
  zone.segmentAt(from);
  zone.coverUntil(to);
  return zone.segments.flatMap((segment, index) => {
    if (segment.startSec < from || segment.startSec >= to) return [];
    const change = changeBetween(zone.segments[index - 1]!, segment);
    return change.localStart < change.localEnd ? [change] : [];
  });
}

function changeBetween(before: Segment, after: Segment): ClockChange {
  const ahead = after.offsetSec > before.offsetSec;
  return {
    kind: ahead ? "gap" : "fold",
    atMs: after.startSec * 1000,
    beforeSec: before.offsetSec,
    afterSec: after.offsetSec,
    localStart: ahead ? after.shownBefore : after.localStart,
    localEnd: ahead ? after.localStart : before.localEnd,
  };
}

/** What a clock change does to a schedule's expressions under a rule, or null if it touches none of their times. */
export function effectOn(
  specs: readonly CronSpec[],
  zone: Zone,
  dst: DstRule,
  change: ClockChange,
): ClockEffect | null {
  const outcome = outcomeOf(change, dst);
  const joined = outcome === "moved" && nextOf(specs, change.localEnd) === change.localEnd;
  const fixed = specs.filter(({ everyHour }) => !everyHour);
  const floating = specs.filter(({ everyHour }) => everyHour);
  const touched = [
    { outcome, ...timesWithin(fixed, change), movedToMs: outcome === "moved" ? change.atMs : null, joined },
    { outcome: "elapsed" as const, ...timesWithin(floating, change), movedToMs: null, joined: false },
  ].filter(({ count }) => count > 0);
  return touched.length === 0 ? null : { timeZone: zone.name, change, touched };
}

function outcomeOf({ kind }: ClockChange, { gap, fold }: DstRule): TouchedOutcome {
  if (kind === "fold") return fold;
  return gap === "skip" ? "skipped" : "moved";
}

function timesWithin(
  specs: readonly CronSpec[],
  { localStart, localEnd }: ClockChange,
): Pick<TouchedTimes, "count" | "times"> {
  const times: number[] = [];
  for (let from = localStart; times.length < mostTimes; from = times.at(-1)! + 1) {
    const slot = nextOf(specs, from);
    if (slot >= localEnd) break;
    times.push(slot);
  }
  return { times, count: countSlotsOfAny(specs.map((spec) => ({ spec, range: [localStart, localEnd] }))) };
}

/** The first wall-clock time at or after `from` that one of the expressions names, or Infinity. */
function nextOf(specs: readonly CronSpec[], from: number): number {
  return Math.min(...specs.map((spec) => nextSlot(spec, from)));
}

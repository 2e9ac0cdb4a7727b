import { type ClockChange, clockChangesOf, clockWith, wallClockOf } from "./clock-changes.js";
import { type Walk, walkThrough } from "./expected-fires.js";

/** A stretch of time around a clock change, and the zones whose clocks are alike all through it. */
export interface Window {
  readonly change: ClockChange;
  /** All changes within the walk. */
  readonly changes: readonly ClockChange[];
  readonly zones: readonly string[];
}

export interface Years {
  readonly from: number;
  readonly to: number;
  /** The shortest time between two changes that cancel each other and are found all the same, in days. */
  readonly strideDays: number;
}

/** How a window is walked: how far before and after the change, and how much of that on both sides is not compared. */
export interface Reach {
  readonly beforeSec: number;
  readonly afterSec: number;
  readonly marginSec: number;
  readonly stepSec: number;
}

/** From an instant to before another, in seconds. */
export type Stretch = readonly [fromSec: number, toSec: number];

const daySec = 86_400;

/** By minutes, from a day before the change to two days after. No clock was moved by more than the margin. */
export const minuteReach: Reach = {
  beforeSec: 2 * daySec,
  afterSec: 3 * daySec,
  marginSec: daySec,
  stepSec: 60,
};

/** By seconds, from three quarters of an hour before a change to as long after, and what the clock is moved by on top. */
export function secondReach({ beforeSec, afterSec }: ClockChange): Reach {
  const marginSec = Math.abs(afterSec - beforeSec) + 60;
  return { beforeSec: 2700 + marginSec, afterSec: 2700 + marginSec, marginSec, stepSec: 1 };
}

/** The clock changes of each zone from the beginning of one year to the end of another, as Intl shows them. */
export function changesByZone(zones: readonly string[], { from, to, strideDays }: Years) {
  const [fromSec, toSec] = [Date.UTC(from, 0, 1) / 1000, Date.UTC(to + 1, 0, 1) / 1000];
  return new Map(
    zones.map((zone) => [zone, clockChangesOf(wallClockOf(zone), fromSec, toSec, strideDays * daySec)]),
  );
}

/** The window around each change, once for all zones that cannot be told apart there. */
export function windowsAround(zones: ReadonlyMap<string, readonly ClockChange[]>): Window[] {
  const windows = new Map<string, Window & { zones: string[] }>();
  for (const [zone, all] of zones) {
    for (const change of all) {
      const changes = all.filter(({ atSec }) => Math.abs(atSec - change.atSec) <= 4 * daySec);
      const key = JSON.stringify([change.atSec, changes]);
      const known = windows.get(key);
      if (known === undefined) windows.set(key, { change, changes, zones: [zone] });
      else known.zones.push(zone);
    }
  }
  return [...windows.values()];
}

/** The walk through a window by its table of changes. */
export function walkOf({ change, changes }: Window, { beforeSec, afterSec, stepSec }: Reach): Walk {
  return walkThrough(clockWith(changes), change.atSec - beforeSec, change.atSec + afterSec, stepSec);
}

/** The part of a window whose fires do not depend on what lies beyond it. */
export function comparedPart({ change }: Window, { beforeSec, afterSec, marginSec }: Reach): Stretch {
  return [change.atSec - beforeSec + marginSec, change.atSec + afterSec - marginSec];
}

/** The hours of a part in which the change is, for what fires very often. */
export function innerPart({ change: { atSec } }: Window, [fromSec, toSec]: Stretch): Stretch {
  return [Math.max(fromSec, atSec - 6 * 3600), Math.min(toSec, atSec + 6 * 3600)];
}

import type { DstRule } from "../../../src/core/clock/dst-rule.js";
import type { WallClock } from "./clock-changes.js";
import type { CronByHand } from "./cron-by-hand.js";

/** What a wall clock shows at each step of a stretch of time, and where it goes on after what it leaves out. */
export interface Walk {
  readonly fromSec: number;
  readonly stepSec: number;
  /** What is shown at each step, in seconds since 1970-01-01 00:00:00 on the wall clock. */
  readonly shown: Float64Array;
  readonly minuteOfDay: Uint16Array;
  /** Of each time from the earliest shown on, the first and the last step at which it is shown; -1: never. */
  readonly firstStep: Int32Array;
  readonly lastStep: Int32Array;
  readonly earliest: number;
}

/** The fires of one expression within a walk, in seconds since 1970, for each of the things that one may choose. */
export interface ExpectedFires {
  readonly first: number[];
  readonly last: number[];
  readonly both: number[];
  readonly afterGaps: number[];
  readonly everyHour: boolean;
}

const daySec = 86_400;

/** Looks at the clock at each step of a stretch, whose start must be a whole number of steps on the wall clock too. */
export function walkThrough(clock: WallClock, fromSec: number, toSec: number, stepSec: number): Walk {
  const shown = new Float64Array((toSec - fromSec) / stepSec);
  const minuteOfDay = new Uint16Array(shown.length);
  let [earliest, latest] = [Infinity, -Infinity];
  for (let step = 0; step < shown.length; step += 1) {
    const time = clock(fromSec + step * stepSec);
    shown[step] = time;
    minuteOfDay[step] = Math.floor((time - Math.floor(time / daySec) * daySec) / 60);
    if (time < earliest) earliest = time;
    if (time > latest) latest = time;
  }
  const firstStep = new Int32Array((latest - earliest) / stepSec + 1).fill(-1);
  const lastStep = new Int32Array(firstStep.length).fill(-1);
  for (let step = 0; step < shown.length; step += 1) {
    const time = (shown[step]! - earliest) / stepSec;
    if (firstStep[time] === -1) firstStep[time] = step;
    lastStep[time] = step;
  }
  return { fromSec, stepSec, shown, minuteOfDay, firstStep, lastStep, earliest };
}

/** Goes through the times of a walk one by one, those that the clock leaves out too, and reads off the fires. */
export function expectedFires(cron: CronByHand, walk: Walk): ExpectedFires {
  const { fromSec, stepSec, shown, firstStep, lastStep, earliest } = walk;
  const fires: ExpectedFires = { first: [], last: [], both: [], afterGaps: [], everyHour: cron.everyHour };
  const isNamed = timeTest(cron);
  for (let step = 0; step < shown.length; step += 1) {
    if (cron.minutesOfDay[walk.minuteOfDay[step]!] === 0 || !isNamed(shown[step]!)) continue;
    const time = (shown[step]! - earliest) / stepSec;
    const atSec = fromSec + step * stepSec;
    fires.both.push(atSec);
    if (firstStep[time] === step) fires.first.push(atSec);
    if (lastStep[time] === step) fires.last.push(atSec);
  }
  let after = 0;
  for (let time = firstStep.indexOf(-1); time !== -1; time = firstStep.indexOf(-1, time + 1)) {
    const leftOut = earliest + time * stepSec;
    while (shown[after]! <= leftOut) after += 1;
    if (isNamed(leftOut)) fires.afterGaps.push(fromSec + after * stepSec);
  }
  return fires;
}

/** Whether a wall-clock time is named. It remembers the day it was asked for last. */
function timeTest({ minutesOfDay, seconds, namesDay }: CronByHand): (time: number) => boolean {
  let midnight = NaN;
  let isNamedDay = false;
  return (time) => {
    if (!(time >= midnight && time < midnight + daySec)) {
      midnight = Math.floor(time / daySec) * daySec;
      isNamedDay = namesDay(midnight * 1000);
    }
    const timeOfDay = time - midnight;
    return isNamedDay && minutesOfDay[Math.floor(timeOfDay / 60)] === 1 && seconds[timeOfDay % 60] === 1;
  };
}

/** The fires from one instant on and before another, in milliseconds, under one rule. */
export function firesWithin(
  fires: ExpectedFires,
  rule: DstRule,
  [fromSec, toSec]: readonly [number, number],
): number[] {
  const { gap, fold } = fires.everyHour ? ({ gap: "skip", fold: "both" } as const) : rule;
  const all = gap === "skip" ? fires[fold] : [...new Set([...fires[fold], ...fires.afterGaps])];
  const within = all.filter((atSec) => atSec >= fromSec && atSec < toSec);
  return within.toSorted((a, b) => a - b).map((atSec) => atSec * 1000);
}

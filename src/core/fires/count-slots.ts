import { countBits, isIn } from "../bit-set.js";
import { calendarEndSec, daySec } from "../clock/calendar.js";
import type { CronSpec } from "../cron/cron.js";
import { countSlots } from "../clock/wall-clock.js";

/** An expression, and the wall-clock times that count for it: from the first, and before the second. */
export interface CountedSlots {
  spec: CronSpec;
  range: [number, number];
}

/** How many wall-clock times at least one of the expressions names within its range; see `countSlots`. */
export function countSlotsOfAny(counted: readonly CountedSlots[]): number {
  const edges = [...new Set(counted.flatMap(({ range }) => range))].toSorted((a, b) => a - b);
  let count = 0;
  for (let index = 1; index < edges.length; index += 1) {
    const from = edges[index - 1]!;
    const to = edges[index]!;
    const specs = counted.filter(({ range }) => range[0] <= from && to <= range[1]).map(({ spec }) => spec);
    count += countUnion(specs, from, Math.min(to, calendarEndSec));
  }
  return count;
}

function countUnion(specs: readonly CronSpec[], from: number, to: number): number {
  if (specs.length === 0 || from >= to) return 0;
  if (specs.length === 1) return countSlots(specs[0]!, from, to);
  const firstDay = Math.floor(from / daySec);
  const lastDay = Math.floor((to - 1) / daySec);
  // Days on which the same expressions fire have the same times.
  const wholeDays = new Map<string, number>();
  let count = 0;
  for (let day = firstDay; day <= lastDay; day += 1) {
    const named = specs.filter((spec) => namesDay(spec, day));
    const [start, end] = [Math.max(from - day * daySec, 0), Math.min(to - day * daySec, daySec)];
    if (start > 0 || end < daySec) count += countTimes(named, start, end);
    else count += remembered(wholeDays, specs, named);
  }
  return count;
}

function remembered(
  wholeDays: Map<string, number>,
  specs: readonly CronSpec[],
  named: readonly CronSpec[],
): number {
  const key = specs.map((spec) => (named.includes(spec) ? "1" : "0")).join("");
  const known = wholeDays.get(key);
  if (known !== undefined) return known;
  const count = countTimes(named, 0, daySec);
  wholeDays.set(key, count);
  return count;
}

function namesDay(spec: CronSpec, day: number): boolean {
  return countSlots(spec, day * daySec, (day + 1) * daySec) > 0;
}

/** How many times of day, in seconds from `from` on and before `to`, at least one expression names on a day of all of them. */
function countTimes(specs: readonly CronSpec[], from: number, to: number): number {
  let count = 0;
  for (let minute = Math.floor(from / 60); minute * 60 < to; minute += 1) {
    const hour = Math.floor(minute / 60);
    const at = minute - hour * 60;
    let low = 0;
    let high = 0;
    for (const spec of specs) {
      if (!isIn(spec.hours, hour) || !isIn(spec.minutes, at)) continue;
      low |= spec.seconds.low;
      high |= spec.seconds.high;
    }
    count += countSeconds(low, high, Math.max(from - minute * 60, 0), Math.min(to - minute * 60, 60));
  }
  return count;
}

/** How many of a minute's seconds are set, from `from` on and before `to`. */
function countSeconds(low: number, high: number, from: number, to: number): number {
  if (from === 0 && to === 60) return countBits(low) + countBits(high);
  let count = 0;
  for (let second = from; second < to; second += 1) if (isIn({ low, high }, second)) count += 1;
  return count;
}

import { earliestSec, latestSec } from "../clock/calendar.js";
import { countSlotsOfAny } from "./count-slots.js";
import type { CronSpec } from "../cron/cron.js";
import {
  type DstRule,
  endOfCounted,
  firstCounted,
  onceADay,
  ruleFor,
  takesFiresOfGap,
} from "../clock/dst-rule.js";
import { countSlots, nextSlot } from "../clock/wall-clock.js";
import type { Segment, Zone } from "../clock/zone.js";

/** The instants after one and until another (this one included), in milliseconds, and the rule for clock changes. */
export interface CountedRange {
  afterMs: number;
  untilMs: number;
  dst?: DstRule;
}

/**
 * How many fires there are after one instant and until another (this one included), in milliseconds. It counts by
 * months and times of day and walks nothing but the clock changes between, so years of seconds cost microseconds.
 */
export function countFires(
  spec: CronSpec,
  zone: Zone,
  afterMs: number,
  untilMs: number,
  dst: DstRule = onceADay,
): number {
  const rule = ruleFor(spec, dst);
  return sumOverSegments(zone, { afterMs, untilMs }, (segment, from, end) => {
    const shown = countSlots(spec, ...countedRange(segment, rule, from, end));
    return segment.startSec >= from && firesForGapOnly(spec, segment, rule) ? shown + 1 : shown;
  });
}

/** `countFires` for several expressions: an instant that two of them name counts once. It walks the days between. */
export function countFiresOfAny(
  specs: readonly CronSpec[],
  zone: Zone,
  { afterMs, untilMs, dst = onceADay }: CountedRange,
): number {
  const rules = specs.map((spec) => ruleFor(spec, dst));
  return sumOverSegments(zone, { afterMs, untilMs }, (segment, from, end) => {
    const ranges = specs.map((spec, index) => ({
      spec,
      range: countedRange(segment, rules[index]!, from, end),
    }));
    const gapOnly =
      segment.startSec >= from &&
      specs.some((spec, index) => firesForGapOnly(spec, segment, rules[index]!)) &&
      !ranges.some(({ spec, range }) => isSlotWithin(spec, segment.localStart, range));
    return countSlotsOfAny(ranges) + (gapOnly ? 1 : 0);
  });
}

function sumOverSegments(
  zone: Zone,
  { afterMs, untilMs }: CountedRange,
  countWithin: (segment: Segment, from: number, end: number) => number,
): number {
  const from = Math.max(Math.floor(afterMs / 1000), earliestSec) + 1;
  const end = Math.min(Math.floor(untilMs / 1000), latestSec) + 1;
  if (!(from < end)) return 0;
  const first = zone.segmentAt(from);
  zone.coverUntil(end);
  const last = zone.segmentAt(end - 1);
  let count = 0;
  for (let index = first; index <= last; index += 1) count += countWithin(zone.segments[index]!, from, end);
  return count;
}

/** The wall-clock times of a segment that count, from the instant `from` on and before the instant `end`, in seconds. */
function countedRange(segment: Segment, rule: DstRule, from: number, end: number): [number, number] {
  const start = Math.max(firstCounted(segment, rule), from + segment.offsetSec);
  return [start, Math.min(endOfCounted(segment, rule), end + segment.offsetSec)];
}

function isSlotWithin(spec: CronSpec, slot: number, [from, to]: [number, number]): boolean {
  return from <= slot && slot < to && nextSlot(spec, slot) === slot;
}

/** Whether the segment's first instant is a fire because of the gap before it, and not by its own wall-clock time. */
function firesForGapOnly(spec: CronSpec, segment: Segment, rule: DstRule): boolean {
  if (!takesFiresOfGap(segment, rule)) return false;
  const inGap = nextSlot(spec, segment.shownBefore) < segment.localStart;
  return inGap && nextSlot(spec, segment.localStart) !== segment.localStart;
}

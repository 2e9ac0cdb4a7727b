import { earliestSec, latestSec } from "./calendar.js";
import type { CronSpec } from "./cron.js";
import { type DstRule, endOfCounted, firstCounted, onceADay, ruleFor, takesFiresOfGap } from "./dst-rule.js";
import { countSlots, nextSlot } from "./wall-clock.js";
import type { Segment, Zone } from "./zone.js";

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
  const from = Math.max(Math.floor(afterMs / 1000), earliestSec) + 1;
  const end = Math.min(Math.floor(untilMs / 1000), latestSec) + 1;
  if (!(from < end)) return 0;
  const rule = ruleFor(spec, dst);
  const first = zone.segmentAt(from);
  zone.coverUntil(end);
  const last = zone.segmentAt(end - 1);
  let count = 0;
  for (let index = first; index <= last; index += 1) {
    count += countWithin(spec, zone.segments[index]!, rule, from, end);
  }
  return count;
}

/** The fires of one segment from the instant `from` on and before the instant `end`, in seconds. */
function countWithin(spec: CronSpec, segment: Segment, rule: DstRule, from: number, end: number): number {
  const start = Math.max(firstCounted(segment, rule), from + segment.offsetSec);
  const shown = countSlots(spec, start, Math.min(endOfCounted(segment, rule), end + segment.offsetSec));
  return segment.startSec >= from && firesForGapOnly(spec, segment, rule) ? shown + 1 : shown;
}

/** Whether the segment's first instant is a fire because of the gap before it, and not by its own wall-clock time. */
function firesForGapOnly(spec: CronSpec, segment: Segment, rule: DstRule): boolean {
  if (!takesFiresOfGap(segment, rule)) return false;
  const inGap = nextSlot(spec, segment.shownBefore) < segment.localStart;
  return inGap && nextSlot(spec, segment.localStart) !== segment.localStart;
}

import { earliestSec, latestSec } from "../clock/calendar.js";
import { type CronSpec, cronsOf } from "../cron/cron.js";
import {
  type DstRule,
  endOfCounted,
  firstCounted,
  onceADay,
  ruleFor,
  takesFiresOfGap,
} from "../clock/dst-rule.js";
import { BelfryError } from "../errors.js";
import { nextSlot } from "../clock/wall-clock.js";
import { type Segment, type Zone, zoneOf } from "../clock/zone.js";

/** What `nextFire` may be told beside the expression and the zone. */
export interface NextFireOptions {
  /** What becomes of times that the clocks leave out or show twice; without a word of it, each happens once a day. */
  dst?: Partial<DstRule>;
  /** The schedule's name, which an `H` in the expression needs. */
  name?: string;
}

/**
 * The first instant strictly after `base` at which the expression fires in the zone, or null if never again. Several
 * expressions may be given, one a line: then it is the first of theirs.
 *
 * Every wall-clock time that the expression names happens exactly once a day: one that a clock change leaves out, at the
 * first instant after the gap (several in one gap are one fire); one that comes twice, the first time. `dst` may say
 * otherwise. An expression whose hour field covers all 24 hours follows elapsed time instead: both times, and nothing is moved.
 *
 * The calendar is 1900 to 2199 on the zone's wall clock. Throws `invalid_cron`, `invalid_timezone`, or
 * `invalid_request` for an invalid `base`.
 */
export function nextFire(
  expression: string,
  timeZone: string,
  base: Date,
  options?: NextFireOptions,
): Date | null {
  const baseMs = base.getTime();
  if (Number.isNaN(baseMs)) throw invalidBase();
  const zone = zoneOf(timeZone);
  const dst = options?.dst === undefined ? onceADay : { ...onceADay, ...options.dst };
  let firstMs = Infinity;
  for (const spec of cronsOf(expression, options?.name)) {
    const fireMs = nextFireMs(spec, zone, baseMs, dst);
    if (fireMs < firstMs) firstMs = fireMs;
  }
  return firstMs === Infinity ? null : new Date(firstMs);
}

/** `nextFire` in numbers: milliseconds since 1970, and NaN for never. */
export function nextFireMs(spec: CronSpec, zone: Zone, baseMs: number, dst: DstRule = onceADay): number {
  const baseSec = Math.max(Math.floor(baseMs / 1000), earliestSec);
  if (!(baseSec < latestSec)) return NaN;
  const rule = ruleFor(spec, dst);
  const index = zone.segmentAt(baseSec);
  const segment = zone.segments[index]!;
  const from = Math.max(baseSec + 1 + segment.offsetSec, firstCounted(segment, rule));
  return 1000 * walkSegments(spec, zone, rule, index, from);
}

/** The first fire in the segment `index` from the wall-clock time `from` on, or in a later segment, or NaN. */
function walkSegments(spec: CronSpec, zone: Zone, rule: DstRule, index: number, from: number): number {
  let slot = nextSlot(spec, from);
  for (let at = index, slotsFrom = from; slot !== Infinity; at += 1) {
    zone.coverUntil(slot);
    const segment = zone.segments[at]!;
    if (slot < endOfCounted(segment, rule)) return slot - segment.offsetSec;
    const next = zone.segments[at + 1]!;
    if (firesAtStart(spec, next, rule, slot)) return next.startSec;
    const counted = firstCounted(next, rule);
    if (counted < slotsFrom || counted > slot) slot = nextSlot(spec, counted);
    slotsFrom = counted;
  }
  return NaN;
}

/** Whether a slot of the gap before the segment has moved to its start. `slot` is the next one, unless it is before the gap. */
function firesAtStart(spec: CronSpec, segment: Segment, rule: DstRule, slot: number): boolean {
  if (!takesFiresOfGap(segment, rule)) return false;
  const inGap = slot >= segment.shownBefore ? slot : nextSlot(spec, segment.shownBefore);
  return inGap < segment.localStart;
}

function invalidBase(): BelfryError {
  return new BelfryError(
    "invalid_request",
    "The base of the next fire is an invalid Date. Give a valid instant.",
  );
}

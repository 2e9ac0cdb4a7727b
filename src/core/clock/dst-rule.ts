import type { CronSpec } from "../cron/cron.js";
import type { Segment } from "./zone.js";

export const dstGaps = ["next-valid", "skip"] as const;
export const dstFolds = ["first", "last", "both"] as const;

/** What becomes of the wall-clock times that a clock change leaves out (gap) or shows twice (fold). */
export interface DstRule {
  /** `next-valid`: all fires of a gap become one, at the first instant after it. */
  readonly gap: (typeof dstGaps)[number];
  readonly fold: (typeof dstFolds)[number];
}

/** Each wall-clock time happens once a day, whatever the clocks do. */
export const onceADay: DstRule = { gap: "next-valid", fold: "first" };

/** What the wall clock shows is what happens, as in robfig/cron. */
const asShown: DstRule = { gap: "skip", fold: "both" };

/** An expression whose hour field covers all 24 hours follows elapsed time, whatever was chosen. */
export function ruleFor(spec: CronSpec, chosen: DstRule): DstRule {
  return spec.everyHour ? asShown : chosen;
}

/** The first wall-clock time of a segment that counts: with `first`, later than all shown before. */
export function firstCounted(segment: Segment, { fold }: DstRule): number {
  return fold === "first" && segment.shownBefore > segment.localStart
    ? segment.shownBefore
    : segment.localStart;
}

/** The end of the wall-clock times of a segment that count: with `last`, before all shown afterwards. */
export function endOfCounted(segment: Segment, { fold }: DstRule): number {
  return fold === "last" && segment.shownAfter < segment.localEnd ? segment.shownAfter : segment.localEnd;
}

/** Whether wall-clock times are left out just before a segment, and their fires move to its start. */
export function takesFiresOfGap(segment: Segment, { gap }: DstRule): boolean {
  return gap === "next-valid" && segment.shownBefore < segment.localStart;
}

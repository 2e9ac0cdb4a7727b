import { countBelow } from "../bit-set.js";
import { daySec } from "../clock/calendar.js";
import { clockChanges, type ClockChange, type ClockEffect, effectOn } from "../clock/clock-changes.js";
import { consequence } from "../clock/clock-change-words.js";
import type { CronSpec } from "../cron/cron.js";
import type { DstRule } from "../clock/dst-rule.js";
import { dateWords } from "../clock/wall-clock-words.js";
import type { Zone } from "../clock/zone.js";

const soonMs = 400 * daySec * 1000;
const farMs = 3650 * daySec * 1000;
const mostShown = 3;

/** Midnight by itself, in a zone where clock changes have left midnight out since 1970, or will within ten years. */
export function midnightWords(spec: CronSpec, zone: Zone, nowMs: number): string | null {
  if (spec.everyHour || spec.firstTime !== 0 || countBelow(spec.minutes, 60) > 1) return null;
  const gaps = clockChanges(zone, 0, nowMs + farMs).filter(leavesOutMidnight);
  const gap = gaps.find(({ atMs }) => atMs >= nowMs) ?? gaps.at(-1);
  if (gap === undefined) return null;
  const when = `${gap.atMs >= nowMs ? "next" : "last"} on ${dateWords(gap.localStart)}`;
  return `Clock changes of ${zone.name} leave out midnight, ${when}. Choose another time, such as 04:17.`;
}

function leavesOutMidnight({ kind, localStart, localEnd }: ClockChange): boolean {
  return kind === "gap" && Math.ceil(localStart / daySec) * daySec < localEnd;
}

/** The clock changes of the next 400 days that leave out times of the schedule or show them twice. */
export function clockChangeWords(
  specs: readonly CronSpec[],
  zone: Zone,
  dst: DstRule,
  nowMs: number,
): string | null {
  const fixed = specs.filter(({ everyHour }) => !everyHour);
  const effects = clockChanges(zone, nowMs, nowMs + soonMs).flatMap((change) => {
    return effectOn(fixed, zone, dst, change) ?? [];
  });
  if (effects.length === 0) return null;
  const told = effects.slice(0, mostShown).map((effect) => `${onDate(effect)}: ${consequence(effect)}.`);
  const right = "Choose times that no clock change touches, or the zone UTC.";
  return `Clock changes of ${zone.name} touch its times. ${told.join(" ")} ${right}`;
}

function onDate({ change }: ClockEffect): string {
  return dateWords(change.atMs / 1000 + change.beforeSec);
}

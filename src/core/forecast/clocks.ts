import { type ClockChange, clockChanges, effectOn } from "../clock/clock-changes.js";
import { consequence } from "../clock/clock-change-words.js";
import { cronsOf } from "../cron/cron.js";
import type { ForecastSpan } from "./fires.js";
import type { NamedTiming } from "../fires/timing.js";
import { zoneOf } from "../clock/zone.js";

/** A clock change of a zone, and the schedules whose times it touches. */
export interface ForecastClockChange {
  readonly timeZone: string;
  readonly kind: ClockChange["kind"];
  readonly atMs: number;
  /** What becomes of their times, without a full stop. */
  readonly schedules: { readonly name: string; readonly words: string }[];
}

/** The clock changes of a span that touch schedules, in order. What follows elapsed time is not touched. */
export function touchingClockChanges(
  schedules: readonly NamedTiming[],
  { fromMs, toMs }: ForecastSpan,
): ForecastClockChange[] {
  const found = new Map<string, ForecastClockChange>();
  for (const { name, cron, timezone, dst } of schedules) {
    if (cron === null) continue;
    const zone = zoneOf(timezone);
    const fixed = cronsOf(cron, name).filter(({ everyHour }) => !everyHour);
    for (const change of clockChanges(zone, fromMs, toMs)) {
      const effect = effectOn(fixed, zone, dst, change);
      if (effect === null) continue;
      const { kind, atMs } = change;
      const key = `${timezone} ${atMs}`;
      const known = found.get(key) ?? { timeZone: timezone, kind, atMs, schedules: [] };
      known.schedules.push({ name, words: consequence(effect) });
      found.set(key, known);
    }
  }
  return [...found.values()].toSorted((a, b) => a.atMs - b.atMs);
}

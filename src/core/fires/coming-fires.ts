import type { Blackouts } from "../blackout/blackouts.js";
import { clockChanges, effectOn, type ClockEffect } from "../clock/clock-changes.js";
import { consequence } from "../clock/clock-change-words.js";
import { type CronSpec, cronsOf } from "../cron/cron.js";
import { CronFires, UnionFires } from "./cron-fires.js";
import { type DstRule, onceADay } from "../clock/dst-rule.js";
import type { FireTimes } from "./fire-times.js";
import { type NamedTiming, readyTiming } from "./timing.js";
import { type Zone, zoneOf } from "../clock/zone.js";

/** When something fires, and what may befall its fires. */
export interface Times {
  fires: FireTimes;
  /** Its cron expressions, if it has any. */
  specs: readonly CronSpec[];
  zone: Zone;
  dst: DstRule;
  skipping: Blackouts | null;
}

/** The times of expressions, one a line. Throws `invalid_cron` or `invalid_timezone`. */
export function timesOfExpressions(
  text: string,
  { timeZone, name, dst = onceADay }: { timeZone: string; name?: string | undefined; dst?: DstRule },
): Times {
  const zone = zoneOf(timeZone);
  const specs = cronsOf(text, name);
  const fires = specs.length === 1 ? new CronFires(specs[0]!, zone, dst) : new UnionFires(specs, zone, dst);
  return { fires, specs, zone, dst, skipping: null };
}

/** The times of a schedule. Throws `invalid_cron`, `invalid_timezone` or `invalid_schedule`. */
export function timesOfSchedule(timing: NamedTiming): Times {
  const { fires, skipping } = readyTiming(timing);
  const specs = timing.cron === null ? [] : cronsOf(timing.cron, timing.name);
  return { fires, specs, zone: zoneOf(timing.timezone), dst: timing.dst, skipping };
}

/** A fire, and what is odd about it. */
export interface ComingFire {
  at: Date;
  note: string | null;
}

/** The next fires after an instant, with a note where a clock change or a blackout touches one. */
export function comingFires(times: Times, after: Date, count: number): ComingFire[] {
  const coming: ComingFire[] = [];
  let fireMs = times.fires.after(after.getTime());
  while (!Number.isNaN(fireMs) && coming.length < count) {
    coming.push({ at: new Date(fireMs), note: noteOn(times, fireMs) });
    fireMs = times.fires.after(fireMs);
  }
  return coming;
}

function noteOn(times: Times, fireMs: number): string | null {
  const reason = times.skipping?.reasonAt(fireMs) ?? null;
  const clock = effectsNear(times, fireMs).find((effect) => touches(effect, times.zone, fireMs));
  const notes = [
    clock === undefined ? null : consequence(clock),
    reason === null ? null : `does not run: in a blackout (${reason})`,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join("; ");
}

/** The effects of the clock changes within a day, but for those on what follows elapsed time. */
function effectsNear({ specs, zone, dst }: Times, fireMs: number): ClockEffect[] {
  const fixed = specs.filter(({ everyHour }) => !everyHour);
  if (fixed.length === 0) return [];
  const near = clockChanges(zone, fireMs - 86_400_000, fireMs + 86_400_000);
  return near.flatMap((change) => effectOn(fixed, zone, dst, change) ?? []);
}

/** Whether a fire is where a clock change put one, or at a time that comes twice. */
function touches({ change, touched }: ClockEffect, zone: Zone, fireMs: number): boolean {
  if (change.kind === "gap") return touched.some(({ movedToMs }) => movedToMs === fireMs);
  const local = fireMs / 1000 + zone.offsetSecAt(Math.floor(fireMs / 1000));
  return local >= change.localStart && local < change.localEnd;
}

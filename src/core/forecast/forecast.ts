import { type ForecastClockChange, touchingClockChanges } from "./clocks.js";
import type { ForecastSpan } from "./fires.js";
import { type DayLoad, loadOn, type MinuteOfDay } from "./load.js";
import { busiestMinutes, type QuietMinute, quietMinutes } from "./minutes.js";
import { type Findings, Rehearsal } from "./rehearsal.js";
import type { ForecastSchedule, MeasuredDuration } from "./schedule.js";
import { type NamedTiming, readyTiming } from "../fires/timing.js";
import { timeWords } from "../clock/wall-clock-words.js";
import { zoneOf } from "../clock/zone.js";

export interface ForecastOptions extends ForecastSpan {
  /** The zone on whose clock days, hours and minutes are told. */
  timeZone: string;
  /** By the names of schedules. What has none is taken to end at once. */
  durations: ReadonlyMap<string, MeasuredDuration>;
}

/** A minute of the day in which many runs begin. */
export interface BusyMinute {
  /** On the zone's clock, such as `03:00`. */
  readonly time: string;
  /** How many begin in it on the busiest day, when that is first, and on how many days it is so. */
  readonly runs: number;
  readonly atMs: number;
  readonly days: number;
  /** Those that fire in it on that day. */
  readonly schedules: readonly string[];
}

/** What is to come of schedules over a span, if nothing is edited and servers are there. In milliseconds. */
export interface Forecast extends ForecastSpan, Findings {
  readonly timeZone: string;
  /** How many schedules were looked at, and how many runs they make. */
  readonly schedules: number;
  readonly runs: number;
  readonly days: readonly DayLoad[];
  /** The ten busiest, the busiest first. */
  readonly busiest: readonly BusyMinute[];
  readonly quiet: readonly QuietMinute[];
  readonly clockChanges: readonly ForecastClockChange[];
}

/**
 * Plays schedules over a span with a clock in hand, by the same laws as the scheduler. Years of a thousand schedules take
 * seconds. Throws `invalid_timezone` for the zone of the options.
 */
export function forecast(schedules: readonly ForecastSchedule[], options: ForecastOptions): Forecast {
  const { fromMs, toMs, timeZone, durations } = options;
  const zone = zoneOf(timeZone);
  const rehearsal = new Rehearsal(options, durations);
  const played = rehearsal.play(schedules);
  const { days, minutes } = loadOn(zone, rehearsal.load);
  return {
    fromMs,
    toMs,
    timeZone,
    days,
    schedules: schedules.length,
    runs: minutes.reduce((runs, { total }) => runs + total, 0),
    busiest: busiestMinutes(minutes).map((minute) => busyMinute(minute, played)),
    quiet: quietMinutes(minutes, zone, options),
    clockChanges: touchingClockChanges(played, options),
    ...rehearsal.findings(),
  };
}

function busyMinute(
  { minute, most, mostAtMs, days }: MinuteOfDay,
  played: readonly NamedTiming[],
): BusyMinute {
  const firing = played.filter((schedule) => {
    return readyTiming(schedule).live.after(mostAtMs - 1) < mostAtMs + 60_000;
  });
  const schedules = firing.map(({ name }) => name);
  return { time: timeWords(minute * 60), runs: most, atMs: mostAtMs, days, schedules };
}

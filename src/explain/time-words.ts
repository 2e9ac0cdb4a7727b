import { isIn } from "../core/bit-set.js";
import type { CronSpec } from "../core/cron/cron.js";
import { listed } from "../core/listed.js";
import { described } from "./cronstrue.js";
import { asList, type Run, runsAround, runsOf, stepOf } from "./runs.js";

/** The numbers that a schedule's times of day are made of. */
interface Times {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
}

const fewTimes = 4;
const fewTimesOfOneMinute = 12;
const longestList = 5;

/** The times of day of an expression: `At 02:30`, `Every 10 minutes, between 09:00 and 17:59`. */
export function timeWords(
  spec: Pick<CronSpec, "seconds" | "minutes" | "hours" | "everyHour">,
  eachDay: boolean,
): string {
  const times = {
    seconds: membersOf(spec.seconds, 59),
    minutes: membersOf(spec.minutes, 59),
    hours: membersOf(spec.hours, 23),
  };
  if (spec.everyHour) return withinHour(times);
  // A window over midnight is of two dates, unless there is one each day.
  const runs = eachDay ? runsAround(times.hours, 0, 23) : runsOf(times.hours);
  if (isShort(times, runs)) return `At ${listed(eachTime(times))}`;
  return withEvenHours(times) ?? `${withinHour(times)}, ${duringHours(times, runs)}`;
}

function membersOf(set: CronSpec["seconds"], high: number): number[] {
  return Array.from({ length: high + 1 }, (_, value) => value).filter((value) => isIn(set, value));
}

/** Whether the times are told best one by one. */
function isShort({ seconds, minutes, hours }: Times, runs: readonly Run[]): boolean {
  const perHour = seconds.length * minutes.length;
  if (perHour * hours.length <= fewTimes) return true;
  const isEven = hours[0] === 0 && dividesEvenly(hours, 24);
  return perHour === 1 && runs.length > 1 && !isEven && hours.length <= fewTimesOfOneMinute;
}

function eachTime({ seconds, minutes, hours }: Times): string[] {
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => time(hour, minute, second))),
  );
}

function time(hour: number, minute: number, second = 0): string {
  const parts = second === 0 ? [hour, minute] : [hour, minute, second];
  return parts.map(twoDigits).join(":");
}

/** `At 15 minutes past the hour, every 2 hours`: only where one time of the hour is meant and the steps come out even. */
function withEvenHours(times: Times): string | null {
  const { seconds, minutes, hours } = times;
  const isOneTime = seconds.length === 1 && minutes.length === 1;
  if (!isOneTime || hours[0] !== 0 || !dividesEvenly(hours, 24)) return null;
  return described(`${seconds[0]} ${minutes[0]} */${stepOf(hours)} * * *`);
}

function withinHour({ seconds, minutes }: Times): string {
  return described(`${partsOfSixty(seconds)} ${partsOfSixty(minutes)} * * * *`);
}

/** The field as cronstrue words it rightly: a step that does not come out even becomes a list, or says where it ends. */
function partsOfSixty(values: readonly number[]): string {
  if (values.length === 60) return "*";
  const step = stepOf(values);
  if (values[0] === 0 && dividesEvenly(values, 60)) return `*/${step}`;
  if (step !== null && values.length > longestList) return `${values[0]}-${values.at(-1)}/${step}`;
  return asList(runsOf(values));
}

/** Whether the numbers are all from the first on, at a step that goes on evenly around the end of the field. */
function dividesEvenly(values: readonly number[], size: number): boolean {
  const step = stepOf(values);
  return step !== null && step * values.length === size;
}

function duringHours(times: Times, runs: readonly Run[]): string {
  const onTheHour = times.minutes.length === 1 && times.minutes[0] === 0 && times.seconds.join() === "0";
  if (runs.length > 1 && runs.every(([from, to]) => from === to)) return inHours(times.hours);
  return listed(runs.map((run) => window(run, onTheHour)));
}

/** To the last minute of its last hour, unless only full hours are meant. */
function window([from, to]: Run, onTheHour: boolean): string {
  if (onTheHour && from === to) return `at ${time(from, 0)}`;
  return `between ${time(from, 0)} and ${time(to, onTheHour ? 0 : 59)}`;
}

function inHours(hours: readonly number[]): string {
  return `in the hours ${listed(hours.map(twoDigits))}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

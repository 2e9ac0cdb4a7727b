import { type CronSpec, cronsOf } from "../core/cron/cron.js";
import { describedDays } from "./cronstrue.js";
import { dayWords, namesAllDays } from "./day-words.js";
import { asList, runsAround } from "./runs.js";
import { timeWords } from "./time-words.js";

const allMonths = 0x1ffe;

/**
 * What an expression, or several, one a line, means in English: `At 02:30, Monday through Friday`. `name` is the
 * schedule's, for `H`. Throws `invalid_cron`.
 */
export function inEnglish(expression: string, name?: string): string {
  const [first, ...others] = cronsOf(expression, name).map(sentence);
  return [first!, ...others.map((words) => words.charAt(0).toLowerCase() + words.slice(1))].join("; and ");
}

function sentence({ days, months, ...times }: CronSpec): string {
  const eachDay = namesAllDays(days) && months === allMonths;
  return timeWords(times, eachDay) + dayWords(days) + monthWords(months);
}

function monthWords(months: number): string {
  if (months === allMonths) return "";
  const named = Array.from({ length: 12 }, (_, index) => index + 1).filter((month) => (months >> month) & 1);
  return describedDays(`* ${asList(runsAround(named, 1, 12))} *`);
}

import { type BitSet, countBelow, nextIn } from "./bit-set.js";
import { BoundedCache } from "./bounded-cache.js";
import { monthLength } from "./calendar.js";
import { type CronField, cronFields, parseField } from "./cron-field.js";
import { quoted } from "./cron-error.js";
import { BelfryError } from "./errors.js";
import { type DayRule, dayRule, daysIn } from "./month-days.js";
import { nearestName } from "./nearest-name.js";

/** A cron expression, made ready for questions. Times of day and of the hour are in seconds. */
export interface CronSpec {
  readonly expression: string;
  readonly seconds: BitSet;
  readonly minutes: BitSet;
  readonly hours: BitSet;
  readonly days: DayRule;
  /** January is bit 1. */
  readonly months: number;
  /** Whether the hour field covers all 24 hours: then the fires follow elapsed time when the clocks change. */
  readonly everyHour: boolean;
  readonly firstTime: number;
  readonly firstTimeInHour: number;
  readonly timesPerDay: number;
}

const longestExpression = 1000;
const leapYear = 2000;
const allHours = 0xff_ffff;
const secondZero: BitSet = { low: 1, high: 0 };

const nicknames: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const compiled = new BoundedCache<CronSpec>(10_000);

/** `parseCron`, which remembers the expressions it has read lately. */
export function cronOf(expression: string): CronSpec {
  return compiled.get(expression) ?? compiled.set(expression, parseCron(expression));
}

/**
 * Reads a cron expression: five fields, six with leading seconds, or a nickname such as `@daily`. Throws
 * `invalid_cron`, which points at the character, also for an expression that can never fire.
 */
export function parseCron(expression: string): CronSpec {
  if (typeof expression !== "string") throw notText(expression);
  if (expression.length > longestExpression) throw tooLong(expression);
  const bounds = fieldBounds(expression);
  if (expression[bounds[0] ?? 0] === "@") return parseNickname(expression);
  if (bounds.length !== 10 && bounds.length !== 12) throw wrongCount(expression, bounds.length / 2);
  const spec = compile(expression, bounds);
  if (!canFire(spec)) throw neverFires(spec);
  return spec;
}

function notText(expression: unknown): BelfryError {
  return new BelfryError(
    "invalid_cron",
    `${String(expression)} is not a cron expression. Write text such as "30 2 * * *".`,
  );
}

function parseNickname(expression: string): CronSpec {
  const name = expression.trim().toLowerCase();
  if (Object.hasOwn(nicknames, name)) return { ...parseCron(nicknames[name]!), expression };
  const known = Object.keys(nicknames);
  const nearest = nearestName(name, known);
  const hint = nearest === null ? `Write one of ${known.join(", ")}.` : `Did you mean ${nearest}?`;
  throw new BelfryError("invalid_cron", `${quoted(expression)} is not a nickname of an expression. ${hint}`);
}

/** Where each field starts and ends: two numbers a field. */
function fieldBounds(expression: string): number[] {
  const bounds: number[] = [];
  let inField = false;
  for (let at = 0; at < expression.length; at += 1) {
    const isPartOfField = !isSpace(expression.charCodeAt(at));
    if (isPartOfField !== inField) bounds.push(at);
    inField = isPartOfField;
  }
  if (inField) bounds.push(expression.length);
  return bounds;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function compile(expression: string, bounds: readonly number[]): CronSpec {
  const first = bounds.length === 12 ? 2 : 0;
  const seconds = first === 0 ? secondZero : read(cronFields.second, expression, bounds, 0);
  const minutes = read(cronFields.minute, expression, bounds, first);
  const hours = read(cronFields.hour, expression, bounds, first + 2);
  const daysOfMonth = read(cronFields.dayOfMonth, expression, bounds, first + 4).low >>> 1;
  const months = read(cronFields.month, expression, bounds, first + 6).low;
  const weekdays = read(cronFields.dayOfWeek, expression, bounds, first + 8).low;
  const join = joinOf(expression, bounds[first + 4]!, bounds[first + 8]!);
  const firstTimeInHour = nextIn(minutes, 0) * 60 + nextIn(seconds, 0);
  return {
    expression,
    seconds,
    minutes,
    hours,
    days: dayRule(daysOfMonth, weekdays, join),
    months,
    everyHour: hours.low === allHours,
    firstTime: nextIn(hours, 0) * 3600 + firstTimeInHour,
    firstTimeInHour,
    timesPerDay: countBelow(hours, 24) * countBelow(minutes, 60) * countBelow(seconds, 60),
  };
}

function read(field: CronField, expression: string, bounds: readonly number[], at: number): BitSet {
  return parseField(field, expression, bounds[at]!, bounds[at + 1]!);
}

/** Debian cron's rule: two day fields of which neither begins with a star name a day that pleases either. */
function joinOf(expression: string, dayOfMonthAt: number, dayOfWeekAt: number): DayRule["join"] {
  return beginsOpen(expression, dayOfMonthAt) || beginsOpen(expression, dayOfWeekAt) ? "both" : "either";
}

function beginsOpen(expression: string, at: number): boolean {
  return expression[at] === "*" || expression[at] === "?";
}

/** Whether there is a day in any year that the expression names. */
function canFire(spec: CronSpec): boolean {
  for (let month = 1; month <= 12; month += 1) {
    if (((spec.months >> month) & 1) === 1 && namesDayIn(spec.days, monthLength(leapYear, month)))
      return true;
  }
  return false;
}

function namesDayIn(days: DayRule, length: number): boolean {
  for (let firstWeekday = 0; firstWeekday < 7; firstWeekday += 1) {
    if (daysIn(days, length, firstWeekday) !== 0) return true;
  }
  return false;
}

function neverFires({ expression, months, days }: CronSpec): BelfryError {
  const named = cronFields.month.names.filter((_, index) => ((months >> (index + 1)) & 1) === 1);
  const missing = [30, 31].filter((day) => ((days.daysOfMonth >> (day - 1)) & 1) === 1);
  const why = `${named.join(", ")} ${named.length === 1 ? "has" : "have"} no day ${missing.join(" or ")}`;
  return new BelfryError("invalid_cron", `${quoted(expression)} can never fire: ${why}.`);
}

function tooLong(expression: string): BelfryError {
  const length = `${expression.length} characters long; at most ${longestExpression} are read`;
  return new BelfryError("invalid_cron", `The cron expression ${quoted(expression)} is ${length}.`);
}

function wrongCount(expression: string, count: number): BelfryError {
  const fields = count === 0 ? "is empty" : `has ${count} field${count === 1 ? "" : "s"}`;
  const right = "Write 5 (minute, hour, day of month, month, day of week), or 6 with leading seconds.";
  return new BelfryError("invalid_cron", `The cron expression ${quoted(expression)} ${fields}. ${right}`);
}

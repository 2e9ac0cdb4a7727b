import { type BitSet, countBelow, nextIn } from "../bit-set.js";
import { fieldBounds } from "./bounds.js";
import { CronCache } from "./cache.js";
import type { Cursor } from "./cursor.js";
import { wholeError } from "./error.js";
import { type CronField, cronFields } from "./field.js";
import { withoutHash } from "./hash.js";
import { eachLine } from "./lines.js";
import { readField } from "./list.js";
import { canFire, whyNever } from "./never.js";
import { plainOfNickname } from "./nickname.js";
import { quoted } from "./quote.js";
import { BelfryError } from "../errors.js";
import { type DayRule, dayRule } from "./month-days.js";

/** A cron expression, made ready for questions. Times of day and of the hour are in seconds. */
export interface CronSpec {
  readonly expression: string;
  /** The expression with nicknames spelled out, and each `H` replaced by what it stands for. */
  readonly resolved: string;
  /** Whether an `H` stands in it: then it depends on the schedule's name. */
  readonly hashed: boolean;
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
const allHours = 0xff_ffff;
const secondZero: BitSet = { low: 1, high: 0 };

const compiled = new CronCache<CronSpec>();
const compiledLists = new CronCache<readonly CronSpec[]>();

/** `parseCron`, which remembers the expressions it has read lately. */
export function cronOf(expression: string, name?: string): CronSpec {
  const known = compiled.get(expression, name);
  if (known !== undefined) return known;
  const spec = parseCron(expression, name);
  return compiled.set(expression, spec.hashed ? name : undefined, spec);
}

/** `parseCrons`, which remembers the texts it has read lately. */
export function cronsOf(text: string, name?: string): readonly CronSpec[] {
  const known = compiledLists.get(text, name);
  if (known !== undefined) return known;
  const specs = eachLine(text, (line) => cronOf(line, name));
  return compiledLists.set(text, specs.some(({ hashed }) => hashed) ? name : undefined, specs);
}

/**
 * Reads cron expressions, one a line: at least one and at most 50; blank lines are passed over. Throws `invalid_cron`,
 * which says which line is wrong.
 */
export function parseCrons(text: string, name?: string): readonly CronSpec[] {
  return eachLine(text, (line) => parseCron(line, name));
}

/**
 * Reads one cron expression: five fields, six with leading seconds, or a nickname such as `@daily`. An `H` in it needs
 * the schedule's name. Throws `invalid_cron`, which points at the character, also for an expression that can never fire.
 */
export function parseCron(expression: string, name?: string): CronSpec {
  if (typeof expression !== "string") throw notText(expression);
  if (expression.length > longestExpression) throw tooLong(expression);
  if (expression.includes("\n") && expression.trim().includes("\n")) throw severalLines();
  const bounds = fieldBounds(expression);
  if (expression[bounds[0] ?? 0] === "@") return parseNickname(expression);
  if (bounds.length !== 10 && bounds.length !== 12) throw wrongCount(expression, bounds.length / 2);
  return compile(cursorOf(expression, name), bounds, expression);
}

function parseNickname(expression: string): CronSpec {
  const plain = plainOfNickname(expression);
  return compile(cursorOf(plain, undefined), fieldBounds(plain), expression);
}

function cursorOf(text: string, name: string | undefined): Cursor {
  return { text, name, field: cronFields.minute, at: 0, end: 0, hash: null, marks: null, hashed: null };
}

function compile(cursor: Cursor, bounds: readonly number[], expression: string): CronSpec {
  const first = bounds.length === 12 ? 2 : 0;
  const seconds = first === 0 ? secondZero : read(cursor, cronFields.second, bounds, 0);
  const minutes = read(cursor, cronFields.minute, bounds, first);
  const hours = read(cursor, cronFields.hour, bounds, first + 2);
  const daysOfMonth = read(cursor, cronFields.dayOfMonth, bounds, first + 4).low >>> 1;
  const months = read(cursor, cronFields.month, bounds, first + 6).low;
  const weekdays = read(cursor, cronFields.dayOfWeek, bounds, first + 8).low;
  const join = joinOf(cursor.text, bounds[first + 4]!, bounds[first + 8]!);
  const days = dayRule(daysOfMonth, weekdays, join, cursor.marks);
  if (!canFire(months, days)) throw neverFires(cursor, bounds, { months, days });
  const firstTimeInHour = nextIn(minutes, 0) * 60 + nextIn(seconds, 0);
  return {
    expression,
    resolved: resolvedOf(cursor),
    hashed: cursor.hashed !== null,
    seconds,
    minutes,
    hours,
    days,
    months,
    everyHour: hours.low === allHours,
    firstTime: nextIn(hours, 0) * 3600 + firstTimeInHour,
    firstTimeInHour,
    timesPerDay: countBelow(hours, 24) * countBelow(minutes, 60) * countBelow(seconds, 60),
  };
}

function read(cursor: Cursor, field: CronField, bounds: readonly number[], at: number): BitSet {
  return readField(cursor, field, bounds[at]!, bounds[at + 1]!);
}

/** Debian cron's rule: two day fields of which neither begins with a star name a day that pleases either. */
function joinOf(text: string, dayOfMonthAt: number, dayOfWeekAt: number): DayRule["join"] {
  return beginsOpen(text, dayOfMonthAt) || beginsOpen(text, dayOfWeekAt) ? "both" : "either";
}

function beginsOpen(text: string, at: number): boolean {
  return text[at] === "*" || text[at] === "?";
}

/** Only what can be read again is a plain expression. */
function resolvedOf(cursor: Cursor): string {
  const resolved = withoutHash(cursor);
  if (resolved.length > longestExpression) throw tooLong(resolved);
  return resolved;
}

function neverFires(
  { text }: Cursor,
  bounds: readonly number[],
  { months, days }: Pick<CronSpec, "months" | "days">,
): BelfryError {
  const dayOfMonth = text.slice(bounds.at(-6), bounds.at(-5));
  const dayOfWeek = text.slice(bounds.at(-2), bounds.at(-1));
  const why = whyNever(months, days, [dayOfMonth, dayOfWeek]);
  return new BelfryError("invalid_cron", `${quoted(text)} can never fire: ${why}.`);
}

function notText(expression: unknown): BelfryError {
  return new BelfryError(
    "invalid_cron",
    `${String(expression)} is not a cron expression. Write text such as "30 2 * * *".`,
  );
}

function tooLong(expression: string): BelfryError {
  const length = `${expression.length} characters long; at most ${longestExpression} are read`;
  return new BelfryError("invalid_cron", `The cron expression ${quoted(expression)} is ${length}.`);
}

function severalLines(): BelfryError {
  return new BelfryError(
    "invalid_cron",
    "Several cron expressions, one a line, are not read here. Give one.",
  );
}

function wrongCount(expression: string, count: number): BelfryError {
  const fields = count === 0 ? "is empty" : `has ${count} field${count === 1 ? "" : "s"}`;
  const right = "Write 5 (minute, hour, day of month, month, day of week), or 6 with leading seconds.";
  return wholeError(expression, `The cron expression ${quoted(expression)} ${fields}.`, right);
}

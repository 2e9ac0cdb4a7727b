import { addTo, type BitSet } from "./bit-set.js";
import { cronError } from "./cron-error.js";
import { nearestName } from "./nearest-name.js";

/** What may be written in one field of a cron expression. */
export interface CronField {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** How many different values there are: 7 weekdays, though 0-7 may be written. */
  readonly size: number;
  /** Names of `low` and the values after it. */
  readonly names: readonly string[];
  /** Whether `?` may stand for `*`. */
  readonly mayBeBlank: boolean;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export const cronFields = {
  second: { name: "Second", low: 0, high: 59, size: 60, names: [], mayBeBlank: false },
  minute: { name: "Minute", low: 0, high: 59, size: 60, names: [], mayBeBlank: false },
  hour: { name: "Hour", low: 0, high: 23, size: 24, names: [], mayBeBlank: false },
  dayOfMonth: { name: "Day of month", low: 1, high: 31, size: 31, names: [], mayBeBlank: true },
  month: { name: "Month", low: 1, high: 12, size: 12, names: monthNames, mayBeBlank: false },
  dayOfWeek: { name: "Day of week", low: 0, high: 7, size: 7, names: weekdayNames, mayBeBlank: true },
} as const satisfies Record<string, CronField>;

const notRead = "The marks L, W, # and H of other cron programs are not supported.";

/** Where in an expression the reading of a field stands. */
interface Cursor {
  readonly field: CronField;
  readonly text: string;
  readonly end: number;
  at: number;
}

/** The values named by one field, which stands in `text` from `start` to before `end`. Errors are `invalid_cron`. */
export function parseField(field: CronField, text: string, start: number, end: number): BitSet {
  const values = { low: 0, high: 0 };
  const cursor = { field, text, end, at: start };
  do readItem(cursor, values);
  while (take(cursor, ","));
  if (cursor.at < end) throw unexpected(cursor);
  return values;
}

function readItem(cursor: Cursor, values: BitSet): void {
  const { field } = cursor;
  const last = field.low + field.size - 1;
  const whole = take(cursor, "*") || (field.mayBeBlank && take(cursor, "?"));
  const from = whole ? field.low : readValue(cursor);
  const to = whole ? last : readRangeEnd(cursor, from, last);
  addRange(values, field, from, to, take(cursor, "/") ? readStep(cursor) : 1);
}

/** `10` ends where it begins, `10-20` at 20, and `10/5` at the end of the field's range. */
function readRangeEnd(cursor: Cursor, from: number, last: number): number {
  if (take(cursor, "-")) return readValue(cursor);
  return cursor.text[cursor.at] === "/" && cursor.at < cursor.end ? last : from;
}

/** A range whose end is before its start goes on around the end of the field: `22-2`, `FRI-MON`. */
function addRange(values: BitSet, field: CronField, from: number, to: number, step: number): void {
  const end = to < from ? to + field.size : to;
  for (let value = from; value <= end; value += step) {
    addTo(values, field.low + ((value - field.low) % field.size));
  }
}

function readValue(cursor: Cursor): number {
  const { field, at } = cursor;
  if (isLetter(charCode(cursor))) return readName(cursor);
  if (!isDigit(charCode(cursor))) throw unexpected(cursor);
  const value = readNumber(cursor);
  if (value >= field.low && value <= field.high) return value;
  const written = cursor.text.slice(at, cursor.at);
  throw cronError(cursor.text, at, `${field.name} ${written} is out of range ${field.low}-${field.high}`);
}

function readStep(cursor: Cursor): number {
  const { field, at } = cursor;
  if (!isDigit(charCode(cursor))) {
    throw cronError(cursor.text, at, "A step needs a number after /");
  }
  const step = readNumber(cursor);
  if (step >= 1 && step <= field.size) return step;
  const written = cursor.text.slice(at, cursor.at);
  const where = `in the ${field.name.toLowerCase()} field`;
  throw cronError(cursor.text, at, `Step ${written} ${where} is out of range 1-${field.size}`);
}

function readNumber(cursor: Cursor): number {
  let value = 0;
  for (let code = charCode(cursor); isDigit(code); code = charCode(cursor)) {
    value = Math.min(value * 10 + code - 48, 1_000_000);
    cursor.at += 1;
  }
  return value;
}

function readName(cursor: Cursor): number {
  const { field, at, text } = cursor;
  while (isLetter(charCode(cursor))) cursor.at += 1;
  const word = text.slice(at, cursor.at);
  const index = field.names.indexOf(word.toUpperCase());
  if (index >= 0) return field.low + index;
  throw cronError(text, at, `"${word}" is not a ${field.name.toLowerCase()}`, wouldBeRight(field, word));
}

function wouldBeRight(field: CronField, word: string): string {
  if (/^([LWH]|LW)$/i.test(word)) return notRead;
  if (field.names.length === 0) return `Write a number ${field.low}-${field.high}, or *.`;
  const nearest = nearestName(word, field.names);
  const names = `${field.names[0]}-${field.names.at(-1)}`;
  return nearest === null ? `Write ${field.low}-${field.high} or ${names}.` : `Did you mean ${nearest}?`;
}

function unexpected(cursor: Cursor): Error {
  const { field, text, at, end } = cursor;
  const where = `in the ${field.name.toLowerCase()} field`;
  const range = `${field.low}-${field.high}`;
  if (at >= end || text[at] === ",") {
    return cronError(text, at, `A value is missing ${where}`, `Write a number ${range}, or *.`);
  }
  const hint = `It takes numbers ${range}, lists (1,5), ranges (1-5) and steps (*/5).`;
  const char = described(text.codePointAt(at)!);
  return cronError(text, at, `${char} is not expected ${where}`, /[LW#]/i.test(char) ? notRead : hint);
}

function described(code: number): string {
  if (code > 32 && code < 127) return String.fromCodePoint(code);
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.at >= cursor.end || cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

/** The code at the cursor, or 0 where the field ends. */
function charCode(cursor: Cursor): number {
  return cursor.at < cursor.end ? cursor.text.charCodeAt(cursor.at) : 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

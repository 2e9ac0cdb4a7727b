import type { BitSet } from "../bit-set.js";
import { charCode, type Cursor, isLetter, take } from "./cursor.js";
import { cronError } from "./error.js";
import type { CronField } from "./field.js";
import { addRange, inField, type Range, readStep, readValue } from "./value.js";
import type { BelfryError } from "../errors.js";
import { stableHash } from "../stable-hash.js";

/** Whether an `H` is next, and not a name that begins with one. */
export function beginsHash(cursor: Cursor): boolean {
  return (charCode(cursor) | 32) === 104 && !isLetter(charCode(cursor, 1));
}

/**
 * Reads `H`, `H(0-5)`, `H/15` or `H(0-29)/10`: one value of the range, or every so many of it, by a hash of the field's
 * name and the schedule's. As in Jenkins, `H/15` begins at the hash modulo 15.
 */
export function readHash(cursor: Cursor, values: BitSet): void {
  const { field, at: start } = cursor;
  cursor.at += 1;
  const [low, high] = take(cursor, "(") ? readBounds(cursor) : [field.low, field.hashHigh];
  const size = high - low + 1;
  const step = take(cursor, "/") ? readStep(cursor, size) : size;
  const first = low + (hashOf(cursor, start) % step);
  const range: Range = [first, first + step > high ? first : high];
  addRange(values, field, range, step);
  (cursor.hashed ??= []).push({ start, end: cursor.at, plain: plainRange(field, range, step) });
}

/** The expression with every `H` replaced by what it stands for. */
export function withoutHash({ text, hashed }: Pick<Cursor, "text" | "hashed">): string {
  if (hashed === null) return text;
  let plain = "";
  let at = 0;
  for (const part of hashed) {
    plain += text.slice(at, part.start) + part.plain;
    at = part.end;
  }
  return plain + text.slice(at);
}

function readBounds(cursor: Cursor): Range {
  const { field } = cursor;
  const low = readValue(cursor);
  if (!take(cursor, "-")) throw noRange(cursor);
  const high = readValue(cursor);
  if (!take(cursor, ")")) throw noRange(cursor);
  return [low, Math.min(high < low ? high + field.size : high, low + field.size - 1)];
}

function hashOf(cursor: Cursor, at: number): number {
  const { field, name } = cursor;
  if (name === undefined) throw nameless(field, cursor.text, at);
  return (cursor.hash ??= stableHash(`${field.name} ${name}`));
}

function plainRange(field: CronField, [from, to]: Range, step: number): string {
  if (from === to) return `${inField(field, from)}`;
  const range = `${inField(field, from)}-${inField(field, to)}`;
  return step === 1 ? range : `${range}/${step}`;
}

function nameless({ low, high }: CronField, text: string, at: number): BelfryError {
  const what = "H is worked out from a schedule's name, and there is none here";
  return cronError(text, at, what, `Write a number ${low}-${high}, or give the name.`);
}

function noRange({ text, at }: Cursor): BelfryError {
  return cronError(text, at, "H takes a range in parentheses", "Write it like H(0-5).");
}

import { plainCharacter } from "./character.js";
import type { Cursor } from "./cursor.js";
import { cronError } from "./error.js";
import { cronFields } from "./field.js";
import { meantByNumber, meantByStep, meantByWord, numberOf, placeOf, whatItTakes } from "./hint.js";
import { shortened } from "./quote.js";
import type { BelfryError } from "../errors.js";

/** The error for whatever stands at the cursor, if it cannot be there. */
export function unexpected(cursor: Cursor): BelfryError {
  const { field, text, at, end } = cursor;
  if (at >= end || text[at] === ",") return missingValue(cursor);
  const code = text.codePointAt(at)!;
  const what = `${described(code)} is not expected ${fieldOf(cursor)}`;
  return cronError(text, at, what, plainCharacter(code) ?? placeOf(field, code) ?? whatItTakes(field));
}

export function missingValue(cursor: Cursor, value = numberOf(cursor.field)): BelfryError {
  const what = `A value is missing ${fieldOf(cursor)}`;
  return cronError(cursor.text, cursor.at, what, `Write ${value}.`);
}

/** The error for a number that began at `at`. */
export function outOfRange({ field, text, at: end }: Cursor, at: number, value: number): BelfryError {
  const { name, low, high } = field;
  const what = `${name} ${shortened(text.slice(at, end))} is out of range ${low}-${high}`;
  return cronError(text, at, what, placeOf(field, text.codePointAt(end) ?? 0) ?? meantByNumber(field, value));
}

/** The error for a step that began at `at`. */
export function stepOutOfRange(cursor: Cursor, at: number, most: number): BelfryError {
  const written = shortened(cursor.text.slice(at, cursor.at));
  const what = `Step ${written} ${fieldOf(cursor)} is out of range 1-${most}`;
  return cronError(cursor.text, at, what, meantByStep(cursor.field, written));
}

/** The error for letters that began at `at`. */
export function unknownWord({ field, text }: Cursor, at: number, word: string): BelfryError {
  const article = field === cronFields.hour ? "an" : "a";
  return cronError(
    text,
    at,
    `"${shortened(word)}" is not ${article} ${field.name.toLowerCase()}`,
    meantByWord(field, word),
  );
}

function fieldOf({ field }: Cursor): string {
  return `in the ${field.name.toLowerCase()} field`;
}

function described(code: number): string {
  if (code > 32 && code < 127) return String.fromCodePoint(code);
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const char = String.fromCodePoint(code);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? `${char} (${point})` : point;
}

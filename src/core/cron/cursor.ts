import type { CronField } from "./field.js";
import type { MarkedDays } from "./month-days.js";

/** Where in an expression the reading stands, and what it has found beside plain values. */
export interface Cursor {
  readonly text: string;
  /** The schedule's name, of which `H` is a hash. */
  readonly name: string | undefined;
  field: CronField;
  at: number;
  /** Where the field ends. */
  end: number;
  /** The field's hash, once an `H` has asked for it. */
  hash: number | null;
  marks: MarkedDays | null;
  /** What each `H` stands for, from the first to the last. */
  hashed: Hashed[] | null;
}

/** A part of the text, from `start` to before `end`, and what it stands for. */
interface Hashed {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
}

/** Steps over the character if it is the next one of the field. */
export function take(cursor: Cursor, char: string): boolean {
  if (cursor.at >= cursor.end || cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

/** Steps over the letter, given in upper case, if it is the next one of the field in either case. */
export function takeLetter(cursor: Cursor, letter: string): boolean {
  return take(cursor, letter) || take(cursor, letter.toLowerCase());
}

/** The code at the cursor, or so many characters after it; 0 where the field ends. */
export function charCode(cursor: Cursor, after = 0): number {
  const at = cursor.at + after;
  return at < cursor.end ? cursor.text.charCodeAt(at) : 0;
}

/** Steps over digits, and answers their number; one of many digits is cut to a million. */
export function takeNumber(cursor: Cursor): number {
  let value = 0;
  for (let code = charCode(cursor); isDigit(code); code = charCode(cursor)) {
    value = Math.min(value * 10 + code - 48, 1_000_000);
    cursor.at += 1;
  }
  return value;
}

/** Steps over letters, and answers them as they are written. */
export function takeWord(cursor: Cursor): string {
  const start = cursor.at;
  while (isLetter(charCode(cursor))) cursor.at += 1;
  return cursor.text.slice(start, cursor.at);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

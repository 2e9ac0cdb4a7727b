import { addSpan, addTo, type BitSet } from "../bit-set.js";
import { charCode, type Cursor, isDigit, isLetter, takeNumber, takeWord } from "./cursor.js";
import { cronError } from "./error.js";
import { type CronField, cronFields } from "./field.js";
import { outOfRange, stepOutOfRange, unexpected, unknownWord } from "./refusal.js";

/** Reads a number or a name of the field. The `L` of `FRIL` is left for who asks. */
export function readValue(cursor: Cursor): number {
  const { field, at } = cursor;
  if (isLetter(charCode(cursor))) return readName(cursor);
  if (!isDigit(charCode(cursor))) throw unexpected(cursor);
  const value = takeNumber(cursor);
  if (value >= field.low && value <= field.high) return value;
  throw outOfRange(cursor, at, value);
}

function readName(cursor: Cursor): number {
  const { field, at } = cursor;
  const word = takeWord(cursor);
  const index = field.names.indexOf(word.toUpperCase());
  if (index >= 0) return field.low + index;
  const last = field === cronFields.dayOfWeek && word.length === 4 && /L$/i.test(word);
  const shorter = last ? field.names.indexOf(word.slice(0, -1).toUpperCase()) : -1;
  if (shorter < 0) throw unknownWord(cursor, at, word);
  cursor.at -= 1;
  return field.low + shorter;
}

/** Reads the number after a `/`, which is already behind. */
export function readStep(cursor: Cursor, most: number): number {
  const { text, at } = cursor;
  if (!isDigit(charCode(cursor))) throw cronError(text, at, "A step needs a number after /");
  const step = takeNumber(cursor);
  if (step < 1 || step > most) throw stepOutOfRange(cursor, at, most);
  return step;
}

/** A range whose end is before its start goes on around the end of the field: `22-2`, `FRI-MON`. */
export function addRange(values: BitSet, field: CronField, [from, to]: Range, step: number): void {
  const end = to < from ? to + field.size : to;
  if (step === 1 && end < field.low + field.size) return addSpan(values, from, end);
  for (let value = from; value <= end; value += step) addTo(values, inField(field, value));
}

/** From the first value to the last; the last may go beyond the field's end, or be before the first. */
export type Range = readonly [from: number, to: number];

/** The value that a number stands for which may go beyond the field's end: Sunday for 7, hour 1 for 25. */
export function inField({ low, size }: CronField, value: number): number {
  return low + ((value - low) % size);
}

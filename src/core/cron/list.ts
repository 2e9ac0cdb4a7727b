import { addTo, type BitSet } from "../bit-set.js";
import { charCode, type Cursor, take } from "./cursor.js";
import type { CronField } from "./field.js";
import { beginsHash, readHash } from "./hash.js";
import { readLastDay, readMarkAfter } from "./mark.js";
import { unexpected } from "./refusal.js";
import { addRange, inField, readStep, readValue } from "./value.js";

const comma = 44;

/** Reads one field, which stands in the text from `start` to before `end`. What `L`, `W`, `#` and `H` name is in the cursor. */
export function readField(cursor: Cursor, field: CronField, start: number, end: number): BitSet {
  cursor.field = field;
  cursor.at = start;
  cursor.end = end;
  cursor.hash = null;
  const values = { low: 0, high: 0 };
  do readItem(cursor, values);
  while (take(cursor, ","));
  if (cursor.at < end) throw unexpected(cursor);
  return values;
}

function readItem(cursor: Cursor, values: BitSet): void {
  const { field } = cursor;
  const last = field.low + field.size - 1;
  if (take(cursor, "*") || (field.mayBeBlank && take(cursor, "?"))) {
    return addRange(values, field, [field.low, last], readStepIfAny(cursor));
  }
  if (beginsHash(cursor)) return readHash(cursor, values);
  if (readLastDay(cursor)) return;
  const from = readValue(cursor);
  const next = charCode(cursor);
  if (next === 0 || next === comma) return addTo(values, inField(field, from));
  if (readMarkAfter(cursor, from)) return;
  addRange(values, field, [from, readRangeEnd(cursor, from, last)], readStepIfAny(cursor));
}

/** `10` ends where it begins, `10-20` at 20, and `10/5` at the end of the field's range. */
function readRangeEnd(cursor: Cursor, from: number, last: number): number {
  if (take(cursor, "-")) return readValue(cursor);
  return cursor.text[cursor.at] === "/" && cursor.at < cursor.end ? last : from;
}

function readStepIfAny(cursor: Cursor): number {
  return take(cursor, "/") ? readStep(cursor, cursor.field.size) : 1;
}

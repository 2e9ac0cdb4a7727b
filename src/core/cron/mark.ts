import { addTo } from "../bit-set.js";
import { charCode, type Cursor, isDigit, isLetter, take, takeLetter, takeNumber } from "./cursor.js";
import { cronError } from "./error.js";
import { cronFields } from "./field.js";
import { shortened } from "./quote.js";
import { missingValue } from "./refusal.js";
import { lastWeek, type MarkedDays, numberedWeekday } from "./month-days.js";

const nearestToLast = 32;

/** Reads `L`, `LW` or `L-3` in the day of month, if one is next. Says whether it was. */
export function readLastDay(cursor: Cursor): boolean {
  if (cursor.field !== cronFields.dayOfMonth || !beginsLastDay(cursor)) return false;
  const start = cursor.at;
  cursor.at += 1;
  if (takeLetter(cursor, "W")) addNearest(cursor, nearestToLast);
  else marksOf(cursor).fromLast |= 1 << (take(cursor, "-") ? readDaysBack(cursor, start) : 0);
  return true;
}

/** Reads what may stand after a day: the `W` of `15W`, the `L` of `5L`, the `#2` of `MON#2`. Says whether it was there. */
export function readMarkAfter(cursor: Cursor, value: number): boolean {
  if (cursor.field === cronFields.dayOfMonth) {
    if (!takeLetter(cursor, "W")) return false;
    addNearest(cursor, value);
    return true;
  }
  if (cursor.field !== cronFields.dayOfWeek) return false;
  const week = takeLetter(cursor, "L") ? lastWeek : take(cursor, "#") ? readWeek(cursor) : null;
  if (week === null) return false;
  addTo(marksOf(cursor).numbered, numberedWeekday(value % 7, week));
  return true;
}

function beginsLastDay(cursor: Cursor): boolean {
  if ((charCode(cursor) | 32) !== 108) return false;
  const next = charCode(cursor, 1);
  return !isLetter(next) || ((next | 32) === 119 && !isLetter(charCode(cursor, 2)));
}

function readDaysBack(cursor: Cursor, start: number): number {
  const { text, at } = cursor;
  if (!isDigit(charCode(cursor))) throw missingValue(cursor);
  const back = takeNumber(cursor);
  const day = shortened(text.slice(start, cursor.at));
  if (back < 1 || back > 30) {
    throw cronError(text, at, `Day ${day} is out of range L-1 to L-30`, "Write L for the last day.");
  }
  if (!takeLetter(cursor, "W")) return back;
  throw cronError(text, start, `${day}W is not a day of month`, `Write ${day}, or LW for the last weekday.`);
}

function readWeek(cursor: Cursor): number {
  const { text, at } = cursor;
  if (!isDigit(charCode(cursor))) throw missingValue(cursor, "a week 1-5, as in MON#2");
  const week = takeNumber(cursor);
  if (week >= 1 && week <= 5) return week;
  const written = shortened(text.slice(at, cursor.at));
  throw cronError(text, at, `Week ${written} is out of range 1-5`, "Write FRIL for the last Friday.");
}

/** Day 32 is the last. */
function addNearest(cursor: Cursor, day: number): void {
  marksOf(cursor).nearest |= 1 << (day - 1);
}

function marksOf(cursor: Cursor): MarkedDays {
  return (cursor.marks ??= { fromLast: 0, nearest: 0, numbered: { low: 0, high: 0 } });
}

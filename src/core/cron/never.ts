import { countBits } from "../bit-set.js";
import { monthLength } from "../clock/calendar.js";
import { cronFields } from "./field.js";
import { quoted } from "./quote.js";
import { listed } from "../listed.js";
import { type DayRule, dayRule, daysIn } from "./month-days.js";

const [commonYear, leapYear] = [2001, 2000];

/** Whether there is a day in any year that the rule names in one of the months; January is bit 1. */
export function canFire(months: number, days: DayRule): boolean {
  for (let month = 1; month <= 12; month += 1) {
    if (((months >> month) & 1) === 0) continue;
    if (namesDayIn(days, monthLength(leapYear, month))) return true;
    if (month === 2 && namesDayIn(days, monthLength(commonYear, month))) return true;
  }
  return false;
}

/** Why there is no such day, given the two day fields as they are written. */
export function whyNever(months: number, days: DayRule, written: readonly [string, string]): string {
  const byNumber = numbersOnly(days);
  if (!canFire(months, byNumber)) {
    const verb = countBits(months) === 1 ? "has" : "have";
    return `${named(months)} ${verb} no day ${listed(missing(byNumber), "or")}`;
  }
  const where = countBits(months) === 12 ? "" : `in ${named(months)} `;
  return `${where}${quoted(written[0])} and ${quoted(written[1])} never name the same day; both must, as one begins with * or ?`;
}

function namesDayIn(days: DayRule, length: number): boolean {
  for (let firstWeekday = 0; firstWeekday < 7; firstWeekday += 1) {
    if (daysIn(days, length, firstWeekday) !== 0) return true;
  }
  return false;
}

function numbersOnly({ daysOfMonth, marks }: DayRule): DayRule {
  return dayRule(daysOfMonth, 0, "either", marks && { ...marks, numbered: { low: 0, high: 0 } });
}

/** Only the days from the 30th on, or as far back, are not in every month. */
function missing({ daysOfMonth, marks }: DayRule): string[] {
  return [
    ...[30, 31].filter((day) => hasBit(daysOfMonth, day - 1)).map(String),
    ...[30, 31].filter((day) => hasBit(marks?.nearest ?? 0, day - 1)).map((day) => `${day}W`),
    ...[29, 30].filter((back) => hasBit(marks?.fromLast ?? 0, back)).map((back) => `L-${back}`),
  ];
}

function named(months: number): string {
  return cronFields.month.names.filter((_, index) => ((months >> (index + 1)) & 1) === 1).join(", ");
}

function hasBit(days: number, bit: number): boolean {
  return ((days >> bit) & 1) === 1;
}

import { type BitSet, isIn } from "../bit-set.js";

/** Days that are named by where they stand in the month. */
export interface MarkedDays {
  /** Counted back from the last day: `L` is bit 0, `L-3` is bit 3. */
  fromLast: number;
  /** The weekday (Monday to Friday) nearest to a day: `15W` is bit 14, `LW` is bit 31. */
  nearest: number;
  /** Weekdays by their number in the month, see `numberedWeekday`. */
  numbered: BitSet;
}

/**
 * Which days of a month an expression names. It depends on nothing but the month's length and the weekday of its
 * first day, so there are 28 answers at most, and each is worked out once.
 */
export interface DayRule {
  /** Day n is bit n - 1. */
  readonly daysOfMonth: number;
  /** Sunday is bit 0. */
  readonly weekdays: number;
  readonly marks: MarkedDays | null;
  /** Whether a day must please both fields, or one of the two. */
  readonly join: "both" | "either";
  readonly answers: number[];
}

/** The week whose weekdays are the last ones of the month, as in `FRIL`. */
export const lastWeek = 6;

const nearestToLast = 31;
const unknown = -1;
const allUnknown: readonly number[] = Array.from({ length: 28 }, () => unknown);

export function dayRule(
  daysOfMonth: number,
  weekdays: number,
  join: DayRule["join"],
  marks: MarkedDays | null = null,
): DayRule {
  return { daysOfMonth, weekdays, marks, join, answers: allUnknown.slice() };
}

/** The member of `numbered` for a weekday (Sunday is 0) in its week of the month: 1-5, or `lastWeek`. */
export function numberedWeekday(weekday: number, week: number): number {
  return (week - 1) * 7 + weekday;
}

/** The days that the rule names in a month of `length` days that begins on `firstWeekday`: day n is bit n - 1. */
export function daysIn(rule: DayRule, length: number, firstWeekday: number): number {
  const index = (length - 28) * 7 + firstWeekday;
  const known = rule.answers[index]!;
  return known === unknown ? (rule.answers[index] = namedDays(rule, length, firstWeekday)) : known;
}

function namedDays(rule: DayRule, length: number, firstWeekday: number): number {
  const everyDay = -1 >>> (32 - length);
  const { marks } = rule;
  let byNumber = rule.daysOfMonth;
  let byWeekday = daysOnWeekdays(rule.weekdays, firstWeekday);
  if (marks !== null) {
    byNumber |= daysFromLast(marks.fromLast, length) | nearestDays(marks.nearest, length, firstWeekday);
    byWeekday |= numberedDays(marks.numbered, length, firstWeekday);
  }
  return (rule.join === "both" ? byNumber & byWeekday : byNumber | byWeekday) & everyDay;
}

function daysOnWeekdays(weekdays: number, firstWeekday: number): number {
  const firstWeek = ((weekdays >> firstWeekday) | (weekdays << (7 - firstWeekday))) & 0x7f;
  return firstWeek | (firstWeek << 7) | (firstWeek << 14) | (firstWeek << 21) | (firstWeek << 28);
}

function daysFromLast(fromLast: number, length: number): number {
  let days = 0;
  for (let back = 0; back < length; back += 1) {
    if ((fromLast >> back) & 1) days |= 1 << (length - 1 - back);
  }
  return days;
}

function nearestDays(nearest: number, length: number, firstWeekday: number): number {
  let days = 0;
  for (let day = 1; day <= length; day += 1) {
    if ((nearest >> (day - 1)) & 1) days |= 1 << (nearestWeekday(day, length, firstWeekday) - 1);
  }
  if ((nearest >> nearestToLast) & 1) days |= 1 << (nearestWeekday(length, length, firstWeekday) - 1);
  return days;
}

/** A Saturday gives way to the Friday before and a Sunday to the Monday after, unless that is in another month. */
function nearestWeekday(day: number, length: number, firstWeekday: number): number {
  const weekday = (firstWeekday + day - 1) % 7;
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < length ? day + 1 : day - 2;
  return day;
}

function numberedDays(numbered: BitSet, length: number, firstWeekday: number): number {
  let days = 0;
  for (let weekday = 0; weekday < 7; weekday += 1) {
    const first = 1 + ((weekday - firstWeekday + 7) % 7);
    for (let week = 1; week <= 5; week += 1) {
      if (isIn(numbered, numberedWeekday(weekday, week))) days |= dayBit(first + week * 7 - 7, length);
    }
    const last = first + 28 <= length ? first + 28 : first + 21;
    if (isIn(numbered, numberedWeekday(weekday, lastWeek))) days |= dayBit(last, length);
  }
  return days;
}

// A fifth week may begin after the 32nd: a shift by more than 31 would come round to the first days.
function dayBit(day: number, length: number): number {
  return day <= length ? 1 << (day - 1) : 0;
}

/**
 * Which days of a month an expression names. It depends on nothing but the month's length and the weekday of its
 * first day, so there are 28 answers at most, and each is worked out once.
 */
export interface DayRule {
  /** Day n is bit n - 1. */
  readonly daysOfMonth: number;
  /** Sunday is bit 0. */
  readonly weekdays: number;
  /** Whether a day must please both fields, or one of the two. */
  readonly join: "both" | "either";
  readonly answers: number[];
}

const unknown = -1;
const allUnknown: readonly number[] = Array.from({ length: 28 }, () => unknown);

export function dayRule(daysOfMonth: number, weekdays: number, join: DayRule["join"]): DayRule {
  return { daysOfMonth, weekdays, join, answers: allUnknown.slice() };
}

/** The days that the rule names in a month of `length` days that begins on `firstWeekday`: day n is bit n - 1. */
export function daysIn(rule: DayRule, length: number, firstWeekday: number): number {
  const index = (length - 28) * 7 + firstWeekday;
  const known = rule.answers[index]!;
  return known === unknown ? (rule.answers[index] = namedDays(rule, length, firstWeekday)) : known;
}

function namedDays(rule: DayRule, length: number, firstWeekday: number): number {
  const everyDay = -1 >>> (32 - length);
  const byWeekday = daysOnWeekdays(rule.weekdays, firstWeekday);
  const named = rule.join === "both" ? rule.daysOfMonth & byWeekday : rule.daysOfMonth | byWeekday;
  return named & everyDay;
}

function daysOnWeekdays(weekdays: number, firstWeekday: number): number {
  const firstWeek = ((weekdays >> firstWeekday) | (weekdays << (7 - firstWeekday))) & 0x7f;
  return firstWeek | (firstWeek << 7) | (firstWeek << 14) | (firstWeek << 21) | (firstWeek << 28);
}

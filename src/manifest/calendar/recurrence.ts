import { dateOfDay, daySec, monthLength, weekdayOfDay } from "../../core/clock/calendar.js";
import type { CalendarRule, NthWeekday } from "./rule.js";
import { calendarError } from "./time.js";

/** How much may be looked at for a calendar: each day counts one. However its rules are woven, they end in seconds. */
export interface Effort {
  left: number;
}

interface Day {
  readonly month: number;
  readonly dayOfMonth: number;
  readonly monthLength: number;
  readonly dayOfYear: number;
  readonly yearLength: number;
  readonly weekday: number;
  readonly weekStart: number;
}

const costOfTime = 10;
const mostDays = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 1 };

/**
 * The times of a rule that begins at `startSec` on a wall clock, in order, until `toSec`; those before `fromSec` may be
 * left out. It is worked out here because the library leaves out days that RFC 5545 names, and names others.
 */
export function* timesOf(
  rule: CalendarRule,
  startSec: number,
  { fromSec, toSec }: { fromSec: number; toSec: number },
  effort: Effort,
): Generator<number> {
  const startDay = Math.floor(startSec / daySec);
  let left = rule.count;
  for (let nth = firstPeriod(rule, fromSec - startSec); ; nth += 1) {
    const [first, end] = daysOfPeriod(rule, startDay, nth * rule.interval);
    if (first * daySec > toSec) return;
    for (const sec of timesWithin(rule, first, end, effort)) {
      if (sec < startSec) continue;
      if (sec > toSec || left <= 0) return;
      left -= 1;
      yield sec;
    }
  }
}

/** A rule that counts is followed from its start; another from shortly before it is asked for. */
function firstPeriod({ freq, interval, count }: CalendarRule, laterSec: number): number {
  if (count !== Infinity) return 0;
  return Math.max(0, Math.floor(laterSec / daySec / (mostDays[freq] * interval)) - 1);
}

/** The days of the year, month, week or day that is so many later than that of the start. */
function daysOfPeriod(rule: CalendarRule, startDay: number, later: number): [first: number, end: number] {
  const date = dateOfDay(startDay);
  const [year, month] = [date >> 9, ((date >> 5) & 15) - 1];
  if (rule.freq === "YEARLY") return [firstOf(year + later, 0), firstOf(year + later + 1, 0)];
  if (rule.freq === "MONTHLY") return [firstOf(year, month + later), firstOf(year, month + later + 1)];
  if (rule.freq === "DAILY") return [startDay + later, startDay + later + 1];
  const first = weekStartOf(startDay, rule.weekStart) + later * 7;
  return [first, first + 7];
}

function firstOf(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1) / (daySec * 1000);
}

function weekStartOf(day: number, weekStart: number): number {
  return day - ((weekdayOfDay(day) - weekStart + 7) % 7);
}

function timesWithin(rule: CalendarRule, first: number, end: number, effort: Effort): Iterable<number> {
  const all = everyTime(rule, first, end, effort);
  return rule.positions === null ? all : atPositions([...all], rule.positions);
}

function atPositions(times: readonly number[], positions: readonly number[]): number[] {
  const places = new Set(
    positions.map((position) => (position < 0 ? times.length + position : position - 1)),
  );
  return times.filter((_, place) => places.has(place));
}

function* everyTime(rule: CalendarRule, first: number, end: number, effort: Effort): Generator<number> {
  for (let day = first; day < end; day += 1) {
    spend(effort, 1);
    const named = dayOf(day, rule.weekStart);
    if (!isMonthOf(rule, named)) day += named.monthLength - named.dayOfMonth;
    else if (isNamed(rule, named)) yield* timesOn(day, rule, effort);
  }
}

function* timesOn(day: number, { times }: CalendarRule, effort: Effort): Generator<number> {
  for (const time of times) {
    spend(effort, costOfTime);
    yield day * daySec + time;
  }
}
/** Throws `invalid_manifest` if there is no effort left. */
export function spend(effort: Effort, cost: number): void {
  effort.left -= cost;
  if (effort.left < 0) throw calendarError("the rules of this calendar name too many days and times.");
}

function dayOf(day: number, weekStart: number): Day {
  const date = dateOfDay(day);
  const [year, month] = [date >> 9, (date >> 5) & 15];
  const firstOfYear = firstOf(year, 0);
  return {
    month,
    dayOfMonth: date & 31,
    monthLength: monthLength(year, month),
    dayOfYear: day - firstOfYear + 1,
    yearLength: monthLength(year, 2) + 337,
    weekday: weekdayOfDay(day),
    weekStart: weekStartOf(day, weekStart),
  };
}

function isMonthOf({ months }: CalendarRule, { month }: Day): boolean {
  return months === null || months.includes(month);
}

function isNamed(rule: CalendarRule, day: Day): boolean {
  if (!isIn(rule.monthDays, day.dayOfMonth, day.monthLength)) return false;
  if (!isIn(rule.yearDays, day.dayOfYear, day.yearLength)) return false;
  if (rule.weeks !== null && !isInWeeks(rule.weeks, day.weekStart)) return false;
  return rule.weekdays === null || rule.weekdays.some((each) => isWeekday(each, rule, day));
}

/** Whether a number from 1 to `last` is named, counted from the front or, below zero, from the end. */
function isIn(named: readonly number[] | null, number: number, last: number): boolean {
  return named === null || named.includes(number) || named.includes(number - last - 1);
}

/** A week belongs to the year in which its fourth day is. */
function isInWeeks(named: readonly number[], weekStart: number): boolean {
  const { dayOfYear, yearLength } = dayOf(weekStart + 3, 0);
  const week = Math.ceil(dayOfYear / 7);
  return isIn(named, week, week + Math.floor((yearLength - dayOfYear) / 7));
}

function isWeekday({ weekday, nth }: NthWeekday, { freq, months, weeks }: CalendarRule, day: Day): boolean {
  if (weekday !== day.weekday) return false;
  if (nth === 0 || weeks !== null || freq === "WEEKLY" || freq === "DAILY") return true;
  return freq === "MONTHLY" || months !== null
    ? isNth(nth, day.dayOfMonth, day.monthLength)
    : isNth(nth, day.dayOfYear, day.yearLength);
}

function isNth(nth: number, number: number, last: number): boolean {
  return nth > 0 ? Math.ceil(number / 7) === nth : Math.ceil((last - number + 1) / 7) === -nth;
}

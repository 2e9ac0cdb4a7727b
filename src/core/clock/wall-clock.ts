import { countBelow, countBits, isIn, lowestBit, nextIn } from "../bit-set.js";
import { calendarEndSec, dateOfDay, daySec, lastYear, monthLength, weekdayOfDay } from "./calendar.js";
import type { CronSpec } from "../cron/cron.js";
import { daysIn } from "../cron/month-days.js";

// A slot is a wall-clock time that an expression names, counted in seconds from 1970-01-01 00:00:00 on that wall clock.

/** How many days of two common years come before a month, which is counted from 1 to 24. */
const daysBefore: readonly number[] = Array.from({ length: 25 }, (_, month) =>
  Math.round((Date.UTC(2001, month - 1) - Date.UTC(2001, 0)) / (daySec * 1000)),
);

/** The first slot at or after `from`, or Infinity if the calendar ends before it. */
export function nextSlot(spec: CronSpec, from: number): number {
  const today = Math.floor(from / daySec);
  const time = nextTime(spec, from - today * daySec);
  const day = nextDay(spec, time < 0 ? today + 1 : today);
  return day * daySec + (day === today ? time : spec.firstTime);
}

/** How many slots there are from `from` on and before `to`. */
export function countSlots(spec: CronSpec, from: number, to: number): number {
  const end = Math.min(to, calendarEndSec);
  if (from >= end) return 0;
  const firstDay = Math.floor(from / daySec);
  const lastDay = Math.floor(end / daySec);
  const wholeDays = countDays(spec, firstDay, lastDay) * spec.timesPerDay;
  return wholeDays + countOnDayBefore(spec, lastDay, end) - countOnDayBefore(spec, firstDay, from);
}

/** The first day at or after `from` that the expression names, or Infinity. Days are counted from 1970-01-01. */
function nextDay(spec: CronSpec, from: number): number {
  const date = dateOfDay(from);
  let year = date >> 9;
  let month = (date >> 5) & 15;
  let firstOfMonth = from - (date & 31) + 1;
  let notBefore = -1 << ((date & 31) - 1);
  while (year <= lastYear) {
    const length = monthLength(year, month);
    const named = daysOfMonth(spec, month, length, firstOfMonth) & notBefore;
    if (named !== 0) return firstOfMonth + lowestBit(named);
    const later = monthAfter(spec, month);
    firstOfMonth += daysToMonth(year, month, later);
    notBefore = -1;
    year += later > 12 ? 1 : 0;
    month = later > 12 ? later - 12 : later;
  }
  return Infinity;
}

/** The next month that the expression names after a month; those of the next year are 13 to 24. */
function monthAfter({ months }: CronSpec, month: number): number {
  return lowestBit((months | (months << 12)) & (-2 << month));
}

/** How many days there are from the first of a month to the first of a later one; those of the next year are 13 to 24. */
function daysToMonth(year: number, month: number, later: number): number {
  let days = daysBefore[later]! - daysBefore[month]!;
  if (month <= 2 && later > 2) days += monthLength(year, 2) - 28;
  if (later > 14) days += monthLength(year + 1, 2) - 28;
  return days;
}

/** How many days from `from` on and before `to` the expression names. */
function countDays(spec: CronSpec, from: number, to: number): number {
  let count = 0;
  let day = from;
  while (day < to) {
    const date = dateOfDay(day);
    const dayOfMonth = date & 31;
    const length = monthLength(date >> 9, (date >> 5) & 15);
    const last = Math.min(length, dayOfMonth + (to - day) - 1);
    const within = (-1 << (dayOfMonth - 1)) & (-1 >>> (32 - last));
    count += countBits(daysOfMonth(spec, (date >> 5) & 15, length, day - dayOfMonth + 1) & within);
    day += last - dayOfMonth + 1;
  }
  return count;
}

/** The days that the expression names in a month: day n is bit n - 1. */
function daysOfMonth(spec: CronSpec, month: number, length: number, firstOfMonth: number): number {
  return (spec.months >> month) & 1 ? daysIn(spec.days, length, weekdayOfDay(firstOfMonth)) : 0;
}

/** The first time of day, in seconds, at or after `from`, or -1 if the day has none left. */
function nextTime(spec: CronSpec, from: number): number {
  const hour = (from / 3600) | 0;
  if ((spec.hours.low >> hour) & 1) {
    const time = nextTimeInHour(spec, from - hour * 3600);
    if (time >= 0) return hour * 3600 + time;
  }
  const nextHour = nextIn(spec.hours, hour + 1);
  return nextHour < 0 ? -1 : nextHour * 3600 + spec.firstTimeInHour;
}

function nextTimeInHour(spec: CronSpec, from: number): number {
  const minute = (from / 60) | 0;
  if (isIn(spec.minutes, minute)) {
    const second = nextIn(spec.seconds, from - minute * 60);
    if (second >= 0) return minute * 60 + second;
  }
  const nextMinute = nextIn(spec.minutes, minute + 1);
  return nextMinute < 0 ? -1 : nextMinute * 60 + nextIn(spec.seconds, 0);
}

/** How many slots of a day come before a time of that day. */
function countOnDayBefore(spec: CronSpec, day: number, before: number): number {
  if (countDays(spec, day, day + 1) === 0) return 0;
  const time = before - day * daySec;
  const hour = (time / 3600) | 0;
  const minute = ((time - hour * 3600) / 60) | 0;
  const perMinute = countBelow(spec.seconds, 60);
  let count = countBelow(spec.hours, hour) * countBelow(spec.minutes, 60) * perMinute;
  if (!isIn(spec.hours, hour)) return count;
  count += countBelow(spec.minutes, minute) * perMinute;
  return isIn(spec.minutes, minute) ? count + countBelow(spec.seconds, time % 60) : count;
}

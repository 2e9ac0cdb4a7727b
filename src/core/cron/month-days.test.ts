import * as fc from "fast-check";
import { expect, test } from "vitest";
import { dateOfDay, monthLength, weekdayOfDay } from "../clock/calendar.js";
import { parseCron } from "./cron.js";
import { dayRule, daysIn } from "./month-days.js";

const dayMs = 86_400_000;

test("every day of the calendar has the date and the weekday that Date gives it", () => {
  const firstDay = Date.UTC(1899, 11, 31) / dayMs;
  const days = Array.from(
    { length: Date.UTC(2200, 0, 2) / dayMs - firstDay },
    (_, index) => firstDay + index,
  );
  const wrong = days.filter((day) => {
    const date = new Date(day * dayMs);
    const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    return dateOfDay(day) !== year * 512 + month * 32 + dayOfMonth || weekdayOfDay(day) !== date.getUTCDay();
  });
  expect(wrong).toEqual([]);
});

test("every month has the length that Date gives it", () => {
  for (let year = 1900; year <= 2199; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      expect(monthLength(year, month)).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate());
    }
  }
});

test("a day is named by its number, its weekday, both or either", () => {
  const monthDays = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const weekdays = fc.integer({ min: 0, max: 127 });
  const join = fc.constantFrom<"both" | "either">("both", "either");
  const length = fc.integer({ min: 28, max: 31 });
  const firstWeekday = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(monthDays, weekdays, join, length, firstWeekday, (numbers, named, joined, days, first) => {
      const rule = dayRule(numbers, named, joined);
      let expected = 0;
      for (let day = 1; day <= days; day += 1) {
        const byNumber = ((numbers >> (day - 1)) & 1) === 1;
        const byWeekday = ((named >> ((first + day - 1) % 7)) & 1) === 1;
        if (joined === "both" ? byNumber && byWeekday : byNumber || byWeekday) expected |= 1 << (day - 1);
      }
      expect(daysIn(rule, days, first)).toBe(expected);
      expect(daysIn(rule, days, first)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

type Month = readonly [year: number, month: number];

const daysAfter = (date: Date, days: number) => new Date(date.getTime() + days * dayMs);
const isWeekday = (date: Date) => date.getUTCDay() % 6 !== 0;
const lastDayOf = ([year, month]: Month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** By the words of the manuals: the day itself if it is a weekday, else the nearest weekday of the same month. */
function nearestWeekday([year, month]: Month, day: number): number[] {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1) return [];
  const near = [0, -1, 1, -2, 2].map((days) => daysAfter(date, days));
  const weekday = near.find((other) => other.getUTCMonth() === month - 1 && isWeekday(other));
  return weekday === undefined ? [] : [weekday.getUTCDate()];
}

function datesOf([year, month]: Month, isNamed: (date: Date) => boolean): number[] {
  const numbers = Array.from({ length: lastDayOf([year, month]) }, (_, index) => index + 1);
  return numbers.filter((day) => isNamed(new Date(Date.UTC(year, month - 1, day))));
}

function namedBy(expression: string, [year, month]: Month): number[] {
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const days = daysIn(parseCron(expression).days, lastDayOf([year, month]), firstWeekday);
  return Array.from({ length: 31 }, (_, index) => index + 1).filter((day) => (days >> (day - 1)) & 1);
}

// After 28 years the weekdays of all dates come again.
const everyMonth = Array.from({ length: 28 }, (_, year) => year + 2000).flatMap((year) =>
  Array.from({ length: 12 }, (_, index): Month => [year, index + 1]),
);

function expectDays(expression: string, daysOf: (month: Month) => number[]): void {
  expect(everyMonth.map((month) => namedBy(expression, month))).toEqual(everyMonth.map(daysOf));
}

test("L and L-3 are counted back from the last day", () => {
  expectDays("0 0 L * *", (month) => [lastDayOf(month)]);
  for (let back = 1; back <= 30; back += 1) {
    expectDays(`0 0 L-${back} * *`, (month) => [lastDayOf(month) - back].filter((day) => day >= 1));
  }
});

test("15W is the weekday nearest to the 15th, and LW the last weekday, always of the same month", () => {
  expectDays("0 0 LW * *", (month) => datesOf(month, isWeekday).slice(-1));
  for (let day = 1; day <= 31; day += 1) {
    expectDays(`0 0 ${day}W * *`, (month) => nearestWeekday(month, day));
  }
});

test("MON#2 is the second Monday, and MONL the last", () => {
  for (let weekday = 0; weekday <= 7; weekday += 1) {
    const datesIn = (month: Month) => datesOf(month, (date) => date.getUTCDay() === weekday % 7);
    expectDays(`0 0 * * ${weekday}L`, (month) => datesIn(month).slice(-1));
    for (let week = 1; week <= 5; week += 1) {
      expectDays(`0 0 * * ${weekday}#${week}`, (month) => datesIn(month).slice(week - 1, week));
    }
  }
});

// August 2026 has 31 days and begins on a Saturday.
test.each([
  ["0 0 1W * *", [3]],
  ["0 0 31W * *", [31]],
  ["0 0 LW * *", [31]],
  ["0 0 1W,15,L * *", [3, 15, 31]],
  ["0 0 l,lw,l-30,2w * *", [1, 3, 31]],
  ["0 0 15w,16W * *", [14, 17]],
  ["0 0 L-3,*/10 * *", [1, 11, 21, 28, 31]],
  ["0 0 * * 5L", [28]],
  ["0 0 * * FRIL", [28]],
  ["0 0 * * fril,mon#1", [3, 28]],
  ["0 0 ? * SAT#5", [29]],
  ["0 0 * * WED#5", []],
  ["0 0 * * 7#1,0L", [2, 30]],
  ["0 0 * * SUN#1,WED", [2, 5, 12, 19, 26]],
  ["0 0 L * FRIL", [28, 31]],
  ["0 0 13 * MON#2", [10, 13]],
  ["0 0 */2 * MON#1,TUE#1", [3]],
  ["0 0 LW * */2", []],
  ["0 0 15W * */5", [14]],
])("%s fires in August 2026 on the days %j", (expression, expected) => {
  expect(namedBy(expression, [2026, 8])).toEqual(expected);
});

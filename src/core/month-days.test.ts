import * as fc from "fast-check";
import { expect, test } from "vitest";
import { dateOfDay, monthLength, weekdayOfDay } from "./calendar.js";
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

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BitSet, isIn } from "../bit-set.js";
import { cronOf, cronsOf, type CronSpec, parseCron, parseCrons } from "./cron.js";
import { daysIn } from "./month-days.js";

const members = (set: BitSet) =>
  Array.from({ length: 60 }, (_, value) => value).filter((value) => isIn(set, value));
const bitsOf = (bits: number) => members({ low: bits, high: 0 });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const months = (text: string) => bitsOf(parseCron(`0 0 1 ${text} *`).months);
const weekdays = (text: string) => bitsOf(parseCron(`0 0 * * ${text}`).days.weekdays);
const daysOfMonth = (text: string) => bitsOf(parseCron(`0 0 ${text} * *`).days.daysOfMonth << 1);

test.each([
  ["*", range(0, 59)],
  ["0", [0]],
  ["059", [59]],
  ["5,59,5", [5, 59]],
  ["10-13", [10, 11, 12, 13]],
  ["58-1", [0, 1, 58, 59]],
  ["*/20", [0, 20, 40]],
  ["*/60", [0]],
  ["3/20", [3, 23, 43]],
  ["1-30/10", [1, 11, 21]],
  ["50-10/7", [4, 50, 57]],
  ["0,30-32,*/29", [0, 29, 30, 31, 32, 58]],
])("the minute field %s names %j", (text, expected) => {
  expect(members(parseCron(`${text} * * * *`).minutes)).toEqual(expected);
  expect(members(parseCron(`${text} 0 * * * *`).seconds)).toEqual(expected);
});

test.each([
  ["22-2", [0, 1, 2, 22, 23]],
  ["22-4/2", [0, 2, 4, 22]],
  ["*/24", [0]],
])("the hour field %s names %j", (text, expected) => {
  expect(members(parseCron(`0 ${text} * * *`).hours)).toEqual(expected);
});

test.each([
  ["?", range(1, 31)],
  ["?/10", [1, 11, 21, 31]],
  ["30-2", [1, 2, 30, 31]],
  ["25-5/3", [3, 25, 28, 31]],
])("the day-of-month field %s names %j", (text, expected) => {
  expect(daysOfMonth(text)).toEqual(expected);
});

test.each([
  ["JAN", [1]],
  ["jan-Mar", [1, 2, 3]],
  ["NOV-FEB", [1, 2, 11, 12]],
  ["*/5", [1, 6, 11]],
  ["feb,11", [2, 11]],
])("the month field %s names %j", (text, expected) => {
  expect(months(text)).toEqual(expected);
});

test.each([
  ["7", [0]],
  ["SUN", [0]],
  ["7-7", [0]],
  ["5-7", [0, 5, 6]],
  ["7-2", [0, 1, 2]],
  ["FRI-MON", [0, 1, 5, 6]],
  ["SAT-SUN", [0, 6]],
  ["0-7", range(0, 6)],
  ["1-7", range(0, 6)],
  ["?", range(0, 6)],
  ["mon/2", [1, 3, 5]],
  ["7/2", [0, 2, 4, 6]],
  ["*/2", [0, 2, 4, 6]],
])("the day-of-week field %s names %j", (text, expected) => {
  expect(weekdays(text)).toEqual(expected);
});

test.each([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * SUN"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
  [" @Daily ", "0 0 * * *"],
  ["\t5  4 * * *\r\n", "0 5 4 * * *"],
])("%j means %j", (expression, meaning) => {
  const { resolved } = parseCron(expression);
  expect(parseCron(expression)).toEqual({ ...parseCron(meaning), expression, resolved });
});

test.each([
  ["@weekly", "0 0 * * 0"],
  [" @Hourly", "0 * * * *"],
  ["0 9 * * MON-FRI", "0 9 * * MON-FRI"],
])("%j is %j in plain fields", (expression, plain) => {
  expect(parseCron(expression).resolved).toBe(plain);
});

// July 2026 has 31 days and begins on a Wednesday: its Fridays are 3, 10, 17, 24 and 31.
const july = ({ days }: CronSpec) => bitsOf(daysIn(days, 31, 3) << 1);

describe("day of month and day of week", () => {
  test.each([
    ["0 0 13 * FRI", [3, 10, 13, 17, 24, 31]],
    ["0 0 13 * *", [13]],
    ["0 0 ? * FRI", [3, 10, 17, 24, 31]],
    ["0 0 */2 * FRI", [3, 17, 31]],
    ["0 0 10-20 * */5", [10, 12, 17, 19]],
    ["0 0 1-31 * FRI", range(1, 31)],
    ["0 0 1-7 * ?/7", [5]],
  ])("%s fires on the days %j", (expression, expected) => {
    expect(july(parseCron(expression))).toEqual(expected);
  });
});

test("every list of values that is in range is read as those values", () => {
  const values = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (minutes) => {
      expect(members(parseCron(`${minutes.join(",")} * * * *`).minutes)).toEqual(
        minutes.toSorted((a, b) => a - b),
      );
    }),
  );
});

test("an expression that was read lately is not read again", () => {
  expect(cronOf("7 7 * * *")).toBe(cronOf("7 7 * * *"));
  expect(cronOf("7 7 * * *", "backup")).toBe(cronOf("7 7 * * *", "report"));
  expect(cronsOf("7 7 * * *\n8 8 * * *", "backup")).toBe(cronsOf("7 7 * * *\n8 8 * * *", "report"));
  expect(cronsOf("8 7 * * *\n")[0]).toBe(cronOf("8 7 * * *"));
});

const expressionsOf = (text: string) => parseCrons(text).map(({ expression }) => expression);

describe("several expressions, one a line", () => {
  test.each([
    ["0 9 * * *\n0 17 * * SAT", ["0 9 * * *", "0 17 * * SAT"]],
    ["0 9 * * *\n", ["0 9 * * *"]],
    ["0 9 * * *", ["0 9 * * *"]],
    ["\n\n  @daily \r\n \t\n0 17 * * SAT\r\n\n", ["@daily", "0 17 * * SAT"]],
    ["0 9 * * *\n0 9 * * *", ["0 9 * * *", "0 9 * * *"]],
  ])("%j is %j", (text, expected) => {
    expect(expressionsOf(text)).toEqual(expected);
  });

  test.each([
    ["0 9 * * *\n\n61 * * * *", 'Line 3: Minute 61 is out of range 0-59 (character 1 of "61 * * * *").'],
    ["61 * * * *\n", 'Minute 61 is out of range 0-59 (character 1 of "61 * * * *").'],
    ["@daily\nH * * * *", /^Line 2: H is worked out from a schedule's name, and there is none here /],
    ["0 0 30 2 *\n@daily", 'Line 1: "0 0 30 2 *" can never fire: FEB has no day 30.'],
    ["\n \n", /^The cron expression "" is empty\. Write 5 /],
    ["", /^The cron expression "" is empty\. Write 5 /],
    ["@daily\n".repeat(51), "There are 51 cron expressions; at most 50 are read."],
    [
      `${"*".repeat(1001)}\n@daily`,
      /^Line 1: The cron expression ".*" is 1001 characters long; at most 1000 /,
    ],
    ["\n".repeat(10_001), /^The cron expressions ".*" are 10001 characters long; at most 10000 are read\.$/],
  ])("%j is refused: %s", (text, message) => {
    expect(() => parseCrons(text)).toThrow(expect.objectContaining({ code: "invalid_cron" }));
    expect(() => parseCrons(text)).toThrow(message);
    expect(() => cronsOf(text)).toThrow(message);
  });

  test("50 of them are read", () => {
    expect(cronsOf("@daily\n".repeat(50))).toHaveLength(50);
  });

  test("what is not text is refused", () => {
    expect(() => cronsOf(undefined as unknown as string)).toThrow("undefined is not a cron expression.");
  });
});

test("a line feed may stand around one expression, not in it", () => {
  expect(parseCron("\n0 9 * * *\n").hours).toEqual({ low: 1 << 9, high: 0 });
  expect(() => parseCron("0 9 *\n* *")).toThrow(
    "Several cron expressions, one a line, are not read here. Give one.",
  );
});

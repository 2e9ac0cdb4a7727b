import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BitSet, isIn } from "./bit-set.js";
import { cronOf, type CronSpec, parseCron } from "./cron.js";
import { BelfryError } from "./errors.js";
import { daysIn } from "./month-days.js";

const members = (set: BitSet) =>
  Array.from({ length: 60 }, (_, value) => value).filter((value) => isIn(set, value));
const bitsOf = (bits: number) => members({ low: bits, high: 0 });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const months = (text: string) => bitsOf(parseCron(`0 0 1 ${text} *`).months);
const weekdays = (text: string) => bitsOf(parseCron(`0 0 * * ${text}`).days.weekdays);
const daysOfMonth = (text: string) => bitsOf(parseCron(`0 0 ${text} * *`).days.daysOfMonth << 1);
const errorOf = (expression: string) => {
  try {
    parseCron(expression);
  } catch (error) {
    return error;
  }
  throw new Error(`${JSON.stringify(expression)} was read without an error`);
};

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
  const { expression: _, ...spec } = parseCron(meaning);
  expect(parseCron(expression)).toEqual({ ...spec, expression });
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

test.each([
  ["61 * * * *", 'Minute 61 is out of range 0-59 (character 1 of "61 * * * *").'],
  ["0 24 * * *", 'Hour 24 is out of range 0-23 (character 3 of "0 24 * * *").'],
  ["0 0 0 * *", 'Day of month 0 is out of range 1-31 (character 5 of "0 0 0 * *").'],
  ["0 0 * 13 *", 'Month 13 is out of range 1-12 (character 7 of "0 0 * 13 *").'],
  ["0 0 * * 8", 'Day of week 8 is out of range 0-7 (character 9 of "0 0 * * 8").'],
  ["60 0 0 * * *", 'Second 60 is out of range 0-59 (character 1 of "60 0 0 * * *").'],
  [
    "0 1-99999999999999 * * *",
    'Hour 99999999999999 is out of range 0-23 (character 5 of "0 1-99999999999999 * * *").',
  ],
  ["*/0 * * * *", 'Step 0 in the minute field is out of range 1-60 (character 3 of "*/0 * * * *").'],
  ["*/90 * * * *", 'Step 90 in the minute field is out of range 1-60 (character 3 of "*/90 * * * *").'],
  ["*/ * * * *", 'A step needs a number after / (character 3 of "*/ * * * *").'],
  [
    "1,,2 * * * *",
    'A value is missing in the minute field (character 3 of "1,,2 * * * *"). Write a number 0-59, or *.',
  ],
  [
    "0 0 * * 1,",
    'A value is missing in the day of week field (character 10 of "0 0 * * 1,"). Write a number 0-7, or *.',
  ],
  [
    "0 5- * * *",
    'A value is missing in the hour field (character 5 of "0 5- * * *"). Write a number 0-23, or *.',
  ],
  ["0 0 * * FIR", '"FIR" is not a day of week (character 9 of "0 0 * * FIR"). Did you mean FRI?'],
  ["0 0 * * Monday", '"Monday" is not a day of week (character 9 of "0 0 * * Monday"). Did you mean MON?'],
  ["0 0 * FBE *", '"FBE" is not a month (character 7 of "0 0 * FBE *"). Did you mean FEB?'],
  ["0 0 * xyz *", '"xyz" is not a month (character 7 of "0 0 * xyz *"). Write 1-12 or JAN-DEC.'],
  [
    "H * * * *",
    '"H" is not a minute (character 1 of "H * * * *"). The marks L, W, # and H of other cron programs are not supported.',
  ],
  [
    "0 0 L * *",
    '"L" is not a day of month (character 5 of "0 0 L * *"). The marks L, W, # and H of other cron programs are not supported.',
  ],
  [
    "0 0 15W * *",
    'W is not expected in the day of month field (character 7 of "0 0 15W * *"). The marks L, W, # and H of other cron programs are not supported.',
  ],
  [
    "0 0 * * MON#2",
    '# is not expected in the day of week field (character 12 of "0 0 * * MON#2"). The marks L, W, # and H of other cron programs are not supported.',
  ],
  [
    "? * * * *",
    '? is not expected in the minute field (character 1 of "? * * * *"). It takes numbers 0-59, lists (1,5), ranges (1-5) and steps (*/5).',
  ],
  [
    "1-2-3 * * * *",
    '- is not expected in the minute field (character 4 of "1-2-3 * * * *"). It takes numbers 0-59, lists (1,5), ranges (1-5) and steps (*/5).',
  ],
  [
    "\u00a0* * * * *",
    'U+00A0 is not expected in the minute field (character 1 of "\u00a0* * * * *"). It takes numbers 0-59, lists (1,5), ranges (1-5) and steps (*/5).',
  ],
  [
    "",
    'The cron expression "" is empty. Write 5 (minute, hour, day of month, month, day of week), or 6 with leading seconds.',
  ],
  [
    "* * *",
    'The cron expression "* * *" has 3 fields. Write 5 (minute, hour, day of month, month, day of week), or 6 with leading seconds.',
  ],
  ["@dayly", '"@dayly" is not a nickname of an expression. Did you mean @daily?'],
  [
    "@reboot",
    '"@reboot" is not a nickname of an expression. Write one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly.',
  ],
  ["0 0 30 2 *", '"0 0 30 2 *" can never fire: FEB has no day 30.'],
  ["0 0 31 4,6 *", '"0 0 31 4,6 *" can never fire: APR, JUN have no day 31.'],
  ["0 0 30-31 2 */2", '"0 0 30-31 2 */2" can never fire: FEB has no day 30 or 31.'],
])("%j is refused: %s", (expression, message) => {
  const error = errorOf(expression);
  expect(error).toBeInstanceOf(BelfryError);
  expect(error).toMatchObject({ code: "invalid_cron", message });
});

test("an expression that fires only on 29 February, or on a weekday of a short month, is read", () => {
  expect(parseCron("0 0 29 2 *").expression).toBe("0 0 29 2 *");
  expect(parseCron("0 0 31 2 MON").expression).toBe("0 0 31 2 MON");
});

test("an expression of more than 1000 characters is refused without quoting all of it", () => {
  expect(errorOf(`${"1,".repeat(500)}1 * * * *`)).toMatchObject({
    message: expect.stringMatching(
      /^The cron expression ".{80}…" is 1009 characters long; at most 1000 are read\.$/,
    ),
  });
  expect(parseCron(`${"1,".repeat(495)}1 * * * *`).minutes).toEqual({ low: 2, high: 0 });
});

test("any text is read, or gives one error of one line that says what is wrong", () => {
  const piece = fc.constantFrom(
    ..."0123456789*/,-? \t@LWH#".split(""),
    "MON",
    "fri",
    "JAN",
    "60",
    "@daily",
    "é",
    "\n",
  );
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 40 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (expression) => {
      try {
        expect(parseCron(expression).timesPerDay).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ name: "BelfryError", code: "invalid_cron" });
        expect((error as BelfryError).message).toMatch(/^[^\n]{10,400}[.?]$/);
      }
    }),
    { numRuns: 5000 },
  );
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
});

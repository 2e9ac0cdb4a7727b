import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron, parseCrons } from "./cron.js";
import { BelfryError } from "../errors.js";
import { nextFireMs } from "../fires/next-fire.js";
import { zoneOf } from "../clock/zone.js";

function errorOf(expression: string): BelfryError {
  try {
    parseCron(expression);
  } catch (error) {
    if (error instanceof BelfryError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(expression)} was read without an error`);
}

function refusedAt(expression: string, what: string, character: number, right: string): void {
  const sentence = `${what} (character ${character} of ${JSON.stringify(expression)}).`;
  const message = right === "" ? sentence : `${sentence} ${right}`;
  expect(errorOf(expression)).toMatchObject({ code: "invalid_cron", message });
}

const everyOf = (duration: string) => `For equal distances write every: ${duration} in place of cron.`;
const plainField = "lists (1,5), ranges (1-5) and steps (*/5).";
const aNumber = (range: string) => `Write a number ${range}, or *.`;
const dayOfMonthField = "It takes numbers 1-31, lists (1,5), ranges (1-5), steps (*/5), L, LW, L-3 and 15W.";
const dayOfWeekField = "It takes numbers 0-7, lists (1,5), ranges (1-5), steps (*/5), FRIL and MON#2.";
const placeOfW =
  "W stands in the day of month field: 15W is the weekday nearest to the 15th, LW the last one.";
const lastDays =
  "Write L for the last day of the month; 5L, the last Friday, stands in the day of week field.";
const lastWeekdays = "Write 6 for Saturday, or 5L for the last Friday of the month.";
const otherL = "L stands in the day of month field, or after a day of week, as in 5L.";

describe("what is wrong in a field", () => {
  test.each<[expression: string, what: string, character: number, right: string]>([
    ["61 * * * *", "Minute 61 is out of range 0-59", 1, ""],
    ["60 * * * *", "Minute 60 is out of range 0-59", 1, "Write 0."],
    ["60 0 0 * * *", "Second 60 is out of range 0-59", 1, "Write 0."],
    ["0 24 * * *", "Hour 24 is out of range 0-23", 3, "Write 0 for midnight."],
    ["0 0 0 * *", "Day of month 0 is out of range 1-31", 5, "The first day is 1."],
    ["0 0 * 0 *", "Month 0 is out of range 1-12", 7, "The first month is 1."],
    ["0 0 * 13 *", "Month 13 is out of range 1-12", 7, ""],
    ["0 0 * 2026 *", "Month 2026 is out of range 1-12", 7, "A year cannot be named."],
    ["0 0 * * 8", "Day of week 8 is out of range 0-7", 9, "Sunday is 0 or 7, Saturday is 6."],
    ["0 0 * * 2026", "Day of week 2026 is out of range 0-7", 9, "A year cannot be named."],
    ["0 1-99999999999999 * * *", "Hour 99999999999999 is out of range 0-23", 5, ""],
    ["*/0 * * * *", "Step 0 in the minute field is out of range 1-60", 3, ""],
    ["*/90 * * * *", "Step 90 in the minute field is out of range 1-60", 3, everyOf("90m")],
    ["0 */48 * * *", "Step 48 in the hour field is out of range 1-24", 5, everyOf("48h")],
    ["0 0 */40 * *", "Step 40 in the day of month field is out of range 1-31", 7, everyOf("40d")],
    ["0 0 1 */13 *", "Step 13 in the month field is out of range 1-12", 9, ""],
    ["*/ * * * *", "A step needs a number after /", 3, ""],
    ["1,,2 * * * *", "A value is missing in the minute field", 3, aNumber("0-59")],
    [", * * * *", "A value is missing in the minute field", 1, aNumber("0-59")],
    ["1- * * * *", "A value is missing in the minute field", 3, aNumber("0-59")],
    ["0 5- * * *", "A value is missing in the hour field", 5, aNumber("0-23")],
    ["0 0 * * 1,", "A value is missing in the day of week field", 10, aNumber("0-7")],
    ["0 0 * * FIR", '"FIR" is not a day of week', 9, "Did you mean FRI?"],
    ["0 9 * * MON-FIR", '"FIR" is not a day of week', 13, "Did you mean FRI?"],
    ["0 0 * * Monday", '"Monday" is not a day of week', 9, "Did you mean MON?"],
    ["0 0 12 * * MONDAY", '"MONDAY" is not a day of week', 12, "Did you mean MON?"],
    ["0 0 * * weekdays", '"weekdays" is not a day of week', 9, "Write MON-FRI."],
    ["0 0 * * X", '"X" is not a day of week', 9, "Write 0-7 or SUN-SAT."],
    ["0 0 * FBE *", '"FBE" is not a month', 7, "Did you mean FEB?"],
    ["0 0 * April *", '"April" is not a month', 7, "Did you mean APR?"],
    ["0 0 * xyz *", '"xyz" is not a month', 7, "Write 1-12 or JAN-DEC."],
    ["0 0 MON * *", '"MON" is not a day of month', 5, "MON stands in the day of week field."],
    ["0 dec * * *", '"dec" is not an hour', 3, "DEC stands in the month field."],
    ["X * * * *", '"X" is not a minute', 1, aNumber("0-59")],
    ["? * * * *", "? is not expected in the minute field", 1, `It takes numbers 0-59, ${plainField}`],
    ["1-2-3 * * * *", "- is not expected in the minute field", 4, `It takes numbers 0-59, ${plainField}`],
    ["*5 * * * *", "5 is not expected in the minute field", 2, `It takes numbers 0-59, ${plainField}`],
    [
      "0~30 * * * *",
      "~ is not expected in the minute field",
      2,
      "For a number by chance write H with a range, such as H(0-29).",
    ],
  ])("%s: %s", refusedAt);
});

describe("what is wrong with L, W, # and H", () => {
  test.each<[expression: string, what: string, character: number, right: string]>([
    ["0 0 L-3W * *", "L-3W is not a day of month", 5, "Write L-3, or LW for the last weekday."],
    ["0 0 1,L-31 * *", "Day L-31 is out of range L-1 to L-30", 9, "Write L for the last day."],
    ["0 0 L-0 * *", "Day L-0 is out of range L-1 to L-30", 7, "Write L for the last day."],
    ["0 0 L- * *", "A value is missing in the day of month field", 7, aNumber("1-31")],
    ["0 0 L/2 * *", "/ is not expected in the day of month field", 6, dayOfMonthField],
    ["0 0 LAST * *", '"LAST" is not a day of month', 5, lastDays],
    ["0 0 W * *", '"W" is not a day of month', 5, placeOfW],
    ["0 0 WL * *", '"WL" is not a day of month', 5, placeOfW],
    ["0 0 1-5W * *", "W is not expected in the day of month field", 8, dayOfMonthField],
    ["0 0 15W-20 * *", "- is not expected in the day of month field", 8, dayOfMonthField],
    ["0 0 32W * *", "Day of month 32 is out of range 1-31", 5, ""],
    ["0 0 5L * *", "L is not expected in the day of month field", 6, lastDays],
    [
      "0 0 1#2 * *",
      "# is not expected in the day of month field",
      6,
      "# stands in the day of week field: MON#2 is the second Monday.",
    ],
    ["0 0 * L *", '"L" is not a month', 7, otherL],
    ["0 L * * *", '"L" is not an hour', 3, otherL],
    ["0 5L * * *", "L is not expected in the hour field", 4, otherL],
    ["0 0 * * L", '"L" is not a day of week', 9, lastWeekdays],
    ["0 0 * * 1,L", '"L" is not a day of week', 11, lastWeekdays],
    ["0 0 * * LW", '"LW" is not a day of week', 9, placeOfW],
    ["0 0 * * 15W", "Day of week 15 is out of range 0-7", 9, placeOfW],
    ["0 0 * * 5W", "W is not expected in the day of week field", 10, placeOfW],
    ["0 0 * * 8L", "Day of week 8 is out of range 0-7", 9, "Sunday is 0 or 7, Saturday is 6."],
    ["0 0 * * MON#6", "Week 6 is out of range 1-5", 13, "Write FRIL for the last Friday."],
    ["0 0 * * MON#0", "Week 0 is out of range 1-5", 13, "Write FRIL for the last Friday."],
    ["0 0 * * MON#", "A value is missing in the day of week field", 12, "Write a week 1-5, as in MON#2."],
    ["0 0 * * #2", "# is not expected in the day of week field", 9, dayOfWeekField],
    ["0 0 * * MON-FRI#2", "# is not expected in the day of week field", 16, dayOfWeekField],
    ["0 0 * * MON-FRIL", "L is not expected in the day of week field", 16, dayOfWeekField],
    ["0 0 * * MON#2-FRI", "- is not expected in the day of week field", 14, dayOfWeekField],
    ["0 0 * * 5L/2", "/ is not expected in the day of week field", 11, dayOfWeekField],
    ["0 0 * * FRIW", '"FRIW" is not a day of week', 9, "Did you mean FRI?"],
    [
      "5 H * * *",
      "H is worked out from a schedule's name, and there is none here",
      3,
      "Write a number 0-23, or give the name.",
    ],
    ["H( * * * *", "A value is missing in the minute field", 3, aNumber("0-59")],
    ["H(5) * * * *", "H takes a range in parentheses", 4, "Write it like H(0-5)."],
    ["H(0-29 * * * *", "H takes a range in parentheses", 7, "Write it like H(0-5)."],
    ["H(0-60) * * * *", "Minute 60 is out of range 0-59", 5, "Write 0."],
    ["H(0-29)/40 * * * *", "Step 40 in the minute field is out of range 1-30", 9, ""],
    ["0 0 H/29 * *", "Step 29 in the day of month field is out of range 1-28", 7, ""],
    ["H/90 * * * *", "Step 90 in the minute field is out of range 1-60", 3, everyOf("90m")],
  ])("%s: %s", refusedAt);
});

describe("characters that look like others", () => {
  test.each<[expression: string, what: string, character: number, right: string]>([
    ["0 \uff19 * * *", "\uff19 (U+FF19) is not expected in the hour field", 3, "Write a plain 9."],
    ["\uff0a * * * *", "\uff0a (U+FF0A) is not expected in the minute field", 1, "Write a plain *."],
    ["0 9\u201317 * * *", "\u2013 (U+2013) is not expected in the hour field", 4, "Write a plain -."],
    ["\u2217/5 * * * *", "\u2217 (U+2217) is not expected in the minute field", 1, "Write a plain *."],
    [
      "0 \u0669 * * *",
      "\u0669 (U+0669) is not expected in the hour field",
      3,
      `It takes numbers 0-23, ${plainField}`,
    ],
    ["\u00a0* * * * *", "U+00A0 is not expected in the minute field", 1, "Write a plain blank."],
  ])("%j: %s", refusedAt);

  test("one that cannot be seen is shown by its number", () => {
    expect(errorOf("\ufeff0 9 * * *").message).toBe(
      'U+FEFF is not expected in the minute field (character 1 of "\\ufeff0 9 * * *"). It cannot be seen: take it away.',
    );
  });
});

const fieldsOf = (expression: string, count: number) =>
  `The cron expression ${JSON.stringify(expression)} has ${count} field${count === 1 ? "" : "s"}.`;
const five = "Write 5 (minute, hour, day of month, month, day of week), or 6 with leading seconds.";
const every = "For equal distances write every, such as every: 5m, in place of cron.";
const timeOfDay = 'A time of day is written as minute and hour: "30 3 * * *" is each day at 03:30.';

describe("what is written for another program", () => {
  test.each<[expression: string, fields: number, right: string]>([
    ["* * *", 3, five],
    ["* * * * * * * *", 8, five],
    ["0 0 12 * * ? 2026", 7, 'A year cannot be named: write "0 0 12 * * ?".'],
    ["0 0 12 1/5 * ? 2026-2030", 7, 'A year cannot be named: write "0 0 12 1/5 * ?".'],
    ["0 0 12 * * ? *", 7, 'A year cannot be named: write "0 0 12 * * ?".'],
    ["0 3 * * * root /usr/bin/backup --all", 8, 'Leave the command away: "0 3 * * *".'],
    ["17 *\t* * *\tcd / && run-parts /etc/cron.hourly", 10, 'Leave the command away: "17 * * * *".'],
    ["0 3 * * * backup > /dev/null", 8, 'Leave the command away: "0 3 * * *".'],
    ["*-*-* 03:00:00", 2, timeOfDay],
    ["Mon..Fri 09:00", 2, timeOfDay],
    ["03:00", 1, timeOfDay],
    ["at(2026-12-24T18:00:00)", 1, "For one instant write at in place of cron."],
    ["2026-12-24T18:00:00Z", 1, "For one instant write at in place of cron."],
    ["rate(5 minutes)", 2, every],
    ["every 5 minutes", 3, every],
    ["5m", 1, every],
    ["90 sec", 2, every],
    ["Daily", 1, "Did you mean @daily?"],
    ["*****", 1, 'Put blanks between the fields: "* * * * *".'],
    ["0 9 * * MON; 0 17 * * SAT", 10, "Write one expression a line."],
    ["0 9 * * *\\n0 17 * * *", 9, "Write one expression a line."],
    ["# each night", 3, "Leave comments away."],
    ["'@daily'", 1, "Leave the quotes away."],
    ["${CRON}", 1, five],
  ])("%j has %d fields. %s", (expression, count, right) => {
    expect(errorOf(expression).message).toBe(`${fieldsOf(expression, count)} ${right}`);
  });

  test.each<[expression: string, what: string, character: number, right: string]>([
    [
      "0 12 * * ? 2026",
      "? is not expected in the month field",
      10,
      'A year cannot be named: write "0 12 * * ?".',
    ],
    [
      "0 12 ? * MON-FRI *",
      "? is not expected in the hour field",
      6,
      'A year cannot be named: write "0 12 ? * MON-FRI".',
    ],
    [
      "15 10 * * 6L 2002-2005",
      "L is not expected in the month field",
      12,
      'A year cannot be named: write "15 10 * * 6L".',
    ],
    [
      "0 3 * * * /usr/bin/backup",
      "/ is not expected in the day of week field",
      11,
      'Leave the command away: "0 3 * * *".',
    ],
    ["0 3 * * * backup", '"backup" is not a day of week', 11, 'Leave the command away: "0 3 * * *".'],
    [
      "cron(0 12 * * ? *)",
      '"cron" is not a second',
      1,
      "Write the fields without cron( ) and without the year; days of week count from 0 = SUN, not from 1.",
    ],
    ["CRON_TZ=Europe/Berlin 0 3 * * *", '"CRON" is not a second', 1, "Write the zone apart, as timezone."],
    ["TZ=UTC 0 3 * * *", '"TZ" is not a second', 1, "Write the zone apart, as timezone."],
    ['"0 3 * * *"', '" is not expected in the minute field', 1, "Leave the quotes away."],
    ["0 3 * * *'", "' is not expected in the day of week field", 10, "Leave the quotes away."],
    [
      "\u201c0 3 * * *\u201d",
      "\u201c (U+201C) is not expected in the minute field",
      1,
      "Leave the quotes away.",
    ],
    ["0 9am * * *", "a is not expected in the hour field", 4, "Write hours as 0-23."],
  ])("%s: %s", refusedAt);

  test.each([
    ["", `The cron expression "" is empty. ${five}`],
    [" \t", `The cron expression " \\t" is empty. ${five}`],
    ["@dayly", '"@dayly" is not a nickname of an expression. Did you mean @daily?'],
    ["@every 5m", '"@every 5m" is not a nickname of an expression. Write every: 5m in place of cron.'],
    ["@evry 1h30m", '"@evry 1h30m" is not a nickname of an expression. Write every: 1h30m in place of cron.'],
    ["@every", '"@every" is not a nickname of an expression. Write every: 5m in place of cron.'],
    [
      "@reboot",
      '"@reboot" is not a nickname of an expression. Belfry fires at times of the clock, not when a machine starts.',
    ],
    [
      "@daily backup",
      '"@daily backup" is not a nickname of an expression. Leave away what comes after @daily.',
    ],
    [
      "@noon",
      '"@noon" is not a nickname of an expression. Write one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly.',
    ],
  ])("%j: %s", (expression, message) => {
    expect(errorOf(expression)).toMatchObject({ code: "invalid_cron", message });
  });
});

describe("what can never fire", () => {
  test.each([
    ["0 0 30 2 *", "FEB has no day 30."],
    ["0 0 31 4,6 *", "APR, JUN have no day 31."],
    ["0 0 30-31 2 */2", "FEB has no day 30 or 31."],
    ["0 0 L-30 2 *", "FEB has no day L-30."],
    ["0 0 L-30 4,9 ?", "APR, SEP have no day L-30."],
    ["0 0 L-29 2 *", "FEB has no day L-29."],
    ["0 0 31W 2 *", "FEB has no day 31W."],
    ["0 0 30W,31,L-29 2 *", "FEB has no day 31, 30W or L-29."],
    ["0 0 15W * */7", '"15W" and "*/7" never name the same day; both must, as one begins with * or ?.'],
    ["0 0 */31 * MON#2", '"*/31" and "MON#2" never name the same day; both must, as one begins with * or ?.'],
    [
      "0 0 */29 2 MON#5",
      'in FEB "*/29" and "MON#5" never name the same day; both must, as one begins with * or ?.',
    ],
  ])("%s: %s", (expression, why) => {
    expect(errorOf(expression)).toMatchObject({
      code: "invalid_cron",
      message: `"${expression}" can never fire: ${why}`,
    });
  });

  test.each([
    "0 0 29 2 *",
    "0 0 31 2 MON",
    "0 0 L-28 2 *",
    "0 0 29W 2 *",
    "0 0 L-30 1,2 *",
    "0 0 * 2 MON#5",
    "0 0 */29 4 MON#5",
    "0 0 31W * *",
    "0 0 30,L 2 *",
    "0 0 15W * */5",
  ])("%s can", (expression) => {
    const fire = nextFireMs(parseCron(expression), zoneOf("UTC"), Date.UTC(2026, 0, 1));
    expect(fire).toBeGreaterThan(Date.UTC(2026, 0, 1));
  });
});

test("an expression of more than 1000 characters is refused without quoting all of it", () => {
  expect(errorOf(`${"1,".repeat(500)}1 * * * *`).message).toMatch(
    /^The cron expression ".{80}…" is 1009 characters long; at most 1000 are read\.$/,
  );
  expect(parseCron(`${"1,".repeat(495)}1 * * * *`).minutes).toEqual({ low: 2, high: 0 });
});

test("of a long expression, the part around the error is quoted", () => {
  expect(errorOf(`${"1,".repeat(200)}61,${"2,".repeat(200)}2 * * * *`).message).toMatch(
    /^Minute 61 is out of range 0-59 \(character 401 of "…(1,){20}61,(2,){18}2…"\)\.$/,
  );
});

const piece = fc.constantFrom(
  ..."0123456789*/,-? \t@LWH#()\n".split(""),
  ..."MON fri JAN 60 31 @daily 15W LW L-3 FRIL MON#2 H(0-9) H/5 */7 2026 /bin/sh TZ= \u00e9".split(" "),
);
const fieldLike = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join("")),
  fc.array(fieldLike, { minLength: 5, maxLength: 7 }).map((fields) => fields.join(" ")),
);
const anyName = fc.option(fc.string(), { nil: undefined });

function isReadOrRefused(read: () => { timesPerDay: number }[]): void {
  try {
    for (const spec of read()) expect(spec.timesPerDay).toBeGreaterThan(0);
  } catch (error) {
    expect(error).toMatchObject({ name: "BelfryError", code: "invalid_cron" });
    expect((error as BelfryError).message).toMatch(/^[^\n\r\u2028\u2029]{10,800}[.?]$/);
  }
}

test("any text is read, or gives one error of one line that says what is wrong", () => {
  fc.assert(
    fc.property(anyText, anyName, (text, name) => {
      isReadOrRefused(() => [parseCron(text, name)]);
      isReadOrRefused(() => [...parseCrons(text, name)]);
    }),
    { numRuns: 5000 },
  );
});

test("whatever is read fires, unless the calendar ends before", () => {
  const fields = fc.tuple(
    fc.constantFrom("0", "*/7", "H", "59"),
    fc.constantFrom("0", "2-4", "H(1-3)", "23"),
    fc.constantFrom("*", "?", "*/31", "L", "L-29", "LW", "30W", "31", "15W,L-2", "29", "H"),
    fc.constantFrom("*", "2", "2,4", "H", "FEB-JUN/2"),
    fc.constantFrom("*", "?", "*/7", "FRI#5", "MON#1,SATL", "7", "*/2,WED#3", "H"),
  );
  const baseMs = Date.UTC(2026, 0, 1);
  fc.assert(
    fc.property(fields, fc.string(), (parts, name) => {
      const expression = parts.join(" ");
      try {
        expect(nextFireMs(parseCron(expression, name), zoneOf("UTC"), baseMs)).toBeGreaterThan(baseMs);
      } catch (error) {
        if (!(error instanceof BelfryError)) throw error;
        expect(error.message).toMatch(/ can never fire: /);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["many items", "1,".repeat(499)],
  ["many fields", "1 ".repeat(499)],
  ["many digits", "9".repeat(999)],
  ["many letters", "a".repeat(999)],
  ["many blanks", `1${" ".repeat(998)}`],
  ["many marks", "L#W".repeat(333)],
  ["many expressions", "1 1 1 1 1 ; ".repeat(83)],
  ["many parentheses", "H(".repeat(499)],
])("%s, too many to read, are refused with a short message", (_, text) => {
  expect(errorOf(text).message.length).toBeLessThan(400);
});

import { describe, expect, test } from "vitest";
import { cronsOf } from "../cron/cron.js";
import { type Lint, lintCron, type LintOptions } from "./lint-cron.js";
import { abbreviationWords } from "./zone-abbreviations.js";

const nowMs = Date.parse("2026-06-01T12:00:00Z");

const lint = (text: string, timeZone = "UTC", options: Partial<LintOptions> = {}): Lint[] =>
  lintCron(cronsOf(text, "backup"), timeZone, { nowMs, ...options });
const codes = (text: string, timeZone?: string) => lint(text, timeZone).map(({ code }) => code);

/** The message of a code, if it is given once. */
function said(code: string, text: string, timeZone?: string): string {
  const messages = lint(text, timeZone).filter((one) => one.code === code);
  expect(messages).toHaveLength(1);
  return messages[0]!.message;
}

describe("plain good expressions are passed in silence", () => {
  test.each([
    ["17 3 * * *", "UTC"],
    ["17 3 * * *", "Europe/Berlin"],
    ["17 4 * * *", "Africa/Cairo"],
    ["* * * * *", "UTC"],
    ["*/5 * * * *", "Europe/Berlin"],
    ["7/15 * * * *", "UTC"],
    ["H H * * *", "UTC"],
    ["H/15 * * * *", "America/New_York"],
    ["H 9-17 * * MON-FRI", "Asia/Kolkata"],
    ["12 6 1 * *", "Asia/Tokyo"],
    ["12 6 L * *", "Asia/Tokyo"],
    ["12 6 28 * *", "Asia/Tokyo"],
    ["12 6 1-31 * *", "Asia/Tokyo"],
    ["12 6 31 1,3,5 *", "Asia/Tokyo"],
    ["12 6 ? * MON", "Asia/Tokyo"],
    ["12 6 * * MON#1", "Asia/Tokyo"],
    ["12 6 1 */3 *", "Asia/Tokyo"],
    ["12 */6 * * *", "Asia/Tokyo"],
    ["12 9-17/2 * * *", "Asia/Tokyo"],
    ["0-30/7 * * * *", "Asia/Tokyo"],
    ["*/10 8-18 * * *", "Asia/Tokyo"],
    ["30 17 3 * * *", "UTC"],
    ["*/10 * * * * *", "UTC"],
    ["* 9-17 * * MON-FRI", "UTC"],
    ["* * * * MON", "UTC"],
    ["23 5 * * *\n23 11 * * SAT", "UTC"],
  ])("%j in %s", (text, timeZone) => {
    expect(lint(text, timeZone)).toEqual([]);
  });
});

test.each([
  [
    "both_days",
    "5 6 13 * FRI",
    'It fires on days that please either "13" or "FRI". Both must match only where one of the two begins with *, such as */2; a weekday by its number is MON#2 or FRIL.',
  ],
  [
    "both_days",
    "5 6 1-7 * MON",
    'It fires on days that please either "1-7" or "MON". For both write "5 6 * * MON#1".',
  ],
  [
    "both_days",
    "5 6 22-28 * 5",
    'It fires on days that please either "22-28" or "5". For both write "5 6 * * 5#4".',
  ],
  [
    "both_days",
    "5 6 25-31 * FRI",
    'It fires on days that please either "25-31" or "FRI". For both write "5 6 * * FRIL".',
  ],
  [
    "both_days",
    "5 6 1-31 * MON",
    'Either "1-31" or "MON" is enough, and one of them names all days: it fires every day. Write * in its place.',
  ],
  [
    "uneven_step",
    "*/45 * * * *",
    '"*/45" in the minute field is not each 45 minutes: after :45 comes :00. Write every: 45m instead of cron.',
  ],
  [
    "uneven_step",
    "*/45 9-17 * * *",
    '"*/45" in the minute field is not each 45 minutes: after :45 comes :00. Write a step that divides 60, such as */30.',
  ],
  [
    "uneven_step",
    "50/20 * * * *",
    '"50/20" in the minute field is not each 20 minutes: after :50 comes :50. Write every: 20m instead of cron.',
  ],
  [
    "uneven_step",
    "*/25 * * * * *",
    '"*/25" in the second field is not each 25 seconds: after :50 comes :00. Write every: 25s instead of cron.',
  ],
  [
    "uneven_step",
    "5 */7 * * *",
    '"*/7" in the hour field is not each 7 hours: after 21:00 comes 00:00. Write every: 7h instead of cron.',
  ],
  [
    "uneven_step",
    "5 */7 * * MON",
    '"*/7" in the hour field is not each 7 hours: after 21:00 comes 00:00. Write a step that divides 24, such as */6.',
  ],
  [
    "uneven_step",
    "5 6 */2 * *",
    '"*/2" in the day of month field is not each 2 days: after day 31 comes day 1. Write every: 2d instead of cron.',
  ],
  [
    "uneven_step",
    "5 6 */2 1-6 *",
    '"*/2" in the day of month field is not each 2 days: after day 31 comes day 1. Write a list, to say that it is meant.',
  ],
  [
    "uneven_step",
    "5 6 1 */5 *",
    '"*/5" in the month field is not each 5 months: after November comes January. Write a step that divides 12, such as */4.',
  ],
  [
    "uneven_step",
    "5 6 * * */2",
    '"*/2" in the day of week field is not each 2 days: after SAT comes SUN. Name the days: SUN,TUE,THU,SAT.',
  ],
  [
    "short_month",
    "5 6 31 * *",
    "Day 31 leaves out February, April, June, September and November. For the last day of each month write L.",
  ],
  [
    "short_month",
    "5 6 31W 1-4 *",
    "Day 31 leaves out February and April. For the last day of each month write L.",
  ],
  ["short_month", "5 6 15,30 * *", "Day 30 leaves out February. For the last day of each month write L."],
  [
    "short_month",
    "5 6 29 * *",
    "Day 29 comes in February of leap years only. For the last day of each month write L.",
  ],
  [
    "on_the_hour",
    "0 3 * * *",
    'It fires on the hour, as most jobs of the world do. For a minute of its own write "H 3 * * *", or set spread.',
  ],
  [
    "on_the_hour",
    "0 0 3 * * *",
    'It fires on the hour, as most jobs of the world do. For a minute of its own write "0 H 3 * * *", or set spread.',
  ],
  [
    "on_the_hour",
    "*/15 * * * *",
    'It fires on the hour, as most jobs of the world do. For a minute of its own write "H/15 * * * *", or set spread.',
  ],
  [
    "on_the_hour",
    "0,10 * * * *",
    "It fires on the hour, as most jobs of the world do. Choose other minutes, or set spread.",
  ],
  [
    "on_the_hour",
    "@daily",
    'It fires on the hour, as most jobs of the world do. For a minute of its own write "H 0 * * *", or set spread.',
  ],
  [
    "every_second",
    "* * * * * *",
    'It fires in each second of its minutes: of six fields the first is seconds. If once a minute is meant, write "* * * * *".',
  ],
  [
    "every_second",
    "* 30 2 * * *",
    'It fires in each second of its minutes: of six fields the first is seconds. If once a minute is meant, write "30 2 * * *".',
  ],
  [
    "every_minute",
    "* 3 * * *",
    'It fires 60 times in the hour from 03:00. If once is meant, write "0 3 * * *".',
  ],
  [
    "every_minute",
    "0 * 3,15 * * *",
    'It fires 60 times in each of the hours from 03:00 and 15:00. If once is meant, write "0 0 3,15 * * *".',
  ],
  ["every_minute", "* * 1 * *", 'It fires in each minute of its days. If once is meant, write "0 0 1 * *".'],
])("%s of %s", (code, text, message) => {
  expect(said(code, text)).toBe(message);
});

test.each([
  ["Africa/Cairo", "Clock changes of Africa/Cairo leave out midnight, next on Fri 30 Apr 2027."],
  ["America/Sao_Paulo", "Clock changes of America/Sao_Paulo leave out midnight, last on Sun 4 Nov 2018."],
  ["Pacific/Apia", "Clock changes of Pacific/Apia leave out midnight, last on Fri 30 Dec 2011."],
])("midnight is no time to choose in %s", (timeZone, why) => {
  expect(said("midnight", "0 0 * * *", timeZone)).toBe(`${why} Choose another time, such as 04:17.`);
  expect(codes("0 0,12 1 * *", timeZone)).toContain("midnight");
});

test.each([
  ["0 0 * * *", "UTC"],
  ["0 0 * * *", "America/New_York"],
  ["0 * * * *", "Africa/Cairo"],
  ["1 0 * * *", "Africa/Cairo"],
  ["0 12 * * *", "Africa/Cairo"],
])("nothing is said of midnight for %s in %s", (text, timeZone) => {
  expect(codes(text, timeZone)).not.toContain("midnight");
});

test("the clock changes of the next 400 days that touch its times are named", () => {
  const fold = "Sun 25 Oct 2026: 02:30 comes twice; it fires the first time only.";
  const gap = "Sun 28 Mar 2027: 02:30 does not exist; it fires at 03:00 instead.";
  const right = "Choose times that no clock change touches, or the zone UTC.";
  expect(said("clock_change", "30 2 * * *", "Europe/Berlin")).toBe(
    `Clock changes of Europe/Berlin touch its times. ${fold} ${gap} ${right}`,
  );
  expect(said("clock_change", "30 2 * 3 *", "Europe/Berlin")).toBe(
    `Clock changes of Europe/Berlin touch its times. ${gap} ${right}`,
  );
  expect(
    lint("30 2 * 3 *", "Europe/Berlin", { dst: { gap: "skip", fold: "both" } }).map(({ message }) => message),
  ).toEqual([
    `Clock changes of Europe/Berlin touch its times. ${gap.replace("fires at 03:00 instead", "is skipped")} ${right}`,
  ]);
});

test("an expression of all 24 hours follows elapsed time, and of clock changes nothing need be said", () => {
  expect(codes("*/5 * * * *", "Europe/Berlin")).toEqual([]);
  expect(codes("30 * * * *", "Europe/Berlin")).toEqual([]);
});

test.each([
  ["EST", "it is always 5 hours behind UTC, without summer time", "America/New_York"],
  ["est", "it is always 5 hours behind UTC, without summer time", "America/New_York"],
  ["EST5EDT", "it is a rule of the United States", "America/New_York"],
  ["CET", "it has summer time, though the letters name the winter's clock", "Europe/Berlin or Europe/Paris"],
  ["BST", "it stands for Asia/Dhaka", "Asia/Dhaka or Europe/London"],
  ["Etc/GMT+5", "it is always 5 hours behind UTC, for the sign is turned round", "America/New_York"],
  ["Etc/GMT-1", "it is always 1 hour ahead of UTC, for the sign is turned round", "Europe/Berlin"],
])("%s is no place", (timeZone, meaning, places) => {
  expect(abbreviationWords(timeZone)).toBe(
    `The time zone ${timeZone} is no place: ${meaning}. Write the zone of a place, such as ${places}.`,
  );
});

test.each([
  "UTC",
  "GMT",
  "Etc/UTC",
  "Etc/GMT",
  "Etc/GMT0",
  "Etc/GMT+0",
  "Zulu",
  "Europe/Berlin",
  "US/Eastern",
  "PRC",
])("%s is what it says", (timeZone) => {
  expect(abbreviationWords(timeZone)).toBeNull();
});

test("a zone's name is told of once, also for a schedule without an expression", () => {
  expect(codes("17 3 * * *\n18 4 * * *", "EST")).toEqual(["zone_abbreviation"]);
  expect(lintCron([], "EST", { nowMs })).toHaveLength(1);
  expect(lintCron([], "Europe/Berlin", { nowMs })).toEqual([]);
});

test("of several expressions the one that is meant is named", () => {
  expect(lint("17 3 * * *\n0 9 * * SAT")).toEqual([
    {
      code: "on_the_hour",
      message:
        'In "0 9 * * SAT": It fires on the hour, as most jobs of the world do. For a minute of its own write "H 9 * * SAT", or set spread.',
    },
  ]);
});

test("a schedule whose fires are spread does not fire on the hour", () => {
  expect(lint("0 3 * * *", "UTC", { spreadSec: 600 })).toEqual([]);
});

test("several things may be said of one expression", () => {
  expect(codes("0 0 31 * FRI", "Africa/Cairo")).toEqual([
    "both_days",
    "short_month",
    "on_the_hour",
    "midnight",
    "clock_change",
  ]);
});

import { describe, expect, test } from "vitest";
import type { DstRule } from "../clock/dst-rule.js";
import { cronOf } from "../cron/cron.js";
import { nextFireMs } from "./next-fire.js";
import { zoneOf } from "../clock/zone.js";

// Follows the public tables of robfig/cron v3 (spec_test.go: TestActivation, TestNext, TestNextWithTz): what fires there,
// fires here too, if one asks for its rule. Its local times are UTC here.
const asRobfig: DstRule = { gap: "skip", fold: "both" };

function next(expression: string, timeZone: string, base: string): string {
  const ms = nextFireMs(cronOf(expression), zoneOf(timeZone), Date.parse(base), asRobfig);
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

describe("which times are named", () => {
  test.each([
    ["0/15 * * * *", "2012-07-09T15:00", true],
    ["0/15 * * * *", "2012-07-09T15:45", true],
    ["0/15 * * * *", "2012-07-09T15:40", false],
    ["5/15 * * * *", "2012-07-09T15:05", true],
    ["5/15 * * * *", "2012-07-09T15:20", true],
    ["5/15 * * * *", "2012-07-09T15:50", true],
    ["0/15 * * Jul *", "2012-07-15T15:00", true],
    ["0/15 * * Jun *", "2012-07-15T15:00", false],
    ["30 08 ? Jul Sun", "2012-07-15T08:30", true],
    ["30 08 15 Jul ?", "2012-07-15T08:30", true],
    ["30 08 ? Jul Sun", "2012-07-16T08:30", false],
    ["30 08 15 Jul ?", "2012-07-16T08:30", false],
    ["@hourly", "2012-07-09T15:00", true],
    ["@hourly", "2012-07-09T15:04", false],
    ["@daily", "2012-07-09T15:00", false],
    ["@daily", "2012-07-09T00:00", true],
    ["@weekly", "2012-07-09T00:00", false],
    ["@weekly", "2012-07-08T00:00", true],
    ["@weekly", "2012-07-08T01:00", false],
    ["@monthly", "2012-07-08T00:00", false],
    ["@monthly", "2012-07-01T00:00", true],
    ["* * 1,15 * Sun", "2012-07-15T00:00", true],
    ["* * 1,15 * Sun", "2012-06-15T00:00", true],
    ["* * 1,15 * Sun", "2012-08-01T00:00", true],
    ["* * * * Mon", "2012-07-15T00:00", false],
    ["* * 1,15 * *", "2012-07-09T00:00", false],
    ["* * 1,15 * *", "2012-07-15T00:00", true],
    ["* * */2 * Sun", "2012-07-15T00:00", true],
  ])("%s at %sZ: %j", (expression, time, isNamed) => {
    const justBefore = new Date(Date.parse(`${time}:00Z`) - 1000).toISOString();
    expect(next(expression, "UTC", justBefore) === `${time}:00Z`).toBe(isNamed);
  });
});

describe("which time is next in UTC", () => {
  test.each([
    ["0 0/15 * * * *", "2012-07-09T14:45:00", "2012-07-09T15:00:00"],
    ["0 0/15 * * * *", "2012-07-09T14:59:00", "2012-07-09T15:00:00"],
    ["0 0/15 * * * *", "2012-07-09T14:59:59", "2012-07-09T15:00:00"],
    ["0 20-35/15 * * * *", "2012-07-09T15:45:00", "2012-07-09T16:20:00"],
    ["0 */15 * * * *", "2012-07-09T23:46:00", "2012-07-10T00:00:00"],
    ["0 20-35/15 * * * *", "2012-07-09T23:45:00", "2012-07-10T00:20:00"],
    ["15/35 20-35/15 * * * *", "2012-07-09T23:35:51", "2012-07-10T00:20:15"],
    ["15/35 20-35/15 1/2 * * *", "2012-07-09T23:35:51", "2012-07-10T01:20:15"],
    ["15/35 20-35/15 10-12 * * *", "2012-07-09T23:35:51", "2012-07-10T10:20:15"],
    ["15/35 20-35/15 1/2 */2 * *", "2012-07-09T23:35:51", "2012-07-11T01:20:15"],
    ["15/35 20-35/15 * 9-20 * *", "2012-07-09T23:35:51", "2012-07-10T00:20:15"],
    ["15/35 20-35/15 * 9-20 Jul *", "2012-07-09T23:35:51", "2012-07-10T00:20:15"],
    ["0 0 0 9 Apr-Oct ?", "2012-07-09T23:35:00", "2012-08-09T00:00:00"],
    ["0 0 0 */5 Oct Mon", "2012-07-09T23:35:00", "2012-10-01T00:00:00"],
    ["0 0 0 * Feb Mon", "2012-07-09T23:35:00", "2013-02-04T00:00:00"],
    ["0 0 0 * Feb Mon/2", "2012-07-09T23:35:00", "2013-02-01T00:00:00"],
    ["0 * * * * *", "2012-12-31T23:59:45", "2013-01-01T00:00:00"],
    ["0 0 0 29 Feb ?", "2012-07-09T23:35:00", "2016-02-29T00:00:00"],
  ])("%s after %sZ: %sZ", (expression, base, expected) => {
    expect(next(expression, "UTC", `${base}Z`)).toBe(`${expected}Z`);
  });
});

/** The instant as the zone's clock shows it, such as `2012-03-11T01:00-05:00`, in UTC. */
const instant = (text: string) => new Date(text).toISOString().replace(".000Z", "Z");

describe("which time is next when the clocks of New York change", () => {
  test.each([
    ["0 30 2 11 Mar ?", "2012-03-11T00:00-05:00", "2013-03-11T02:30-04:00"],
    ["0 0 * * * ?", "2012-03-11T00:00-05:00", "2012-03-11T01:00-05:00"],
    ["0 0 * * * ?", "2012-03-11T01:00-05:00", "2012-03-11T03:00-04:00"],
    ["0 0 * * * ?", "2012-03-11T03:00-04:00", "2012-03-11T04:00-04:00"],
    ["0 0 * * * ?", "2012-03-11T04:00-04:00", "2012-03-11T05:00-04:00"],
    ["0 0 1 * * ?", "2012-03-11T00:00-05:00", "2012-03-11T01:00-05:00"],
    ["0 0 1 * * ?", "2012-03-11T01:00-05:00", "2012-03-12T01:00-04:00"],
    ["0 0 2 * * ?", "2012-03-11T00:00-05:00", "2012-03-12T02:00-04:00"],
    ["0 30 2 04 Nov ?", "2012-11-04T00:00-04:00", "2012-11-04T02:30-05:00"],
    ["0 30 1 04 Nov ?", "2012-11-04T01:45-04:00", "2012-11-04T01:30-05:00"],
    ["0 0 * * * ?", "2012-11-04T00:00-04:00", "2012-11-04T01:00-04:00"],
    ["0 0 * * * ?", "2012-11-04T01:00-04:00", "2012-11-04T01:00-05:00"],
    ["0 0 * * * ?", "2012-11-04T01:00-05:00", "2012-11-04T02:00-05:00"],
    ["0 0 1 * * ?", "2012-11-04T00:00-04:00", "2012-11-04T01:00-04:00"],
    ["0 0 1 * * ?", "2012-11-04T01:00-04:00", "2012-11-04T01:00-05:00"],
    ["0 0 1 * * ?", "2012-11-04T01:00-05:00", "2012-11-05T01:00-05:00"],
    ["0 0 2 * * ?", "2012-11-04T00:00-04:00", "2012-11-04T02:00-05:00"],
    ["0 0 2 * * ?", "2012-11-04T02:00-05:00", "2012-11-05T02:00-05:00"],
    ["0 0 3 * * ?", "2012-11-04T00:00-04:00", "2012-11-04T03:00-05:00"],
    ["0 0 3 * * ?", "2012-11-04T03:00-05:00", "2012-11-05T03:00-05:00"],
    ["0 0 3 3 * ?", "2012-11-04T00:00-04:00", "2012-12-03T03:00-05:00"],
  ])("%s after %s: %s", (expression, base, expected) => {
    expect(next(expression, "America/New_York", base)).toBe(instant(expected));
  });
});

test.each([
  ["0 0 9 10 * ?", "America/Sao_Paulo", "2018-10-17T05:00-04:00", "2018-11-10T06:00-05:00"],
  ["0 0 9 22 * ?", "America/Sao_Paulo", "2018-02-14T05:00-05:00", "2018-02-22T07:00-05:00"],
  ["14 14 * * *", "Asia/Kolkata", "2016-01-03T13:09:03+05:30", "2016-01-03T14:14+05:30"],
  ["14 14 * * ?", "Asia/Kolkata", "2016-01-03T04:09:03+05:30", "2016-01-03T14:14+05:30"],
  ["14 14 * * *", "Asia/Kolkata", "2016-01-03T14:09:03+05:30", "2016-01-03T14:14+05:30"],
  ["14 14 * * ?", "Asia/Kolkata", "2016-01-03T14:00:00+05:30", "2016-01-03T14:14+05:30"],
])("%s in %s after %s: %s", (expression, timeZone, base, expected) => {
  expect(next(expression, timeZone, base)).toBe(instant(expected));
});

test.each(["0 0 0 30 Feb ?", "0 0 0 31 Apr ?"])(
  "%s never fires: robfig answers no time, Belfry refuses it",
  (expression) => {
    expect(() => cronOf(expression)).toThrow(expect.objectContaining({ code: "invalid_cron" }));
  },
);

// robfig takes a step in a day field for a restriction, so that either field may name the day. In Debian's cron, and here,
// a field that begins with a star leaves it to both fields.
describe("a step in a day field beside a restricted one: both must match, where robfig's takes either", () => {
  test.each([
    ["* * */10 * Sun", "2012-07-14T23:59:59", "2012-07-15T00:00:00", "2012-10-21T00:00:00"],
    ["0 0 */5 Apr,Aug,Oct Mon", "2012-07-09T23:35:00", "2012-08-01T00:00:00", "2012-08-06T00:00:00"],
  ])("%s after %sZ: robfig's %sZ, ours %sZ", (expression, base, theirs, ours) => {
    expect(next(expression, "UTC", `${base}Z`)).toBe(`${ours}Z`);
    const either = expression.replace("*/10", "1-31/10").replace("*/5", "1-31/5");
    expect(next(either, "UTC", `${base}Z`)).toBe(`${theirs}Z`);
  });
});

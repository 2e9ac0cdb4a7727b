import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron } from "../cron/cron.js";
import type { DstRule } from "../clock/dst-rule.js";
import { nextFire, nextFireMs } from "./next-fire.js";
import { zoneOf } from "../clock/zone.js";

/** The fires after the beginning of a stretch of time and until its end, as `03-29T01:00Z`. */
function fires(expression: string, timeZone: string, stretch: string, dst?: DstRule): string[] {
  const found: string[] = [];
  const spec = parseCron(expression);
  const [after, until] = stretch.split("/").map((instant) => Date.parse(instant));
  let ms = nextFireMs(spec, zoneOf(timeZone), after!, dst);
  for (; ms <= until!; ms = nextFireMs(spec, zoneOf(timeZone), ms, dst)) {
    found.push(new Date(ms).toISOString().slice(5).replace(":00.000Z", "Z"));
  }
  return found;
}

describe("on ordinary days", () => {
  test.each([
    ["* * * * *", "UTC", "2026-07-01T12:00:00Z", "2026-07-01T12:01:00.000Z"],
    ["* * * * *", "UTC", "2026-07-01T12:00:59.999Z", "2026-07-01T12:01:00.000Z"],
    ["* * * * *", "UTC", "2026-07-01T11:59:59.999Z", "2026-07-01T12:00:00.000Z"],
    ["* * * * * *", "UTC", "2026-07-01T12:00:00.001Z", "2026-07-01T12:00:01.000Z"],
    ["*/20 30 9 * * *", "UTC", "2026-07-01T09:30:40Z", "2026-07-02T09:30:00.000Z"],
    ["0 9 * * MON-FRI", "America/New_York", "2026-07-03T13:00:00Z", "2026-07-06T13:00:00.000Z"],
    ["0 0 1 1 *", "Asia/Kolkata", "2026-07-01T00:00:00Z", "2026-12-31T18:30:00.000Z"],
    ["0 0 29 2 *", "UTC", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00.000Z"],
    ["0 0 13 * FRI", "UTC", "2026-02-11T00:00:00Z", "2026-02-13T00:00:00.000Z"],
    ["0 0 29 2 */7", "UTC", "2026-01-01T00:00:00Z", "2032-02-29T00:00:00.000Z"],
    ["30 23 31 12 *", "Pacific/Auckland", "2026-12-31T10:30:00Z", "2027-12-31T10:30:00.000Z"],
    ["0 0 1 1 *", "UTC", "1969-06-01T00:00:00Z", "1970-01-01T00:00:00.000Z"],
    ["0 12 * * *", "Africa/Monrovia", "1971-06-01T00:00:00Z", "1971-06-01T12:44:30.000Z"],
  ])("%s in %s after %s fires at %s", (expression, timeZone, base, expected) => {
    expect(nextFire(expression, timeZone, new Date(base))?.toISOString()).toBe(expected);
  });
});

describe("when the clocks change", () => {
  test.each([
    [
      "a time left out",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z/2026-03-30T12:00Z",
      ["03-29T01:00Z", "03-30T00:30Z"],
    ],
    [
      "a time that comes twice",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-24T12:00Z/2026-10-26T12:00Z",
      ["10-25T00:30Z", "10-26T01:30Z"],
    ],
    ["after the first of two", "30 2 * * *", "Europe/Berlin", "2026-10-25T00:30Z/2026-10-26T00:00Z", []],
    ["between the two", "30 2 * * *", "Europe/Berlin", "2026-10-25T01:10Z/2026-10-26T00:00Z", []],
    [
      "two left out are one",
      "0,30 2 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z/2026-03-29T12:00Z",
      ["03-29T01:00Z"],
    ],
    [
      "one left out and one at the very instant are one",
      "0 2,3 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z/2026-03-29T12:00Z",
      ["03-29T01:00Z"],
    ],
    [
      "one left out and one later are two",
      "30 2,3 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z/2026-03-29T12:00Z",
      ["03-29T01:00Z", "03-29T01:30Z"],
    ],
    [
      "each hour of most: gap",
      "0 1-23 * * *",
      "Europe/Berlin",
      "2026-03-28T23:30Z/2026-03-29T02:00Z",
      ["03-29T00:00Z", "03-29T01:00Z", "03-29T02:00Z"],
    ],
    [
      "each hour of most: fold",
      "0 1-23 * * *",
      "Europe/Berlin",
      "2026-10-24T22:30Z/2026-10-25T02:30Z",
      ["10-24T23:00Z", "10-25T00:00Z", "10-25T02:00Z"],
    ],
    [
      "each half hour: fold",
      "*/30 * * * *",
      "Europe/Berlin",
      "2026-10-25T00:00Z/2026-10-25T02:00Z",
      ["10-25T00:30Z", "10-25T01:00Z", "10-25T01:30Z", "10-25T02:00Z"],
    ],
    [
      "each half hour: gap",
      "*/30 * * * *",
      "Europe/Berlin",
      "2026-03-29T00:00Z/2026-03-29T01:30Z",
      ["03-29T00:30Z", "03-29T01:00Z", "03-29T01:30Z"],
    ],
    [
      "each hour written out: fold",
      "0 0-23 * * *",
      "Europe/Berlin",
      "2026-10-25T00:00Z/2026-10-25T02:00Z",
      ["10-25T01:00Z", "10-25T02:00Z"],
    ],
    [
      "each hour over half an hour left out",
      "0 * * * *",
      "Australia/Lord_Howe",
      "2026-10-03T14:00Z/2026-10-03T16:00Z",
      ["10-03T14:30Z", "10-03T16:00Z"],
    ],
    [
      "half an hour left out",
      "15 2 * * *",
      "Australia/Lord_Howe",
      "2026-10-03T12:00Z/2026-10-04T12:00Z",
      ["10-03T15:30Z"],
    ],
    [
      "half an hour twice",
      "45 1 * * *",
      "Australia/Lord_Howe",
      "2026-04-04T12:00Z/2026-04-05T12:00Z",
      ["04-04T14:45Z"],
    ],
    [
      "no midnight",
      "0 0 * * *",
      "Africa/Cairo",
      "2026-04-23T12:00Z/2026-04-25T12:00Z",
      ["04-23T22:00Z", "04-24T21:00Z"],
    ],
    [
      "midnight once, though 23:00 comes twice",
      "0 0,23 * * *",
      "Africa/Cairo",
      "2026-10-29T12:00Z/2026-10-30T12:00Z",
      ["10-29T20:00Z", "10-29T22:00Z"],
    ],
    [
      "midnight twice",
      "0 0 * * *",
      "America/Havana",
      "2026-10-31T12:00Z/2026-11-01T12:00Z",
      ["11-01T04:00Z"],
    ],
    [
      "a day left out",
      "0 12 * * *",
      "Pacific/Apia",
      "2011-12-29T12:00Z/2011-12-31T12:00Z",
      ["12-29T22:00Z", "12-30T10:00Z", "12-30T22:00Z"],
    ],
    [
      "a day of the month left out",
      "0 12 30 * *",
      "Pacific/Apia",
      "2011-12-01T12:00Z/2012-02-01T12:00Z",
      ["12-30T10:00Z", "01-29T22:00Z"],
    ],
    [
      "each hour over a day left out",
      "0 * 30 * *",
      "Pacific/Apia",
      "2011-12-01T12:00Z/2012-01-29T10:00Z",
      ["01-29T10:00Z"],
    ],
    [
      "back to winter for Ramadan",
      "30 2 * * *",
      "Africa/Casablanca",
      "2026-02-14T12:00Z/2026-02-15T12:00Z",
      ["02-15T01:30Z"],
    ],
    [
      "seconds of a minute left out",
      "*/30 59 2 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z/2026-03-29T12:00Z",
      ["03-29T01:00Z"],
    ],
  ])("%s: %s in %s", (_, expression, timeZone, stretch, expected) => {
    expect(fires(expression, timeZone, stretch)).toEqual(expected);
  });

  const gap = "2026-03-28T12:00Z/2026-03-29T12:00Z";
  const fold = "2026-10-24T12:00Z/2026-10-25T12:00Z";
  test.each<[DstRule["gap"], DstRule["fold"], string, string[]]>([
    ["skip", "first", gap, []],
    ["next-valid", "last", gap, ["03-29T01:00Z"]],
    ["next-valid", "both", gap, ["03-29T01:00Z"]],
    ["skip", "first", fold, ["10-25T00:30Z"]],
    ["skip", "last", fold, ["10-25T01:30Z"]],
    ["skip", "both", fold, ["10-25T00:30Z", "10-25T01:30Z"]],
  ])("gap %s, fold %s: 30 2 * * * in Berlin", (gapRule, foldRule, stretch, expected) => {
    expect(fires("30 2 * * *", "Europe/Berlin", stretch, { gap: gapRule, fold: foldRule })).toEqual(expected);
  });

  test("an expression of all hours follows elapsed time, whatever is chosen for gaps and folds", () => {
    const chosen = { gap: "next-valid", fold: "last" } as const;
    expect(fires("30 * * * *", "Europe/Berlin", "2026-10-25T00:00Z/2026-10-25T02:00Z", chosen)).toEqual([
      "10-25T00:30Z",
      "10-25T01:30Z",
    ]);
  });
});

test("nothing fires beyond the year 2199", () => {
  expect(nextFire("0 0 1 1 *", "UTC", new Date("2199-01-01T00:00:00Z"))).toBeNull();
  expect(nextFire("* * * * *", "UTC", new Date("2199-12-31T23:59:00Z"))).toBeNull();
  expect(nextFire("* * * * *", "America/New_York", new Date("2200-01-01T04:58:00Z"))).not.toBeNull();
  expect(nextFire("* * * * *", "America/New_York", new Date("2200-01-01T04:59:00Z"))).toBeNull();
  expect(nextFire("* * * * *", "UTC", new Date(8.64e15))).toBeNull();
});

test("a base before the year 1900 is as good as the beginning of that year", () => {
  expect(nextFire("0 0 1 1 *", "UTC", new Date(-8.64e15))?.toISOString()).toBe("1900-01-01T00:00:00.000Z");
});

test.each([
  ["* * *", "UTC", 0, "invalid_cron"],
  ["* * * * *", "Nowhere", 0, "invalid_timezone"],
  ["* * * * *", "UTC", NaN, "invalid_request"],
])("nextFire(%j, %j, new Date(%s)) is refused with %s", (expression, timeZone, base, code) => {
  expect(() => nextFire(expression, timeZone, new Date(base))).toThrow(expect.objectContaining({ code }));
});

test("each fire is later than the one before, and nothing fires between them", () => {
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Asuncion",
  );
  const expression = fc.constantFrom(
    "* * * * *",
    "30 2 * * *",
    "0 0 * * 7",
    "0 0 29 2 *",
    "*/7 3-23 1-7 * MON",
    "5 0-3 */2 */3 *",
  );
  const rule = fc.record<DstRule>({
    gap: fc.constantFrom("next-valid", "skip"),
    fold: fc.constantFrom("first", "last", "both"),
  });
  const baseMs = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2100, 0, 1) });
  fc.assert(
    fc.property(
      expression,
      zone,
      rule,
      baseMs,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (text, name, dst, base, part) => {
        const spec = parseCron(text);
        const next = nextFireMs(spec, zoneOf(name), base, dst);
        expect(next).toBeGreaterThan(base);
        const between = base + Math.floor((next - 1 - base) * part);
        expect(nextFireMs(spec, zoneOf(name), between, dst)).toBe(next);
        expect(nextFireMs(spec, zoneOf(name), next, dst)).toBeGreaterThan(next);
      },
    ),
    { numRuns: 2000 },
  );
});

test("what is not text is refused, and never falls back to the machine's own zone", () => {
  const base = new Date("2026-01-01T00:00:00Z");
  expect(() => nextFire("* * * * *", undefined as unknown as string, base)).toThrow(
    "undefined is not a time zone.",
  );
  expect(() => nextFire(undefined as unknown as string, "UTC", base)).toThrow(
    "undefined is not a cron expression.",
  );
});

describe("what nextFire may be told besides", () => {
  const winter = new Date("2026-10-25T00:00:00Z");

  test("several expressions, one a line: the first fire of any", () => {
    const both = "30 4 * * *\n0 */3 * * *\n";
    expect(nextFire(both, "UTC", new Date("2026-07-01T03:10:00Z"))).toEqual(new Date("2026-07-01T04:30:00Z"));
    expect(nextFire(both, "UTC", new Date("2026-07-01T04:30:00Z"))).toEqual(new Date("2026-07-01T06:00:00Z"));
  });

  test("a rule for the clocks: half of it stays as it is", () => {
    const last = nextFire("30 2 * * *", "Europe/Berlin", winter, { dst: { fold: "last" } });
    expect(last).toEqual(new Date("2026-10-25T01:30:00Z"));
    const spring = new Date("2026-03-29T00:00:00Z");
    const moved = nextFire("30 2 * * *", "Europe/Berlin", spring, { dst: { fold: "last" } });
    expect(moved).toEqual(new Date("2026-03-29T01:00:00Z"));
    const skipped = nextFire("30 2 * * *", "Europe/Berlin", spring, { dst: { gap: "skip" } });
    expect(skipped).toEqual(new Date("2026-03-30T00:30:00Z"));
  });

  test("the name that an H needs", () => {
    const named = nextFire("H 3 * * *", "UTC", winter, { name: "backup" })!;
    expect(named.getUTCHours()).toBe(3);
    expect(() => nextFire("H 3 * * *", "UTC", winter)).toThrow(/a schedule's name/);
  });
});

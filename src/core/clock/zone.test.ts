import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Zone, zoneOf } from "./zone.js";

const seconds = (instant: string) => Date.parse(instant) / 1000;
const changesIn = (timeZone: string, from: string, to: string) => {
  const zone = zoneOf(timeZone);
  const first = zone.segmentAt(seconds(from));
  const last = zone.segmentAt(seconds(to));
  const within = zone.segments.slice(zone.segmentAt(seconds(from)) + 1, zone.segmentAt(seconds(to)) + 1);
  expect(within).toHaveLength(last - first);
  return within.map(({ startSec, offsetSec }) => [new Date(startSec * 1000).toISOString(), offsetSec / 60]);
};
const errorOf = (timeZone: string) => {
  try {
    zoneOf(timeZone);
  } catch (error) {
    return error;
  }
  throw new Error(`${timeZone} is known`);
};

test("the clock changes of Berlin in 2026 are those of its law", () => {
  expect(changesIn("Europe/Berlin", "2026-01-01T00:00Z", "2027-01-01T00:00Z")).toEqual([
    ["2026-03-29T01:00:00.000Z", 120],
    ["2026-10-25T01:00:00.000Z", 60],
  ]);
});

test("a shift of half an hour is seen", () => {
  expect(changesIn("Australia/Lord_Howe", "2026-01-01T00:00Z", "2027-01-01T00:00Z")).toEqual([
    ["2026-04-04T15:00:00.000Z", 630],
    ["2026-10-03T15:30:00.000Z", 660],
  ]);
});

test("four changes in a year are seen", () => {
  expect(changesIn("Africa/Cairo", "2010-01-01T00:00Z", "2011-01-01T00:00Z")).toEqual([
    ["2010-04-29T22:00:00.000Z", 180],
    ["2010-08-10T21:00:00.000Z", 120],
    ["2010-09-09T22:00:00.000Z", 180],
    ["2010-09-30T21:00:00.000Z", 120],
  ]);
});

test("a summer time of one week is seen", () => {
  expect(changesIn("America/Recife", "2000-06-01T00:00Z", "2001-01-01T00:00Z")).toEqual([
    ["2000-10-08T03:00:00.000Z", -120],
    ["2000-10-15T02:00:00.000Z", -180],
  ]);
});

test("a skipped day is seen", () => {
  expect(changesIn("Pacific/Apia", "2011-12-01T00:00Z", "2012-01-15T00:00Z")).toEqual([
    ["2011-12-30T10:00:00.000Z", 840],
  ]);
});

test("an offset that is no whole number of minutes is seen, and its end to the second", () => {
  expect(changesIn("Africa/Monrovia", "1971-12-01T00:00Z", "1972-02-01T00:00Z")).toEqual([
    ["1972-01-07T00:44:30.000Z", 0],
  ]);
  expect(zoneOf("Africa/Monrovia").offsetSecAt(0)).toBe(-2670);
});

test("a zone without changes is one segment", () => {
  expect(changesIn("UTC", "1970-01-01T00:00Z", "2199-12-31T00:00Z")).toEqual([]);
  expect(zoneOf("Asia/Kolkata").offsetSecAt(seconds("2050-06-01T00:00Z"))).toBe(5.5 * 3600);
});

test("the order in which years are asked for does not matter", () => {
  const there = ["Europe/Lisbon", "America/Asuncion", "Africa/Casablanca"];
  const year = fc.integer({ min: 1900, max: 2199 }).map((value) => Date.UTC(value, 0, 1) / 1000);
  fc.assert(
    fc.property(
      fc.constantFrom(...there),
      fc.array(year, { minLength: 1, maxLength: 4 }),
      (timeZone, years) => {
        const fresh = new Zone(timeZone);
        for (const atSec of years) expect(fresh.offsetSecAt(atSec)).toBe(zoneOf(timeZone).offsetSecAt(atSec));
      },
    ),
    { numRuns: 20 },
  );
});

test("the offset of any zone at any instant is the one that Intl shows", () => {
  const names = Intl.supportedValuesOf("timeZone");
  const shown = new Map<string, Intl.DateTimeFormat>();
  const offsetShown = (timeZone: string, atSec: number) => {
    const format =
      shown.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    shown.set(timeZone, format);
    const text = format.format(atSec * 1000).split("GMT")[1] ?? "";
    const [hours = 0, minutes = 0, rest = 0] = text.slice(1).split(":").map(Number);
    return (text.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
  };
  const atSec = fc.integer({ min: seconds("1970-01-01T00:00Z"), max: seconds("2060-01-01T00:00Z") });
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(atSec, { minLength: 50, maxLength: 50 }),
      (timeZone, instants) => {
        for (const instant of instants) {
          expect(zoneOf(timeZone).offsetSecAt(instant)).toBe(offsetShown(timeZone, instant) + 0);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ["Berlin", 'Did you mean "Europe/Berlin"?'],
  ["europe/berln", 'Did you mean "Europe/Berlin"?'],
  ["Amerca/New_York", 'Did you mean "America/New_York"?'],
  ["Mars/Olympus_Mons", 'Write an IANA name such as "Europe/Berlin".'],
  ["", 'Write an IANA name such as "Europe/Berlin".'],
  ["x".repeat(10_000), 'Write an IANA name such as "Europe/Berlin".'],
])("%s is no zone", (timeZone, hint) => {
  const what = `${JSON.stringify(timeZone)} is not a time zone of the IANA database`;
  expect(errorOf(timeZone)).toMatchObject({ code: "invalid_timezone", message: `${what}. ${hint}` });
});

test.each(["+02:00", "-0530", "+14"])("the offset %s is no zone", (timeZone) => {
  expect(errorOf(timeZone)).toMatchObject({
    code: "invalid_timezone",
    message: `"${timeZone}" is an offset, which knows nothing of clock changes, not a time zone. Write a name such as "Europe/Berlin", or "Etc/GMT-2" for always two hours ahead of UTC.`,
  });
});

test.each(["UTC", "utc", "Etc/GMT+5", "US/Pacific", "CET", "europe/berlin"])(
  "the alias %s is a zone",
  (timeZone) => {
    expect(zoneOf(timeZone).name).toBe(timeZone);
  },
);

test("a zone that was asked for lately is not read again", () => {
  expect(zoneOf("Asia/Tokyo")).toBe(zoneOf("Asia/Tokyo"));
});

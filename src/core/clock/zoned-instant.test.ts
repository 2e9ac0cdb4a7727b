import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstInstantOf, instantIn, lastInstantOf, readInstant } from "./zoned-instant.js";
import { Zone, zoneOf } from "./zone.js";

const read = (text: string, timeZone = "Europe/Berlin", edge: "start" | "end" = "start") =>
  instantIn(text, timeZone, edge).toISOString();

describe("an instant as it stands", () => {
  test.each([
    ["2026-12-24T18:00:00Z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24T18:00Z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24t18:00:00.25z", "2026-12-24T18:00:00.250Z"],
    ["2026-12-24T18:00:00.123456789Z", "2026-12-24T18:00:00.123Z"],
    [" 2026-12-24 18:00:30+01:00 ", "2026-12-24T17:00:30.000Z"],
    ["2026-12-24T18:00-05:30", "2026-12-24T23:30:00.000Z"],
    ["2026-12-24T18:00-0530", "2026-12-24T23:30:00.000Z"],
    ["2026-12-24T18:00+01", "2026-12-24T17:00:00.000Z"],
    ["2026-12-31T24:00Z", "2027-01-01T00:00:00.000Z"],
  ])("%s is %s, whatever the zone", (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(read(text, "Pacific/Apia", "end")).toBe(expected);
  });
});

describe("a time on the zone's wall clock", () => {
  test.each([
    ["in winter", "2026-12-24T18:00", "Europe/Berlin", "2026-12-24T17:00:00.000Z"],
    ["in summer", "2026-07-24 18:00:30", "Europe/Berlin", "2026-07-24T16:00:30.000Z"],
    ["with two blanks", "2026-07-24  18:00", "Europe/Berlin", "2026-07-24T16:00:00.000Z"],
    ["in a gap", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["at the start of a gap", "2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["at the end of a gap", "2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["that comes once again", "2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z"],
    ["in a gap of half an hour", "2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
    ["in a skipped day", "2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
    ["at a midnight that is left out", "2018-11-04T00:00", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    ["at the end of a day", "2026-12-24T24:00", "America/New_York", "2026-12-25T05:00:00.000Z"],
    ["with an offset in seconds", "1971-06-01T12:00", "Africa/Monrovia", "1971-06-01T12:44:30.000Z"],
    ["at the start of the calendar", "1900-01-01T00:00", "Asia/Tokyo", "1899-12-31T15:00:00.000Z"],
    ["at the end of the calendar", "2199-12-31T23:59:59", "Pacific/Honolulu", "2200-01-01T09:59:59.000Z"],
  ])("%s: %s in %s is %s", (_, text, timeZone, expected) => {
    expect(read(text, timeZone, "start")).toBe(expected);
    expect(read(text, timeZone, "end")).toBe(expected);
  });

  test("that comes twice is the first as a start, and the last as an end", () => {
    expect(read("2026-10-25T02:30", "Europe/Berlin", "start")).toBe("2026-10-25T00:30:00.000Z");
    expect(read("2026-10-25T02:30", "Europe/Berlin", "end")).toBe("2026-10-25T01:30:00.000Z");
  });
});

describe("a whole day of the zone", () => {
  test.each([
    ["2026-12-24", "Europe/Berlin", "2026-12-23T23:00:00.000Z", "2026-12-24T22:59:59.999Z"],
    ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"],
    ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"],
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"],
    ["2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00:00.000Z", "2018-02-18T02:59:59.999Z"],
    ["2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z", "2026-11-02T04:59:59.999Z"],
    ["2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00.000Z", "2011-12-30T09:59:59.999Z"],
    ["2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-31T09:59:59.999Z"],
    ["2028-02-29", "UTC", "2028-02-29T00:00:00.000Z", "2028-02-29T23:59:59.999Z"],
    ["2199-12-31", "UTC", "2199-12-31T00:00:00.000Z", "2199-12-31T23:59:59.999Z"],
  ])("%s in %s goes from %s to %s", (text, timeZone, start, end) => {
    expect(read(text, timeZone, "start")).toBe(start);
    expect(read(text, timeZone, "end")).toBe(end);
  });
});

const notOne =
  "is not an instant. Write it as 2026-12-24T18:00:00Z, 2026-12-24T18:00 on the zone's clock, or 2026-12-24 for a whole day.";

describe("a text that is no instant is refused", () => {
  test.each([
    ["2026-13-01", 'Month 13 is out of range 01-12 in "2026-13-01".'],
    ["2026-00-01", 'Month 00 is out of range 01-12 in "2026-00-01".'],
    ["2026-04-31", 'Day 31 is out of range 01-30 in "2026-04-31".'],
    ["2026-02-29", 'Day 29 is out of range 01-28 in "2026-02-29".'],
    ["1899-12-31", 'Year 1899 is out of range 1900-2199 in "1899-12-31".'],
    ["2200-01-01T00:00Z", 'Year 2200 is out of range 1900-2199 in "2200-01-01T00:00Z".'],
    ["2026-12-24T25:00", 'Hour 25 is out of range 00-23 in "2026-12-24T25:00".'],
    ["2026-12-24T24:01", 'Hour 24 is out of range 00-23 in "2026-12-24T24:01".'],
    ["2026-12-24T18:60Z", 'Minute 60 is out of range 00-59 in "2026-12-24T18:60Z".'],
    ["2026-12-24T18:00:60", 'Second 60 is out of range 00-59 in "2026-12-24T18:00:60".'],
    ["2026-12-24T18:00+24:00", 'The offset\'s hour 24 is out of range 00-23 in "2026-12-24T18:00+24:00".'],
    ["2026-12-24T18:00+01:99", 'The offset\'s minute 99 is out of range 00-59 in "2026-12-24T18:00+01:99".'],
    ["tomorrow", `"tomorrow" ${notOne}`],
    ["", `"" ${notOne}`],
    ["2026-1-5", `"2026-1-5" ${notOne}`],
    ["2026-12-24T18", `"2026-12-24T18" ${notOne}`],
    ["2026-12-24T18:00:00.5", `"2026-12-24T18:00:00.5" ${notOne}`],
    ["٢٠٢٦-12-24", `"٢٠٢٦-12-24" ${notOne}`],
    ["x".repeat(1000), `"${"x".repeat(60)}…" ${notOne}`],
    [
      "2011-12-30",
      "Pacific/Apia had no 2011-12-30: its clocks skipped that day. Write the day before or after.",
    ],
  ])("%j", (text, message) => {
    expect(() => instantIn(text, "Pacific/Apia", "start")).toThrow(
      expect.objectContaining({ code: "invalid_request", message }),
    );
  });

  test("with a zone that is none", () => {
    expect(() => instantIn("2026-12-24", "Mars/Olympus_Mons", "start")).toThrow(
      expect.objectContaining({ code: "invalid_timezone" }),
    );
  });
});

const zoneNames = fc.constantFrom(
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Pacific/Kwajalein",
  "Africa/Monrovia",
  "America/Havana",
);
const localSeconds = fc.integer({ min: Date.UTC(1900, 0, 1) / 1000, max: Date.UTC(2200, 0, 1) / 1000 });

test("what the first instant of a time is does not depend on what was asked before", () => {
  fc.assert(
    fc.property(zoneNames, fc.array(localSeconds, { minLength: 1, maxLength: 4 }), (timeZone, times) => {
      const fresh = new Zone(timeZone);
      for (const localSec of times) {
        expect(firstInstantOf(fresh, localSec)).toBe(firstInstantOf(zoneOf(timeZone), localSec));
        expect(lastInstantOf(fresh, localSec)).toBe(lastInstantOf(zoneOf(timeZone), localSec));
      }
    }),
    { numRuns: 60 },
  );
});

test("before the first instant of a time the clock shows earlier times only, after the last later ones only", () => {
  // Around the changes of these zones between 1968 and 2026, in steps of 30 seconds, against what Intl shows.
  const spans = fc.constantFrom(
    ["Europe/Berlin", "2026-03-29"],
    ["Europe/Berlin", "2026-10-25"],
    ["Australia/Lord_Howe", "2026-04-05"],
    ["Australia/Lord_Howe", "2026-10-04"],
    ["America/Sao_Paulo", "2018-11-04"],
    ["America/Sao_Paulo", "2018-02-18"],
    ["Pacific/Apia", "2011-12-30"],
    ["Pacific/Kwajalein", "1969-09-30"],
    ["Africa/Monrovia", "1972-01-07"],
  );
  fc.assert(
    fc.property(spans, fc.integer({ min: -2880, max: 2880 }), ([timeZone, day], step) => {
      const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
      const middleMs = Date.parse(day);
      const localSec = middleMs / 1000 + step * 30;
      const written = new Date(localSec * 1000).toISOString().slice(0, 19).replace("T", " ");
      const steps = Array.from({ length: 11_520 }, (_, index) => middleMs + (index - 5760) * 30_000);
      const shown = steps.map((ms) => format.format(ms));
      const first = steps[shown.findIndex((time) => time >= written)]!;
      const until = shown.findLastIndex((time) => time <= written);
      const last = steps[shown[until] === written ? until : until + 1]!;
      expect(firstInstantOf(zoneOf(timeZone), localSec) * 1000).toBe(first);
      expect(lastInstantOf(zoneOf(timeZone), localSec) * 1000).toBe(last);
    }),
    { numRuns: 60 },
  );
});

test("an instant that a machine writes is read back", () => {
  const ms = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) - 1 });
  fc.assert(
    fc.property(ms, (instant) => {
      expect(readInstant(new Date(instant).toISOString())).toEqual({ kind: "instant", ms: instant });
    }),
  );
});

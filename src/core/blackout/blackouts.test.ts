import { describe, expect, test } from "vitest";
import type { Blackout } from "./blackout.js";
import { Blackouts, blackoutsOf, checkBlackouts } from "./blackouts.js";
import { zoneOf } from "../clock/zone.js";

const named = (...list: string[]): Blackout[] => list.map((when) => ({ when, reason: null }));
const instant = (ms: number) =>
  Number.isFinite(ms) ? new Date(ms).toISOString().replace(":00.000", "") : String(ms);
const inWords = (stretch: ReturnType<Blackouts["at"]>) =>
  stretch === null ? null : `${instant(stretch.startMs)} .. ${instant(stretch.endMs)}`;
const at = (timeZone: string, ms: string, ...list: string[]) =>
  inWords(new Blackouts(named(...list), zoneOf(timeZone)).at(Date.parse(ms)));
const from = (timeZone: string, ms: string, ...list: string[]) =>
  inWords(new Blackouts(named(...list), zoneOf(timeZone)).from(Date.parse(ms)));

describe("the stretch that an instant is in", () => {
  test.each([
    ["a weekend", "SAT-SUN", "Europe/Berlin", "2026-07-04T12:00Z", "2026-07-03T22:00Z .. 2026-07-05T22:00Z"],
    ["before it", "SAT-SUN", "Europe/Berlin", "2026-07-03T21:59:59.999Z", null],
    [
      "at its start",
      "SAT-SUN",
      "Europe/Berlin",
      "2026-07-03T22:00Z",
      "2026-07-03T22:00Z .. 2026-07-05T22:00Z",
    ],
    ["at its end", "SAT-SUN", "Europe/Berlin", "2026-07-05T22:00Z", null],
    [
      "over the turn of the week",
      "FRI 18:00 - MON 06:00",
      "UTC",
      "2026-07-06T05:00Z",
      "2026-07-03T18:00Z .. 2026-07-06T06:00Z",
    ],
    [
      "a night",
      "22:00-06:00",
      "America/New_York",
      "2026-07-04T03:00Z",
      "2026-07-04T02:00Z .. 2026-07-04T10:00Z",
    ],
    [
      "a night of one weekday, after midnight",
      "SUN 22:00-06:00",
      "UTC",
      "2026-07-06T05:59Z",
      "2026-07-05T22:00Z .. 2026-07-06T06:00Z",
    ],
    [
      "office hours",
      "MON-FRI 09:00-17:00",
      "UTC",
      "2026-07-06T09:00Z",
      "2026-07-06T09:00Z .. 2026-07-06T17:00Z",
    ],
    [
      "a day",
      "2026-12-25",
      "America/New_York",
      "2026-12-25T12:00Z",
      "2026-12-25T05:00Z .. 2026-12-26T05:00Z",
    ],
    ["days", "2026-12-24 - 2027-01-01", "UTC", "2026-12-31T12:00Z", "2026-12-24T00:00Z .. 2027-01-02T00:00Z"],
    ["a day of each year", "12-25", "UTC", "2031-12-25T12:00Z", "2031-12-25T00:00Z .. 2031-12-26T00:00Z"],
    [
      "days over the turn of the year, before it",
      "12-24 - 01-01",
      "UTC",
      "2030-12-31T12:00Z",
      "2030-12-24T00:00Z .. 2031-01-02T00:00Z",
    ],
    [
      "days over the turn of the year, after it",
      "12-24 - 01-01",
      "UTC",
      "2031-01-01T12:00Z",
      "2030-12-24T00:00Z .. 2031-01-02T00:00Z",
    ],
    ["a leap day", "02-29", "UTC", "2028-02-29T12:00Z", "2028-02-29T00:00Z .. 2028-03-01T00:00Z"],
    ["the day after 28 February without a leap day", "02-29", "UTC", "2027-03-01T12:00Z", null],
    [
      "days around a leap day that is not there",
      "02-28 - 03-01",
      "UTC",
      "2027-03-01T12:00Z",
      "2027-02-28T00:00Z .. 2027-03-02T00:00Z",
    ],
    [
      "from when until when",
      "2026-12-24T18:00 - 2026-12-26T06:00",
      "Europe/Berlin",
      "2026-12-25T00:00Z",
      "2026-12-24T17:00Z .. 2026-12-26T05:00Z",
    ],
    [
      "with an offset",
      "2026-12-24T18:00-05:00 - 2026-12-26T06:00Z",
      "Europe/Berlin",
      "2026-12-25T00:00Z",
      "2026-12-24T23:00Z .. 2026-12-26T06:00Z",
    ],
    ["always", "MON-SUN", "Europe/Berlin", "2026-12-25T00:00Z", "-Infinity .. Infinity"],
    [
      "always, beyond the calendar",
      "00:00-24:00",
      "Europe/Berlin",
      "2300-01-01T00:00Z",
      "-Infinity .. Infinity",
    ],
    [
      "always, by days of the year",
      "03-01 - 02-29",
      "Europe/Berlin",
      "1800-01-01T00:00Z",
      "-Infinity .. Infinity",
    ],
    [
      "all but the leap days",
      "03-01 - 02-28",
      "UTC",
      "2026-07-01T00:00Z",
      "2024-03-01T00:00Z .. 2028-02-29T00:00Z",
    ],
    [
      "until the calendar ends",
      "03-01 - 02-28",
      "UTC",
      "2197-01-01T00:00Z",
      "2196-03-01T00:00Z .. 2200-01-01T00:00Z",
    ],
    ["in two thousand years", "SAT-SUN", "UTC", "4000-01-01T00:00Z", null],
  ])("%s: %s in %s at %s", (_, when, timeZone, ms, expected) => {
    expect(at(timeZone, ms, when)).toBe(expected);
  });
});

describe("when the clocks change", () => {
  test.each([
    [
      "an end in a gap",
      "01:00-02:30",
      "Europe/Berlin",
      "2026-03-29T00:30Z",
      "2026-03-29T00:00Z .. 2026-03-29T01:00Z",
    ],
    [
      "a start in a gap",
      "02:30-04:00",
      "Europe/Berlin",
      "2026-03-29T01:30Z",
      "2026-03-29T01:00Z .. 2026-03-29T02:00Z",
    ],
    ["all of it in a gap", "02:10-02:50", "Europe/Berlin", "2026-03-29T01:00Z", null],
    [
      "a start that comes twice",
      "02:30-04:00",
      "Europe/Berlin",
      "2026-10-25T00:30Z",
      "2026-10-25T00:30Z .. 2026-10-25T03:00Z",
    ],
    [
      "an end that comes twice",
      "01:00-02:30",
      "Europe/Berlin",
      "2026-10-25T00:45Z",
      "2026-10-24T23:00Z .. 2026-10-25T01:30Z",
    ],
    [
      "all of it twice",
      "02:10-02:20",
      "Europe/Berlin",
      "2026-10-25T00:45Z",
      "2026-10-25T00:10Z .. 2026-10-25T01:20Z",
    ],
    [
      "up to a fold",
      "01:00-02:00",
      "Europe/Berlin",
      "2026-10-25T00:45Z",
      "2026-10-24T23:00Z .. 2026-10-25T01:00Z",
    ],
    ["from the end of a fold", "03:00-04:00", "Europe/Berlin", "2026-10-25T01:59Z", null],
    [
      "a day of 23 hours",
      "SUN",
      "America/New_York",
      "2026-03-08T12:00Z",
      "2026-03-08T05:00Z .. 2026-03-09T04:00Z",
    ],
    [
      "a day of 25 hours",
      "SUN",
      "America/New_York",
      "2026-11-01T12:00Z",
      "2026-11-01T04:00Z .. 2026-11-02T05:00Z",
    ],
    [
      "half an hour left out",
      "02:15-03:00",
      "Australia/Lord_Howe",
      "2026-10-03T15:30Z",
      "2026-10-03T15:30Z .. 2026-10-03T16:00Z",
    ],
    [
      "half an hour twice",
      "01:00-01:45",
      "Australia/Lord_Howe",
      "2026-04-04T15:10Z",
      "2026-04-04T14:00Z .. 2026-04-04T15:15Z",
    ],
    [
      "a midnight left out",
      "SUN",
      "America/Sao_Paulo",
      "2018-11-04T03:00Z",
      "2018-11-04T03:00Z .. 2018-11-05T02:00Z",
    ],
    [
      "a day before a midnight left out",
      "SAT",
      "America/Sao_Paulo",
      "2018-11-04T02:59Z",
      "2018-11-03T03:00Z .. 2018-11-04T03:00Z",
    ],
    [
      "an hour before midnight twice",
      "SAT",
      "America/Sao_Paulo",
      "2018-02-18T02:30Z",
      "2018-02-17T02:00Z .. 2018-02-18T03:00Z",
    ],
    [
      "a midnight twice",
      "SAT",
      "America/Havana",
      "2026-11-01T04:30Z",
      "2026-10-31T04:00Z .. 2026-11-01T05:00Z",
    ],
    ["a day that was skipped", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00Z", null],
    ["a skipped Friday", "FRI", "Pacific/Apia", "2011-12-30T09:59Z", null],
    [
      "days around a skipped one",
      "2011-12-29 - 2011-12-31",
      "Pacific/Apia",
      "2011-12-30T10:00Z",
      "2011-12-29T10:00Z .. 2011-12-31T10:00Z",
    ],
    [
      "from before a skipped day into it",
      "THU 12:00 - FRI 12:00",
      "Pacific/Apia",
      "2011-12-30T00:00Z",
      "2011-12-29T22:00Z .. 2011-12-30T10:00Z",
    ],
  ])("%s: %s in %s at %s", (_, when, timeZone, ms, expected) => {
    expect(at(timeZone, ms, when)).toBe(expected);
  });
});

describe("the next stretch", () => {
  test.each([
    [
      "the one that the instant is in",
      ["SAT-SUN"],
      "UTC",
      "2026-07-04T12:00Z",
      "2026-07-04T00:00Z .. 2026-07-06T00:00Z",
    ],
    [
      "the one after its end",
      ["SAT-SUN"],
      "UTC",
      "2026-07-06T00:00Z",
      "2026-07-11T00:00Z .. 2026-07-13T00:00Z",
    ],
    [
      "the first of several",
      ["12-25", "SAT", "2026-07-01"],
      "UTC",
      "2026-06-29T00:00Z",
      "2026-07-01T00:00Z .. 2026-07-02T00:00Z",
    ],
    [
      "a leap day eight years away",
      ["02-29"],
      "UTC",
      "2096-03-01T00:00Z",
      "2104-02-29T00:00Z .. 2104-03-01T00:00Z",
    ],
    [
      "none of the past",
      ["2026-07-01", "2025-01-01T00:00Z - 2025-01-02T00:00Z"],
      "UTC",
      "2026-07-02T00:00Z",
      null,
    ],
    ["none at all", [], "UTC", "2026-07-02T00:00Z", null],
    [
      "not one that is empty for a gap",
      ["02:10-02:50"],
      "Europe/Berlin",
      "2026-03-28T12:00Z",
      "2026-03-30T00:10Z .. 2026-03-30T00:50Z",
    ],
    ["never a day that was skipped", ["2011-12-30"], "Pacific/Apia", "2011-12-01T00:00Z", null],
    [
      "the last of the calendar",
      ["12-31"],
      "UTC",
      "2199-12-31T00:00Z",
      "2199-12-31T00:00Z .. 2200-01-01T00:00Z",
    ],
    ["none after the calendar", ["12-31", "SAT"], "UTC", "2200-01-01T00:00Z", null],
    [
      "the first of the calendar",
      ["01-02"],
      "UTC",
      "1000-01-01T00:00Z",
      "1900-01-02T00:00Z .. 1900-01-03T00:00Z",
    ],
  ])("%s: %j in %s from %s", (_, list, timeZone, ms, expected) => {
    expect(from(timeZone, ms, ...list)).toBe(expected);
  });
});

describe("windows that overlap or touch are one stretch", () => {
  test.each([
    ["that touch", ["SAT", "SUN"], "UTC", "2026-07-05T12:00Z", "2026-07-04T00:00Z .. 2026-07-06T00:00Z"],
    [
      "that overlap",
      ["SAT", "FRI 18:00 - SAT 06:00"],
      "UTC",
      "2026-07-04T12:00Z",
      "2026-07-03T18:00Z .. 2026-07-05T00:00Z",
    ],
    [
      "of days and dates",
      ["SAT-SUN", "2026-07-06", "07-02 - 07-03"],
      "UTC",
      "2026-07-05T12:00Z",
      "2026-07-02T00:00Z .. 2026-07-07T00:00Z",
    ],
    [
      "of dates and instants",
      ["2026-07-06", "2026-07-06T22:00Z - 2026-07-07T12:00Z"],
      "Europe/Berlin",
      "2026-07-06T00:00Z",
      "2026-07-05T22:00Z .. 2026-07-07T12:00Z",
    ],
    [
      "over the turn of the year",
      ["12-30 - 12-31", "01-01"],
      "UTC",
      "2027-01-01T12:00Z",
      "2026-12-30T00:00Z .. 2027-01-02T00:00Z",
    ],
    [
      "around a leap day that is not there",
      ["02-28", "03-01"],
      "UTC",
      "2027-03-01T12:00Z",
      "2027-02-28T00:00Z .. 2027-03-02T00:00Z",
    ],
    [
      "around a leap day that is there",
      ["02-28", "03-01"],
      "UTC",
      "2028-03-01T12:00Z",
      "2028-03-01T00:00Z .. 2028-03-02T00:00Z",
    ],
    [
      "that only a gap brings together",
      ["01:00-02:10", "02:50-04:00"],
      "Europe/Berlin",
      "2026-03-29T01:30Z",
      "2026-03-29T00:00Z .. 2026-03-29T02:00Z",
    ],
    [
      "that only a fold brings together",
      ["01:00-02:40", "02:50-04:00"],
      "Europe/Berlin",
      "2026-10-25T01:30Z",
      "2026-10-24T23:00Z .. 2026-10-25T03:00Z",
    ],
    ["of all days", ["MON-FRI", "SAT-SUN"], "Europe/Berlin", "2026-10-25T01:30Z", "-Infinity .. Infinity"],
    [
      "of all hours",
      ["12:00-24:00", "00:00-12:00"],
      "Europe/Berlin",
      "2026-10-25T01:30Z",
      "-Infinity .. Infinity",
    ],
    [
      "of all days of the year",
      ["01-01 - 06-30", "07-01 - 12-31"],
      "Europe/Berlin",
      "2026-10-25T01:30Z",
      "-Infinity .. Infinity",
    ],
    [
      "of all years",
      ["1900-01-01 - 2050-12-31", "2051-01-01 - 2199-12-31", "12-30 - 01-02"],
      "UTC",
      "2026-10-25T01:30Z",
      "-Infinity .. 2200-01-01T00:00Z",
    ],
  ])("%s: %j in %s at %s", (_, list, timeZone, ms, expected) => {
    expect(at(timeZone, ms, ...list)).toBe(expected);
  });
});

describe("the reason of a stretch", () => {
  const list: Blackout[] = [
    { when: "SAT-SUN", reason: null },
    { when: "12-25", reason: "Christmas Day" },
    { when: "2026-12-24 - 2027-01-01", reason: "Company holidays" },
    { when: "2027-12-25", reason: "Christmas on a Saturday" },
    { when: "2028-07-04T10:00Z - 2028-07-04T12:00Z", reason: null },
  ];
  test.each([
    ["what it has none of is its when", "2026-07-04T12:00Z", "SAT-SUN"],
    ["that of the blackout which began it", "2026-12-27T12:00Z", "Company holidays"],
    ["that of one blackout alone", "2029-12-25T12:00Z", "Christmas Day"],
    ["that of the first in the list, if two began together", "2027-12-25T12:00Z", "SAT-SUN"],
    ["the when as it was written", "2028-07-04T11:00Z", "2028-07-04T10:00Z - 2028-07-04T12:00Z"],
  ])("is %s", (_, ms, reason) => {
    expect(new Blackouts(list, zoneOf("UTC")).at(Date.parse(ms))?.reason).toBe(reason);
  });

  test("of a blackout for ever is that of the first that makes it so", () => {
    const always = [{ when: "12-25", reason: "Christmas" }, ...named("MON-FRI", "SAT-SUN")];
    expect(new Blackouts(always, zoneOf("UTC")).at(0)?.reason).toBe("MON-FRI");
  });
});

describe("however long the windows chain, an answer comes", () => {
  test("days of each year by turns with days that come once", () => {
    const odd = Array.from({ length: 183 }, (_, index) => new Date(Date.UTC(2028, 0, 1 + 2 * index)));
    const yearly = odd.map((day) => day.toISOString().slice(5, 10));
    const hours = Array.from({ length: 800 }, (_, index) => {
      const minute = (value: number) => new Date(value * 60_000).toISOString().slice(11, 16);
      return `MON-SUN ${minute(index)}-${minute(index + 1).replace("00:00", "24:00")}`;
    });
    const list = named(...yearly, "13:20-24:00", ...hours.slice(1));
    const blackouts = new Blackouts(list, zoneOf("Europe/Berlin"));
    const stretch = blackouts.at(Date.parse("2026-07-01T12:00Z"))!;
    expect(inWords(stretch)).toBe("2026-06-29T22:01Z .. 2026-07-01T22:00Z");
    expect(blackouts.from(stretch.endMs)!.startMs).toBe(stretch.endMs + 60_000);
  });

  test("every second day of the year, every other by an entry of its own, for years", () => {
    const days = Array.from({ length: 1800 }, (_, index) => new Date(Date.UTC(2025, 0, 1 + index)));
    const yearly = new Set(
      days.map((day) => day.toISOString().slice(5, 10)).filter((_, index) => index % 2 === 0 && index < 365),
    );
    const once = days.map((day) => day.toISOString().slice(0, 10)).filter((day) => !yearly.has(day.slice(5)));
    const list = named(...yearly, ...once.slice(0, 1000 - yearly.size));
    checkBlackouts(list);
    const lastDay = once[999 - yearly.size]!;
    const stretch = new Blackouts(list, zoneOf("America/New_York")).at(Date.parse("2025-07-01T12:00Z"))!;
    expect(instant(stretch.startMs)).toBe("2024-12-31T05:00Z");
    expect(stretch.endMs).toBeGreaterThan(Date.parse(lastDay));
  });
});

test("a list that was asked for lately is not read again", () => {
  const [berlin, apia] = [zoneOf("Europe/Berlin"), zoneOf("Pacific/Apia")];
  expect(blackoutsOf(named("SAT"), berlin)).toBe(blackoutsOf(named("SAT"), berlin));
  expect(blackoutsOf(named("SAT"), berlin)).not.toBe(blackoutsOf(named("SAT"), apia));
  expect(blackoutsOf(named("SAT"), berlin)).not.toBe(blackoutsOf(named("SUN"), berlin));
});

test("an instant that is none is in no stretch", () => {
  const always = new Blackouts(named("MON-SUN"), zoneOf("UTC"));
  expect([always.at(Number.NaN), always.from(Number.NaN)]).toEqual([null, null]);
});

describe("a list", () => {
  test("has at most a thousand blackouts", () => {
    const list = Array.from({ length: 1001 }, () => ({ when: "SAT", reason: null }));
    expect(() => checkBlackouts(list.slice(1))).not.toThrow();
    expect(() => checkBlackouts(list)).toThrow(
      expect.objectContaining({
        code: "invalid_schedule",
        message: "A schedule has at most 1000 blackouts; these are 1001.",
      }),
    );
  });

  test.each([
    [undefined, "Blackouts are a list."],
    ["SAT", "Blackouts are a list."],
    [["SAT"], "A blackout has a when and a reason."],
    [[null], "A blackout has a when and a reason."],
    [[{ reason: null }], /^When a blackout is, is text/],
    [[{ when: "SAT" }], "The reason of a blackout is text, or null."],
    [
      [
        { when: "SAT", reason: null },
        { when: "SUNDAY", reason: null },
      ],
      /Did you mean SUN\?$/,
    ],
  ])("%j is refused", (list, message) => {
    expect(() => checkBlackouts(list)).toThrow(message);
    expect(() => checkBlackouts(list)).toThrow(expect.objectContaining({ code: "invalid_schedule" }));
  });
});

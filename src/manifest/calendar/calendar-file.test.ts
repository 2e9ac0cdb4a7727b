import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBlackout } from "../../core/blackout/blackout.js";
import { checkBlackouts } from "../../core/blackout/blackouts.js";
import { BelfryError } from "../../core/errors.js";
import { readCalendar } from "./calendar-file.js";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/${name}.ics`, import.meta.url), "utf8");
const years = { fromYear: 2026, toYear: 2027 };

const calendar = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
const event = (...lines: string[]) => ["BEGIN:VEVENT", "UID:one", "SUMMARY:One", ...lines, "END:VEVENT"];
const read = (...lines: string[]) => readCalendar(calendar(...lines), years);
const whens = (...lines: string[]) => read(...event(...lines)).map(({ when }) => when);

function errorOf(text: string): string {
  try {
    readCalendar(text, years);
  } catch (error) {
    expect(error).toBeInstanceOf(BelfryError);
    expect((error as BelfryError).code).toBe("invalid_manifest");
    return (error as BelfryError).message;
  }
  throw new Error("it was read");
}

describe("calendars as they come", () => {
  test("public holidays are dates, though their days are called free", () => {
    const christmas =
      "Christmas Day and Boxing Day, when nobody is at work and nothing is to run; see the handbook of the";
    expect(readCalendar(fixture("holidays"), years)).toEqual([
      { when: "2026-01-01", reason: "New Year's Day" },
      { when: "2026-04-03", reason: "Good Friday" },
      { when: "2026-12-25 - 2026-12-26", reason: christmas },
      { when: "2027-01-01", reason: "New Year's Day" },
      { when: "2027-11-17", reason: "Day of Prayer" },
      { when: "2027-12-25 - 2027-12-26", reason: christmas },
    ]);
  });

  test("times are instants, by the zone that the calendar describes or by the IANA database", () => {
    expect(readCalendar(fixture("maintenance"), years)).toEqual([
      { when: "2026-01-13T21:00Z - 2026-01-14T01:00Z", reason: "Patches" },
      { when: "2026-03-10T21:00Z - 2026-03-11T01:00Z", reason: "Patches" },
      { when: "2026-04-16T20:00Z - 2026-04-17T02:00Z", reason: "Patches and new disks" },
      { when: "2026-06-06T12:00Z - 2026-06-08T00:00Z", reason: "Move to the new hall" },
      { when: "2026-12-31T18:00 - 2027-01-01T06:00", reason: "Inventory" },
    ]);
  });

  test("a broken one names its line", () => {
    expect(errorOf(fixture("broken"))).toBe(
      'Line 9 of the calendar cannot be read: "RRULE:FREQ=EVERY SECOND WEEK".',
    );
  });

  test("one without events has no blackouts", () => {
    expect(read()).toEqual([]);
  });

  test("several in a file are read as one, with the same days once", () => {
    const holiday = event("DTSTART;VALUE=DATE:20260501");
    const other = ["BEGIN:VEVENT", "SUMMARY:Other", "DTSTART;VALUE=DATE:20260501", "END:VEVENT"];
    const text = calendar(...holiday, ...holiday) + calendar(...other, ...holiday);
    expect(readCalendar(text, years)).toEqual([
      { when: "2026-05-01", reason: "One" },
      { when: "2026-05-01", reason: "Other" },
    ]);
  });

  test("a byte order mark, blank lines and lines that end as on Unix change nothing", () => {
    const text = `\uFEFF\n${calendar(...event("DTSTART;VALUE=DATE:20260501")).replaceAll("\r\n", "\n\n")}`;
    expect(readCalendar(text, years)).toEqual([{ when: "2026-05-01", reason: "One" }]);
  });
});

describe("how long an event is", () => {
  test.each([
    ["a day without an end", ["DTSTART;VALUE=DATE:20260501"], "2026-05-01"],
    ["a day until the next", ["DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260502"], "2026-05-01"],
    ["a day that ends on itself", ["DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260501"], "2026-05-01"],
    ["days", ["DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260504"], "2026-05-01 - 2026-05-03"],
    ["days by their number", ["DTSTART;VALUE=DATE:20260501", "DURATION:P3D"], "2026-05-01 - 2026-05-03"],
    ["a week", ["DTSTART;VALUE=DATE:20260501", "DURATION:P1W"], "2026-05-01 - 2026-05-07"],
    ["a day whose type was left out", ["DTSTART:20260501"], "2026-05-01"],
    ["hours", ["DTSTART:20260501T080000Z", "DURATION:PT1H30M"], "2026-05-01T08:00Z - 2026-05-01T09:30Z"],
    ["seconds", ["DTSTART:20260501T080000Z", "DURATION:PT30S"], "2026-05-01T08:00Z - 2026-05-01T08:00:30Z"],
    [
      "on nobody's clock",
      ["DTSTART:20260501T080000", "DTEND:20260501T093000"],
      "2026-05-01T08:00 - 2026-05-01T09:30",
    ],
    [
      "a day of 23 hours",
      ["DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1D"],
      "2026-03-28T11:00Z - 2026-03-29T10:00Z",
    ],
    [
      "24 hours",
      ["DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:PT24H"],
      "2026-03-28T11:00Z - 2026-03-29T11:00Z",
    ],
    [
      "from one zone into another",
      ["DTSTART;TZID=Europe/Berlin:20260501T120000", "DTEND;TZID=America/New_York:20260501T120000"],
      "2026-05-01T10:00Z - 2026-05-01T16:00Z",
    ],
    [
      "in a gap",
      ["DTSTART;TZID=Europe/Berlin:20260329T023000", "DTEND;TZID=Europe/Berlin:20260329T040000"],
      "2026-03-29T01:00Z - 2026-03-29T02:00Z",
    ],
    [
      "at a time that comes twice",
      ["DTSTART;TZID=Europe/Berlin:20261025T023000", "DURATION:PT1H"],
      "2026-10-25T00:30Z - 2026-10-25T01:30Z",
    ],
    [
      "since before the years",
      ["DTSTART;VALUE=DATE:20200101", "DTEND;VALUE=DATE:20260103"],
      "2020-01-01 - 2026-01-02",
    ],
    [
      "since ever and for ever",
      ["DTSTART;VALUE=DATE:16010101", "DTEND;VALUE=DATE:99991231"],
      "1900-01-01 - 2199-12-31",
    ],
    [
      "instants for ever",
      ["DTSTART:16010101T000000Z", "DTEND:99991231T000000Z"],
      "1900-01-01T00:00Z - 2199-12-31T23:59:59Z",
    ],
  ])("%s", (_, lines, when) => {
    expect(whens(...lines)).toEqual([when]);
  });

  test.each([
    ["takes no time", ["DTSTART:20260501T080000Z"]],
    ["is over before the years", ["DTSTART;VALUE=DATE:20251231"]],
    ["comes after the years", ["DTSTART;VALUE=DATE:20280101"]],
    ["is cancelled", ["DTSTART;VALUE=DATE:20260501", "STATUS:CANCELLED"]],
    ["is free, with times", ["DTSTART:20260501T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"]],
  ])("one that %s is no blackout", (_, lines) => {
    expect(whens(...lines)).toEqual([]);
  });
});

describe("an event that comes again", () => {
  const day = "DTSTART;VALUE=DATE:20260130";
  test.each([
    ["each year, on a day that most have not", ["DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"], []],
    [
      "each month that has the day",
      [day, "RRULE:FREQ=MONTHLY;COUNT=3"],
      ["2026-01-30", "2026-03-30", "2026-04-30"],
    ],
    [
      "until a day, which is within",
      [day, "RRULE:FREQ=WEEKLY;UNTIL=20260213"],
      ["2026-01-30", "2026-02-06", "2026-02-13"],
    ],
    [
      "so often since long ago",
      ["DTSTART;VALUE=DATE:20160130", "RRULE:FREQ=YEARLY;COUNT=11"],
      ["2026-01-30"],
    ],
    [
      "since a year that nobody knew",
      ["DTSTART;VALUE=DATE:16040130", "RRULE:FREQ=YEARLY"],
      ["2026-01-30", "2027-01-30"],
    ],
    [
      "on other days too",
      [day, "RDATE;VALUE=DATE:20260301,20260201"],
      ["2026-01-30", "2026-02-01", "2026-03-01"],
    ],
    ["twice on a day", [day, "RDATE;VALUE=DATE:20260130"], ["2026-01-30"]],
    [
      "but not then",
      [day, "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;VALUE=DATE:20260131,20260202"],
      ["2026-01-30", "2026-02-01"],
    ],
    ["but not at first", [day, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20260130"], ["2026-01-31"]],
    [
      "but not on a day, with times",
      ["DTSTART:20260130T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20260130"],
      ["2026-01-31T08:00 - 2026-01-31T09:00"],
    ],
    [
      "but not then, by another clock",
      [
        "DTSTART;TZID=Europe/Berlin:20260130T080000",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=2",
        "EXDATE:20260131T070000Z",
      ],
      ["2026-01-30T07:00Z - 2026-01-30T08:00Z"],
    ],
    [
      "until an instant, by the clock of its zone",
      [
        "DTSTART;TZID=America/New_York:20260130T200000",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;UNTIL=20260201T010000Z",
      ],
      ["2026-01-31T01:00Z - 2026-01-31T02:00Z", "2026-02-01T01:00Z - 2026-02-01T02:00Z"],
    ],
    [
      "until a day, with times",
      ["DTSTART:20260130T200000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260131"],
      ["2026-01-30T20:00 - 2026-01-30T21:00", "2026-01-31T20:00 - 2026-01-31T21:00"],
    ],
    [
      "at several times of a day",
      ["DTSTART:20260130T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYHOUR=8,20;COUNT=3"],
      [
        "2026-01-30T08:00Z - 2026-01-30T09:00Z",
        "2026-01-30T20:00Z - 2026-01-30T21:00Z",
        "2026-01-31T08:00Z - 2026-01-31T09:00Z",
      ],
    ],
    [
      "at the same time of its wall clock",
      ["DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"],
      ["2026-03-28T11:00Z - 2026-03-28T12:00Z", "2026-03-29T10:00Z - 2026-03-29T11:00Z"],
    ],
    [
      "into the first of the years",
      ["DTSTART;VALUE=DATE:20251230", "DURATION:P4D", "RRULE:FREQ=YEARLY;COUNT=1"],
      ["2025-12-30 - 2026-01-02"],
    ],
  ])("%s", (_, lines, expected) => {
    expect(whens(...lines)).toEqual(expected);
  });

  test("but one of which was moved, and one cancelled", () => {
    const weekly = event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=4");
    const moved = event("RECURRENCE-ID;VALUE=DATE:20260112", "DTSTART;VALUE=DATE:20260114");
    const cancelled = event(
      "RECURRENCE-ID;VALUE=DATE:20260119",
      "DTSTART;VALUE=DATE:20260119",
      "STATUS:CANCELLED",
    );
    const others = ["BEGIN:VEVENT", "UID:two", "SUMMARY:Two", "DTSTART;VALUE=DATE:20260119", "END:VEVENT"];
    expect(read(...moved, ...weekly, ...cancelled, ...others)).toEqual([
      { when: "2026-01-05", reason: "One" },
      { when: "2026-01-14", reason: "One" },
      { when: "2026-01-19", reason: "Two" },
      { when: "2026-01-26", reason: "One" },
    ]);
  });
});

// RFC 5545, 3.8.5.3, and the days that it names; here they begin in 1997.
describe("the rules that the standard shows", () => {
  test.each([
    ["FREQ=YEARLY;INTERVAL=2;BYMONTH=1,2,3", "19970310", "1997-03-10 1999-01-10 1999-02-10 1999-03-10"],
    [
      "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
      "19970101",
      "1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09",
    ],
    ["FREQ=YEARLY;BYDAY=20MO", "19970519", "1997-05-19 1998-05-18 1999-05-17"],
    ["FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "19970512", "1997-05-12 1998-05-11 1999-05-17"],
    ["FREQ=YEARLY;BYWEEKNO=1", "19961230", "1996-12-30 1997-12-29 1999-01-04"],
    ["FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "19970313", "1997-03-13 1997-03-20 1997-03-27 1998-03-05"],
    ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "19970902", "1998-02-13 1998-03-13 1998-11-13 1999-08-13"],
    ["FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "19970913", "1997-09-13 1997-10-11 1997-11-08"],
    [
      "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
      "19961105",
      "1996-11-05 2000-11-07",
    ],
    ["FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904", "1997-09-04 1997-10-07 1997-11-06"],
    [
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
      "19970929",
      "1997-09-29 1997-10-30 1997-11-27 1997-12-30",
    ],
    [
      "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
      "19970907",
      "1997-09-07 1997-09-28 1997-11-02 1997-11-30",
    ],
    ["FREQ=MONTHLY;BYMONTHDAY=-3", "19970928", "1997-09-28 1997-10-29 1997-11-28 1997-12-29"],
    [
      "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12",
      "19970910",
      "1997-09-10 1997-09-11 1997-09-12 1999-03-10",
    ],
    ["FREQ=WEEKLY;INTERVAL=2;WKST=SU", "19970902", "1997-09-02 1997-09-16 1997-09-30"],
    [
      "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
      "19970805",
      "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
    ],
    [
      "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
      "19970805",
      "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
    ],
    [
      "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
      "20070115",
      "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
    ],
    ["FREQ=DAILY;INTERVAL=10;COUNT=5", "19970902", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"],
    [
      "FREQ=YEARLY;UNTIL=20000131;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
      "19980101",
      "1998-01-01 1998-01-02 1998-01-03",
    ],
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "19970902", ""],
    ["FREQ=YEARLY;BYYEARDAY=-1;BYMONTH=12", "19971231", "1997-12-31 1998-12-31 1999-12-31"],
    ["FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "19971228", "1997-12-28 1999-01-03 2000-01-02"],
  ])("%s from %s", (rule, start, days) => {
    const text = calendar(...event(`DTSTART;VALUE=DATE:${start}`, `RRULE:${rule}`));
    const found = readCalendar(text, { fromYear: 1996, toYear: 2007 }).map(({ when }) => when);
    expect(found.slice(0, days.split(" ").length).join(" ")).toBe(days);
  });
});

describe("what is not read is refused, not left out", () => {
  const day = "DTSTART;VALUE=DATE:20260501";
  test.each([
    ["no start", [], "it has no DTSTART."],
    [
      "a start that cannot be",
      ["DTSTART;VALUE=DATE:20260231"],
      "its DTSTART is no date or time that there is.",
    ],
    ["a start that is none", ["DTSTART:tomorrow"], "its DTSTART is no date or time that there is."],
    ["an hour that cannot be", ["DTSTART:20260501T250000Z"], "its DTSTART is no date or time that there is."],
    [
      "an end before the start",
      ["DTSTART:20260501T080000Z", "DTEND:20260501T070000Z"],
      "it ends before it begins.",
    ],
    ["a duration that is none", [day, "DURATION:two days"], "its DURATION cannot be read."],
    [
      "each hour",
      [day, "RRULE:FREQ=HOURLY"],
      "FREQ=HOURLY is not read here; only YEARLY, MONTHLY, WEEKLY and DAILY are.",
    ],
    [
      "no frequency",
      [day, "RRULE:INTERVAL=2"],
      "FREQ=undefined is not read here; only YEARLY, MONTHLY, WEEKLY and DAILY are.",
    ],
    [
      "a rule of another standard",
      [day, "RRULE:FREQ=YEARLY;RSCALE=HEBREW"],
      "its rule has RSCALE, which is not read here.",
    ],
    [
      "rules for what is out",
      [day, "RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=WEEKLY"],
      "it has an EXRULE, which is not read here.",
    ],
    [
      "periods",
      [day, "RDATE;VALUE=PERIOD:20260502T000000Z/PT1H"],
      "it has an RDATE with periods, which is not read here.",
    ],
    [
      "a zone of nowhere",
      ["DTSTART;TZID=Mars/Olympus_Mons:20260501T080000"],
      'the calendar does not describe its zone, and "Mars/Olympus_Mons" is not a time zone of the IANA database. Write an IANA name such as "Europe/Berlin".',
    ],
    [
      "days without end",
      [
        "DTSTART:00010101T000000",
        "DTEND:00010101T000001",
        "RRULE:FREQ=DAILY;COUNT=100000000;BYSECOND=1,2,3,4,5;BYMINUTE=1,2,3,4,5",
      ],
      "the rules of this calendar name too many days and times.",
    ],
  ])("%s", (_, lines, message) => {
    expect(errorOf(calendar(...event(...lines)))).toBe(`The event "One" cannot be used: ${message}`);
  });

  test("an event that changes all that follow", () => {
    const weekly = event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=4");
    const later = event(
      "RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20260112",
      "DTSTART;VALUE=DATE:20260113",
    );
    expect(errorOf(calendar(...weekly, ...later))).toBe(
      'The event "One" cannot be used: an event changes it with RANGE=THISANDFUTURE, which is not read here.',
    );
  });

  test("an event without a title is named by its UID", () => {
    const untitled = ["BEGIN:VEVENT", "UID:nameless@example", "END:VEVENT"];
    expect(errorOf(calendar(...untitled))).toBe(
      'The event "nameless@example" cannot be used: it has no DTSTART.',
    );
  });

  test.each([
    [
      "no TZOFFSETTO",
      ["TZOFFSETFROM:+0100", "DTSTART:19700101T000000"],
      "its zone has a clock change whose TZOFFSETTO cannot be read.",
    ],
    [
      "no DTSTART",
      ["TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"],
      "its zone has a clock change without DTSTART.",
    ],
    ["nothing", null, "the calendar names its zone, but does not describe it."],
  ])("a zone whose description has %s", (_, lines, message) => {
    const change = lines === null ? [] : ["BEGIN:STANDARD", ...lines, "END:STANDARD"];
    const zone = ["BEGIN:VTIMEZONE", "TZID:Hall", ...change, "END:VTIMEZONE"];
    const timed = event("DTSTART;TZID=Hall:20260501T080000", "DURATION:PT1H");
    expect(errorOf(calendar(...zone, ...timed))).toBe(`The event "One" cannot be used: ${message}`);
  });

  test("more than a thousand blackouts", () => {
    const daily = event("DTSTART:20260101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYHOUR=8,9");
    expect(errorOf(calendar(...daily))).toBe(
      "The calendar has more than 1000 blackouts from 2026 to 2027. Take events out, or write what comes each week as SAT-SUN or MON-FRI 09:00-17:00.",
    );
    const fewer = event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY");
    expect(read(...fewer)).toHaveLength(730);
  });
});

describe("a text that is no calendar is refused", () => {
  const first = (line: number) =>
    `This is not a calendar: line ${line} does not begin one. An iCalendar file begins with BEGIN:VCALENDAR.`;
  test.each([
    ["nothing", "", first(1)],
    ["a page", "<!doctype html>\n<p>Log in: first.</p>", first(1)],
    ["a card", "BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\n", first(1)],
    ["something after its end", `${calendar()}hello\n`, first(4)],
    [
      "a calendar that was cut off",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260501T08",
      "The calendar is broken or cut off: the VEVENT of line 2 never ends.",
    ],
    [
      "an event that does not end",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
      "The calendar is broken: in line 3, VCALENDAR ends before what is within it.",
    ],
    [
      "a line that is none",
      "BEGIN:VCALENDAR\nhello\nEND:VCALENDAR\n",
      'Line 2 of the calendar cannot be read: "hello".',
    ],
    [
      "a rule without a value",
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=DAILY;BYDAY\nEND:VEVENT\nEND:VCALENDAR\n",
      'Line 3 of the calendar cannot be read: "RRULE:FREQ=DAILY;BYDAY".',
    ],
  ])("%s", (_, text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  test("and any other damage is told as one", () => {
    const texts = ["holidays", "maintenance"].map(fixture);
    const damage = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(12), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(damage, ([text, at, length, inserted]) => {
        const place = at % text.length;
        const damaged = text.slice(0, place) + inserted + text.slice(place + length);
        try {
          checkBlackouts(readCalendar(damaged, years));
        } catch (error) {
          expect(error).toMatchObject({ name: "BelfryError", code: "invalid_manifest" });
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("the reason", () => {
  test.each([
    ["Caf\u00e9 \\, closed", "Café , closed"],
    ["two\\nlines", "two lines"],
    ["\u202ehidden\u202c", "hidden"],
    ["x".repeat(300), "x".repeat(100)],
    ["🎄".repeat(300), "🎄".repeat(100)],
    ["", null],
    ["  ", null],
  ])("of the title %j is %j", (title, reason) => {
    const lines = ["BEGIN:VEVENT", `SUMMARY:${title}`, "DTSTART;VALUE=DATE:20260501", "END:VEVENT"];
    expect(read(...lines)).toEqual([{ when: "2026-05-01", reason }]);
  });
});

const described = fixture("maintenance").split("\r\n").slice(3, 20);

test("a zone that is described as the IANA database has it has the same times", () => {
  const second = fc.integer({ min: Date.UTC(1998, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 });
  const nearChange = fc
    .tuple(
      fc.constantFrom("2026-03-29T02:00:00Z", "2026-10-25T02:00:00Z"),
      fc.integer({ min: -9000, max: 9000 }),
    )
    .map(([change, later]) => Date.parse(change) / 1000 + later);
  fc.assert(
    fc.property(fc.oneof(second, nearChange), (localSec) => {
      const local = new Date(localSec * 1000).toISOString().slice(0, 19).replace(/[-:]/g, "");
      const inZone = (tzid: string) =>
        readCalendar(calendar(...described, ...event(`DTSTART;TZID=${tzid}:${local}`, "DURATION:PT1H")), {
          fromYear: 1997,
          toYear: 2060,
        });
      expect(inZone("Data centre")).toEqual(inZone("Europe/Berlin"));
    }),
    { numRuns: 40 },
  );
});

test("whatever a calendar says, its blackouts can be read", () => {
  const date = fc.date({ min: new Date("2025-06-01"), max: new Date("2027-12-31"), noInvalidDate: true });
  const start = fc.tuple(date, fc.constantFrom("date", "utc", "floating", "zone")).map(([at, kind]) => {
    const digits = at.toISOString().slice(0, 19).replace(/[-:]/g, "");
    if (kind === "date") return `DTSTART;VALUE=DATE:${digits.slice(0, 8)}`;
    if (kind === "zone") return `DTSTART;TZID=Australia/Lord_Howe:${digits}`;
    return `DTSTART:${digits}${kind === "utc" ? "Z" : ""}`;
  });
  const length = fc.constantFrom("DURATION:P1D", "DURATION:PT90M", "DURATION:P2W", "DURATION:PT1S");
  const rule = fc.constantFrom(
    "FREQ=YEARLY",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=WEEKLY;BYDAY=SA,SU",
    "FREQ=DAILY;INTERVAL=9",
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(start, length, rule), { maxLength: 3 }), (events) => {
      const lines = events.flatMap(([start, length, rule]) => event(start, length, `RRULE:${rule}`));
      const blackouts = read(...lines);
      checkBlackouts(blackouts);
      const starts = blackouts.map(({ when }) => parseBlackout(when));
      expect(starts.every(({ kind }) => kind === "clock" || kind === "instants")).toBe(true);
    }),
    { numRuns: 60 },
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBlackout, checkBlackoutReason, parseBlackout } from "./blackout.js";

const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** A window as `FRI 18:00:00 .. MON 06:00:00`, with `+` for a day of the next week. */
function clockOfWeek(sec: number): string {
  const day = Math.floor(sec / 86_400);
  const time = new Date((sec % 86_400) * 1000).toISOString().slice(11, 19);
  return `${day >= 7 ? "+" : ""}${weekdays[day % 7]} ${time}`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace(":00.000", "");
}

function dayOfYear(day: number): string {
  return new Date(Date.UTC(2028, 0, 1 + day)).toISOString().slice(5, 10);
}

/** What was understood, in words. */
function understood(when: string): string[] {
  const parsed = parseBlackout(when);
  if (parsed.kind === "weekly")
    return parsed.windows.map(({ start, end }) => `${clockOfWeek(start)} .. ${clockOfWeek(end)}`);
  if (parsed.kind === "yearly") return [`${dayOfYear(parsed.firstDay)} .. ${dayOfYear(parsed.lastDay)}`];
  if (parsed.kind === "instants") return [`${instant(parsed.start)} .. ${instant(parsed.end)}`];
  return [`${instant(parsed.start * 1000)} .. ${instant(parsed.end * 1000)}`.replaceAll("Z", "")];
}

describe("days and times of the week", () => {
  test.each([
    ["MON", ["MON 00:00:00 .. TUE 00:00:00"]],
    ["SAT,SUN", ["SAT 00:00:00 .. SUN 00:00:00", "SUN 00:00:00 .. +MON 00:00:00"]],
    ["sat-sun", ["SAT 00:00:00 .. SUN 00:00:00", "SUN 00:00:00 .. +MON 00:00:00"]],
    [
      "Sat - Mon",
      ["SAT 00:00:00 .. SUN 00:00:00", "SUN 00:00:00 .. +MON 00:00:00", "MON 00:00:00 .. TUE 00:00:00"],
    ],
    [
      "MON,WED , FRI-SAT",
      ["MON", "WED", "FRI", "SAT"].map((day) => expect.stringMatching(`^${day} 00:00:00`)),
    ],
    ["SAT,SAT", ["SAT 00:00:00 .. SUN 00:00:00"]],
    ["MON 09:00-17:00", ["MON 09:00:00 .. MON 17:00:00"]],
    ["MON,TUE 9:00 - 17:00:30", ["MON 09:00:00 .. MON 17:00:30", "TUE 09:00:00 .. TUE 17:00:30"]],
    ["MON to TUE 09:00 to 17:00", ["MON 09:00:00 .. MON 17:00:00", "TUE 09:00:00 .. TUE 17:00:00"]],
    ["SAT 22:00-06:00", ["SAT 22:00:00 .. SUN 06:00:00"]],
    ["SUN 22:00-06:00", ["SUN 22:00:00 .. +MON 06:00:00"]],
    ["SUN 00:00-24:00", ["SUN 00:00:00 .. +MON 00:00:00"]],
    ["22:00-06:00", weekdays.map((day) => expect.stringMatching(`^${day} 22:00:00 .. [+A-Z]+ 06:00:00$`))],
    ["FRI 18:00 - MON 06:00", ["FRI 18:00:00 .. +MON 06:00:00"]],
    ["FRI 18:00-SAT 06:00", ["FRI 18:00:00 .. SAT 06:00:00"]],
    ["FRI 18:00..SUN 24:00", ["FRI 18:00:00 .. +MON 00:00:00"]],
    ["MON 08:00 - MON 06:00", ["MON 08:00:00 .. +MON 06:00:00"]],
    ["MON 00:00 - SUN 24:00", ["MON 00:00:00 .. +MON 00:00:00"]],
    ["TUE 00:00 - MON 24:00", ["TUE 00:00:00 .. +TUE 00:00:00"]],
  ])("%s", (when, expected) => {
    expect(understood(when)).toEqual(expected);
  });
});

describe("dates", () => {
  test.each([
    ["12-25", "12-25 .. 12-25"],
    ["02-29", "02-29 .. 02-29"],
    ["12-24 - 01-01", "12-24 .. 01-01"],
    ["12-24..01-01", "12-24 .. 01-01"],
    ["12-24 TO 01-01", "12-24 .. 01-01"],
    ["12-24-01-01", "12-24 .. 01-01"],
    ["2026-12-25", "2026-12-25T00:00 .. 2026-12-26T00:00"],
    ["2026-12-24 - 2027-01-01", "2026-12-24T00:00 .. 2027-01-02T00:00"],
    ["2026-12-24-2027-01-01", "2026-12-24T00:00 .. 2027-01-02T00:00"],
    ["2026-12-24..2027-01-01", "2026-12-24T00:00 .. 2027-01-02T00:00"],
    ["2026-12-24   to   2026-12-24", "2026-12-24T00:00 .. 2026-12-25T00:00"],
    ["2199-12-31", "2199-12-31T00:00 .. 2200-01-01T00:00"],
  ])("%s", (when, expected) => {
    expect(understood(when)).toEqual([expected]);
  });
});

describe("from when until when", () => {
  test.each([
    ["2026-12-24T18:00 - 2026-12-26T06:00", "2026-12-24T18:00 .. 2026-12-26T06:00"],
    ["2026-12-24 18:00 - 2026-12-26 06:00", "2026-12-24T18:00 .. 2026-12-26T06:00"],
    ["2026-12-24T18:00-2026-12-26T06:00", "2026-12-24T18:00 .. 2026-12-26T06:00"],
    ["2026-12-24 - 2026-12-26T06:00", "2026-12-24T00:00 .. 2026-12-26T06:00"],
    ["2026-12-24T18:00 - 2026-12-26", "2026-12-24T18:00 .. 2026-12-27T00:00"],
    ["2026-12-24T18:00 - 2026-12-24T24:00", "2026-12-24T18:00 .. 2026-12-25T00:00"],
    ["2026-12-24T18:00Z - 2026-12-26T06:00Z", "2026-12-24T18:00Z .. 2026-12-26T06:00Z"],
    ["2026-12-24T18:00-05:00 to 2026-12-26T06:00-05:00", "2026-12-24T23:00Z .. 2026-12-26T11:00Z"],
    ["2026-12-24t18:00-05:00..2026-12-26t06:00z", "2026-12-24T23:00Z .. 2026-12-26T06:00Z"],
    ["2026-12-24T18:00+01:00-2026-12-26T06:00+01:00", "2026-12-24T17:00Z .. 2026-12-26T05:00Z"],
  ])("%s", (when, expected) => {
    expect(understood(when)).toEqual([expected]);
  });
});

const forms =
  "Write days (SAT-SUN), times (22:00-06:00, MON-FRI 09:00-17:00, FRI 18:00 - MON 06:00), dates (2026-12-25, 12-25, " +
  "12-24 - 01-01) or from when until when (2026-12-24T18:00 - 2026-12-26T06:00).";

describe("what cannot be read is refused, and told what is likely meant", () => {
  test.each([
    ["SUNDAY", '"SUNDAY" is not a weekday (in the blackout "SUNDAY"). Did you mean SUN?'],
    ["SAT-SNU", '"SNU" is not a weekday (in the blackout "SAT-SNU"). Did you mean SUN?'],
    ["weekends", '"WEEKENDS" is not a weekday (in the blackout "WEEKENDS"). Did you mean SAT-SUN?'],
    ["HOLIDAYS 09:00-17:00", /^"HOLIDAYS" is not a weekday .* Write MON, TUE, WED, THU, FRI, SAT or SUN\.$/],
    ["MON-WED-FRI", /^MON-WED-FRI is more than a range .* Write MON-FRI, or MON,WED,FRI\.$/],
    ["MON 25:00-26:00", 'Hour 25 is out of range 00-23 in "MON 25:00-26:00".'],
    ["22:60-06:00", 'Minute 60 is out of range 00-59 in "22:60-06:00".'],
    ["24:30-06:00", 'Hour 24 is out of range 00-23 in "24:30-06:00".'],
    ["24:00-06:00", /^A window cannot begin at 24:00 .* Write 00:00, of the day after\.$/],
    ["09:00-09:00", /^The window has no length .* Write 00:00-24:00, or only the days, for whole days\.$/],
    ["FRI 18:00 - FRI 18:00", /^The window has no length .* Write MON-SUN for the whole week\.$/],
    ["MON 09:00", `This is neither days nor times (in the blackout "MON 09:00"). ${forms}`],
    ["MON-FRI 9-17", /^This is neither days nor times/],
    ["9-17", /^This is neither days of the year nor times of day .* times of day as 09:00-17:00\.$/],
    ["12-24 - 2026-12-26", /^This is neither days of the year/],
    ["25-12", '25-12 is not a day of the year (in the blackout "25-12"). Did you mean 12-25?'],
    ["02-30", /^02-30 is not a day of the year .* The month comes first, as in 12-25\.$/],
    ["2026-13-01", 'Month 13 is out of range 01-12 in "2026-13-01".'],
    ["2026-02-29 - 2026-03-01", 'Day 29 is out of range 01-28 in "2026-02-29".'],
    ["1830-01-01", 'Year 1830 is out of range 1900-2199 in "1830-01-01".'],
    ["2026-12-24 - 01-01", /^The end 01-01 has no date with a year .* as in 2026-12-24 - 2028-01-01\.$/],
    ["2026-12-24 18:00 - 20:00", /^The end 20:00 has no date with a year/],
    ["2026-12-24 - 2026-12-25 - 2026-12-26", /^"2026-12-25 - 2026-12-26" is not an instant/],
    ["2026-12-26 - 2026-12-24", /^The end comes before the beginning .* Write the earlier one first\.$/],
    ["2026-12-24T18:00 - 2026-12-24T17:00", /^The end comes before the beginning/],
    ["2026-12-24T18:00 - 2026-12-24T18:00", /^This is one instant, or no length of time/],
    [
      "2026-12-24T18:00",
      /^This is one instant, or no length of time .* as in 2026-12-24T18:00 - 2026-12-26T06:00\.$/,
    ],
    [
      "2026-12-24T18:00Z - 2026-12-26T06:00",
      /^Z or an offset stands at one end only .* at both, or at neither/,
    ],
    ["2026-12-24T18:00Z - 2026-12-26", /^Z or an offset stands at one end only/],
    ["", `This is no stretch of time (in the blackout ""). ${forms}`],
    ["*", /^This is no stretch of time/],
    ["25.12.", /^This is no stretch of time/],
    ["ſat", /^This is no stretch of time/],
    [`SAT${" ".repeat(300)}`, /^This is too long \(in the blackout "SAT {77}…"\)/],
  ])("%j", (when, message) => {
    const expected = typeof message === "string" ? message : expect.stringMatching(message);
    expect(() => parseBlackout(when)).toThrow(
      expect.objectContaining({ code: "invalid_schedule", message: expected }),
    );
  });

  test.each([undefined, null, 7, {}, ["SAT"]])("%j", (when) => {
    expect(() => checkBlackout(when)).toThrow(expect.objectContaining({ code: "invalid_schedule" }));
  });
});

test("whatever is written, it is read or refused with a reason", () => {
  const pieces = fc.constantFrom(
    "SAT",
    "MON",
    "-",
    " - ",
    ",",
    " ",
    "..",
    " to ",
    "09:00",
    "24:00",
    "12-24",
    "2026-12-24",
    "T18:00",
    "Z",
    "+01:00",
    "x",
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 8 }).map((all) => all.join("")),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (when) => {
      try {
        expect(parseBlackout(when)).toBe(parseBlackout(when));
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_schedule", message: expect.stringMatching(/\.$|\?$/) });
      }
    }),
    { numRuns: 2000 },
  );
});

test("blanks around a dash and the case of names change nothing", () => {
  const written = [
    "sat - sun",
    "Mon-Fri 09:00 - 17:00",
    "fri 18:00-mon 06:00",
    "12-24 - 01-01",
    "22:00 - 06:00",
  ];
  for (const when of written) {
    expect(parseBlackout(when)).toEqual(parseBlackout(when.toUpperCase().replace(" - ", "-")));
    expect(parseBlackout(when)).toEqual(parseBlackout(`  ${when.replace(/ /g, "   ")} `));
  }
});

describe("a reason", () => {
  test.each([null, "", "Christmas Day", "Noël 🎄 👨‍👩‍👧", "x".repeat(200)])("%j is taken", (reason) => {
    expect(() => checkBlackoutReason(reason)).not.toThrow();
  });

  test.each([
    [undefined, "The reason of a blackout is text, or null."],
    [7, "The reason of a blackout is text, or null."],
    ["x".repeat(201), "The reason of a blackout has at most 200 characters; this one has 201."],
    ["two\nlines", 'The reason "two\\nlines" has a character that cannot be seen. Take it away.'],
    ["\u202egnirb", 'The reason "\u202egnirb" has a character that cannot be seen. Take it away.'],
  ])("%j is refused", (reason, message) => {
    expect(() => checkBlackoutReason(reason)).toThrow(
      expect.objectContaining({ code: "invalid_schedule", message }),
    );
  });
});

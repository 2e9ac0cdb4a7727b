import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsFor } from "./clock-change-words.js";
import { clockChanges, effectOn } from "./clock-changes.js";
import { cronOf } from "../cron/cron.js";
import { type DstRule, onceADay } from "./dst-rule.js";
import { nextFireMs } from "../fires/next-fire.js";
import { zoneOf } from "./zone.js";

const changesOf = (timeZone: string, from: string, to: string) =>
  clockChanges(zoneOf(timeZone), Date.parse(from), Date.parse(to));

/** What is said of each change of a year that touches one of the expressions (`;` between them). */
function words(expressions: string, timeZone: string, year: number, dst: DstRule = onceADay): string[] {
  const specs = expressions.split(";").map((expression) => cronOf(expression));
  return changesOf(timeZone, `${year}-01-01T00:00Z`, `${year + 1}-01-01T00:00Z`).flatMap((change) => {
    const effect = effectOn(specs, zoneOf(timeZone), dst, change);
    return effect === null ? [] : [wordsFor(effect)];
  });
}

test("the clock changes of a year are told with what they leave out and show twice", () => {
  const local = (time: string) => Date.parse(`${time}Z`) / 1000;
  expect(changesOf("Europe/Berlin", "2026-01-01T00:00Z", "2027-01-01T00:00Z")).toEqual([
    {
      kind: "gap",
      atMs: Date.parse("2026-03-29T01:00Z"),
      beforeSec: 3600,
      afterSec: 7200,
      localStart: local("2026-03-29T02:00"),
      localEnd: local("2026-03-29T03:00"),
    },
    {
      kind: "fold",
      atMs: Date.parse("2026-10-25T01:00Z"),
      beforeSec: 7200,
      afterSec: 3600,
      localStart: local("2026-10-25T02:00"),
      localEnd: local("2026-10-25T03:00"),
    },
  ]);
});

test("a change at the first instant of a stretch is told, one at its end is not", () => {
  const [gap, fold] = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"];
  expect(changesOf("Europe/Berlin", gap, fold).map(({ kind }) => kind)).toEqual(["gap"]);
  expect(changesOf("Europe/Berlin", "2026-03-29T01:00:00.001Z", "2026-10-25T01:00:00.001Z")).toMatchObject([
    { kind: "fold" },
  ]);
});

test("zones without clock changes, and stretches of no length or beyond the calendar, have none", () => {
  expect(changesOf("UTC", "1970-01-01T00:00Z", "2100-01-01T00:00Z")).toEqual([]);
  expect(changesOf("Asia/Kolkata", "1970-01-01T00:00Z", "2100-01-01T00:00Z")).toEqual([]);
  expect(changesOf("Europe/Berlin", "2027-01-01T00:00Z", "2026-01-01T00:00Z")).toEqual([]);
  expect(clockChanges(zoneOf("Europe/Berlin"), 8e15, 8.64e15)).toEqual([]);
  expect(clockChanges(zoneOf("Europe/Berlin"), NaN, 0)).toEqual([]);
});

describe("what a clock change does to a schedule is said in a sentence", () => {
  const berlinGap = "Sun 29 Mar 2026: the clocks of Europe/Berlin jump from 02:00 to 03:00.";
  const berlinFold = "Sun 25 Oct 2026: the clocks of Europe/Berlin go back from 03:00 to 02:00.";

  test.each([
    [
      "30 2 * * *",
      [
        `${berlinGap} 02:30 does not exist; it fires at 03:00 instead.`,
        `${berlinFold} 02:30 comes twice; it fires the first time only.`,
      ],
    ],
    [
      "0,30 2 * * *",
      [
        `${berlinGap} 02:00 and 02:30 do not exist; one fire at 03:00 stands for both.`,
        `${berlinFold} 02:00 and 02:30 come twice; they fire the first time only.`,
      ],
    ],
    [
      "0,20,40 2 * * *",
      [
        `${berlinGap} 02:00, 02:20 and 02:40 do not exist; one fire at 03:00 stands for all 3.`,
        `${berlinFold} 02:00, 02:20 and 02:40 come twice; they fire the first time only.`,
      ],
    ],
    [
      "*/10 1-4 * * *",
      [
        `${berlinGap} 6 of its times do not exist; the fire at 03:00 stands for them too.`,
        `${berlinFold} 6 of its times come twice; they fire the first time only.`,
      ],
    ],
    [
      "0 2,3 * * *",
      [
        `${berlinGap} 02:00 does not exist; the fire at 03:00 stands for it too.`,
        `${berlinFold} 02:00 comes twice; it fires the first time only.`,
      ],
    ],
    [
      "15 30 2 * * *",
      [
        `${berlinGap} 02:30:15 does not exist; it fires at 03:00 instead.`,
        `${berlinFold} 02:30:15 comes twice; it fires the first time only.`,
      ],
    ],
    ["30 2 * * MON-SAT", []],
    ["0 3 * * *", []],
    ["59 1 * * *", []],
    ["30 2 29 * *", [`${berlinGap} 02:30 does not exist; it fires at 03:00 instead.`]],
    [
      "0 * * * *",
      [
        `${berlinGap} 02:00 does not exist; an expression of all 24 hours follows elapsed time, and nothing is moved.`,
        `${berlinFold} 02:00 comes twice; an expression of all 24 hours follows elapsed time, and fires both times.`,
      ],
    ],
    [
      "30 2 * * *;0,30 2 * * MON-SUN",
      [
        `${berlinGap} 02:00 and 02:30 do not exist; one fire at 03:00 stands for both.`,
        `${berlinFold} 02:00 and 02:30 come twice; they fire the first time only.`,
      ],
    ],
    [
      "30 2 * * *;0 3 * * SUN",
      [
        `${berlinGap} 02:30 does not exist; the fire at 03:00 stands for it too.`,
        `${berlinFold} 02:30 comes twice; it fires the first time only.`,
      ],
    ],
    [
      "15 2 * * *;30 * * * *",
      [
        `${berlinGap} 02:15 does not exist; it fires at 03:00 instead. 02:30 does not exist; an expression of all 24 hours follows elapsed time, and nothing is moved.`,
        `${berlinFold} 02:15 comes twice; it fires the first time only. 02:30 comes twice; an expression of all 24 hours follows elapsed time, and fires both times.`,
      ],
    ],
  ])("%s in Berlin", (expressions, expected) => {
    expect(words(expressions, "Europe/Berlin", 2026)).toEqual(expected);
  });

  test.each<[DstRule["gap"], DstRule["fold"], string, string]>([
    ["skip", "last", "it is skipped", "it fires the second time only"],
    ["skip", "both", "it is skipped", "it fires both times"],
    ["next-valid", "both", "it fires at 03:00 instead", "it fires both times"],
  ])("by the rule of gap %s and fold %s", (gap, fold, inGap, inFold) => {
    expect(words("30 2 * * *", "Europe/Berlin", 2026, { gap, fold })).toEqual([
      `${berlinGap} 02:30 does not exist; ${inGap}.`,
      `${berlinFold} 02:30 comes twice; ${inFold}.`,
    ]);
  });

  test.each([
    [
      "0 2 * * *",
      "Australia/Lord_Howe",
      2026,
      [
        "Sun 4 Oct 2026: the clocks of Australia/Lord_Howe jump from 02:00 to 02:30. 02:00 does not exist; it fires at 02:30 instead.",
      ],
    ],
    [
      "0 0,23 * * *",
      "Africa/Cairo",
      2026,
      [
        "Fri 24 Apr 2026: the clocks of Africa/Cairo jump from 00:00 to 01:00. 00:00 does not exist; it fires at 01:00 instead.",
        "Fri 30 Oct 2026: the clocks of Africa/Cairo go back from 00:00 to Thu 29 Oct 23:00. 23:00 comes twice; it fires the first time only.",
      ],
    ],
    [
      "0 9,17 * * *",
      "Pacific/Apia",
      2011,
      [
        "Fri 30 Dec 2011: the clocks of Pacific/Apia jump from 00:00 to Sat 31 Dec 00:00. 09:00 and 17:00 do not exist; one fire at Sat 31 Dec 00:00 stands for both.",
      ],
    ],
    [
      "0 2 * * *",
      "Antarctica/Troll",
      2026,
      [
        "Sun 29 Mar 2026: the clocks of Antarctica/Troll jump from 01:00 to 03:00. 02:00 does not exist; it fires at 03:00 instead.",
        "Sun 25 Oct 2026: the clocks of Antarctica/Troll go back from 03:00 to 01:00. 02:00 comes twice; it fires the first time only.",
      ],
    ],
    [
      "30 0 * * *",
      "Africa/Monrovia",
      1972,
      [
        "Fri 7 Jan 1972: the clocks of Africa/Monrovia jump from 00:00 to 00:44:30. 00:30 does not exist; it fires at 00:44:30 instead.",
      ],
    ],
  ])("%s in %s in %s", (expression, timeZone, year, expected) => {
    expect(words(expression, timeZone, year)).toEqual(expected);
  });
});

test("a change that leaves out more than a date names the date of each time", () => {
  // Kwajalein crossed the date line at midnight: all of 21 August 1993 was left out.
  expect(words("0 12 * * *", "Pacific/Kwajalein", 1993)).toEqual([
    "Sat 21 Aug 1993: the clocks of Pacific/Kwajalein jump from 00:00 to Sun 22 Aug 00:00. 12:00 does not exist; it fires at Sun 22 Aug 00:00 instead.",
  ]);
});

test("what is said of a change is what the fires do", () => {
  const zone = fc.constantFrom("Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "America/Havana");
  const hours = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1 });
  const minutes = fc.uniqueArray(fc.constantFrom(0, 1, 15, 29, 30, 59), { minLength: 1 });
  const rule = fc.record<DstRule>({
    gap: fc.constantFrom("next-valid", "skip"),
    fold: fc.constantFrom("first", "last", "both"),
  });
  fc.assert(
    fc.property(zone, hours, minutes, rule, (timeZone, hour, minute, dst) => {
      const spec = cronOf(`${minute.join(",")} ${hour.join(",")} * * *`);
      for (const change of changesOf(timeZone, "2026-01-01T00:00Z", "2027-01-01T00:00Z")) {
        const [touched] = effectOn([spec], zoneOf(timeZone), dst, change)?.touched ?? [];
        const from = change.atMs - (change.kind === "fold" ? change.localEnd - change.localStart : 0) * 1000;
        const to = change.atMs + (change.kind === "fold" ? change.localEnd - change.localStart : 1) * 1000;
        let fires = 0;
        let ms = nextFireMs(spec, zoneOf(timeZone), from - 1, dst);
        for (; ms < to; ms = nextFireMs(spec, zoneOf(timeZone), ms, dst)) fires += 1;
        const count = touched?.count ?? 0;
        const own = nextSlotIs(change.localEnd, hour, minute) && change.kind === "gap" ? 1 : 0;
        const expected = { moved: 1, skipped: own, first: count, last: count, both: 2 * count, elapsed: -1 };
        expect(fires).toBe(touched === undefined ? own : expected[touched.outcome]);
      }
    }),
    { numRuns: 300 },
  );
});

function nextSlotIs(local: number, hours: number[], minutes: number[]): boolean {
  const time = local % 86_400;
  return hours.includes(Math.floor(time / 3600)) && minutes.includes((time / 60) % 60) && time % 60 === 0;
}

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { missedFires, type OwedFire, owedFires } from "./owed-fires.js";
import { type CatchUpPolicy, type NamedTiming, readyTiming, timingDefaults } from "./timing.js";

const named = (timing: Partial<NamedTiming>): NamedTiming => ({
  ...timingDefaults,
  name: "backup",
  ...timing,
});
const text = (ms: number) => new Date(ms).toISOString().replace(/(:00)?\.000Z/, "Z");

/** Each row in short: its fire, the oldest it stands for, how many, and why it is not run. */
const inShort = (rows: readonly OwedFire[]) =>
  rows.map((row) =>
    [text(row.fireMs), text(row.coversFromMs), row.coversCount, row.givenUp ?? "run"].join(" "),
  );

interface Question {
  timing: Partial<NamedTiming>;
  from: string;
  now: string;
  policy?: CatchUpPolicy;
  windowMin?: number;
}

function owed({ timing, from, now, policy = "latest", windowMin }: Question): string[] {
  const range = { fromMs: Date.parse(from), nowMs: Date.parse(now) };
  const windowMs = windowMin === undefined ? null : windowMin * 60_000;
  return inShort(owedFires(readyTiming(named(timing)), range, { policy, windowMs }));
}

const hourly = { cron: "0 * * * *", timezone: "Europe/Berlin" };
const weekend = [{ when: "2026-07-04T00:00Z - 2026-07-06T00:00Z", reason: null }];

describe("what is owed", () => {
  test.each<[string, Question, string[]]>([
    [
      "one fire, on time",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T12:00Z" },
      ["2026-07-01T12:00Z 2026-07-01T12:00Z 1 run"],
    ],
    [
      "one fire, late",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T12:59Z" },
      ["2026-07-01T12:00Z 2026-07-01T12:00Z 1 run"],
    ],
    [
      "one run for three missed fires: the newest, which stands for all",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:00Z" },
      ["2026-07-01T14:00Z 2026-07-01T12:00Z 3 run"],
    ],
    [
      "a fire that the expression no longer names",
      { timing: hourly, from: "2026-07-01T12:07Z", now: "2026-07-01T12:10Z" },
      ["2026-07-01T12:07Z 2026-07-01T12:07Z 1 run"],
    ],
    [
      "such a fire, and others",
      { timing: hourly, from: "2026-07-01T12:07Z", now: "2026-07-01T14:10Z" },
      ["2026-07-01T14:00Z 2026-07-01T12:07Z 3 run"],
    ],
    [
      "a fire left out by the clock",
      { timing: { ...hourly, cron: "30 2 * * *" }, from: "2026-03-28T01:30Z", now: "2026-03-29T01:00Z" },
      ["2026-03-29T01:00Z 2026-03-28T01:30Z 2 run"],
    ],
    [
      "all hours of the day with 25",
      { timing: hourly, from: "2026-10-24T22:00Z", now: "2026-10-25T22:30Z" },
      ["2026-10-25T22:00Z 2026-10-24T22:00Z 25 run"],
    ],
    [
      "what is not older than the window, and a row for what is",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T17:10Z", windowMin: 120 },
      ["2026-07-01T15:00Z 2026-07-01T12:00Z 4 late", "2026-07-01T17:00Z 2026-07-01T16:00Z 2 run"],
    ],
    [
      "no run at all if even the newest is older than the window",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:30Z", windowMin: 20 },
      ["2026-07-01T14:00Z 2026-07-01T12:00Z 3 late"],
    ],
    [
      "with none: no run for what is more than a minute late",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:02Z", policy: "none" },
      ["2026-07-01T14:00Z 2026-07-01T12:00Z 3 late"],
    ],
    [
      "with none: the newest alone if it is punctual",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:00:40Z", policy: "none" },
      ["2026-07-01T13:00Z 2026-07-01T12:00Z 2 late", "2026-07-01T14:00Z 2026-07-01T14:00Z 1 run"],
    ],
    [
      "with all: a run for each, oldest first",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:02Z", policy: "all" },
      [
        "2026-07-01T12:00Z 2026-07-01T12:00Z 1 run",
        "2026-07-01T13:00Z 2026-07-01T13:00Z 1 run",
        "2026-07-01T14:00Z 2026-07-01T14:00Z 1 run",
      ],
    ],
    [
      "with all and a window: a run for each within, a row for the others",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T15:02Z", policy: "all", windowMin: 90 },
      [
        "2026-07-01T13:00Z 2026-07-01T12:00Z 2 late",
        "2026-07-01T14:00Z 2026-07-01T14:00Z 1 run",
        "2026-07-01T15:00Z 2026-07-01T15:00Z 1 run",
      ],
    ],
    [
      "nothing to run in a blackout, but a row for it",
      { timing: { ...hourly, blackouts: weekend }, from: "2026-07-04T05:00Z", now: "2026-07-04T05:00Z" },
      ["2026-07-04T05:00Z 2026-07-04T05:00Z 1 blackout"],
    ],
    [
      "one run and one row for an outage over a blackout",
      { timing: { ...hourly, blackouts: weekend }, from: "2026-07-03T22:00Z", now: "2026-07-06T01:30Z" },
      ["2026-07-05T23:00Z 2026-07-04T00:00Z 48 blackout", "2026-07-06T01:00Z 2026-07-03T22:00Z 4 run"],
    ],
    [
      "what a blackout put off, with all that it stands for",
      {
        timing: { ...hourly, blackouts: weekend, blackoutPolicy: "defer" },
        from: "2026-07-06T00:00Z",
        now: "2026-07-06T00:00Z",
      },
      ["2026-07-06T00:00Z 2026-07-04T00:00Z 49 run"],
    ],
    [
      "the last fire of the calendar",
      { timing: { cron: "0 0 31 12 *" }, from: "2199-12-31T00:00Z", now: "2199-12-31T12:00Z" },
      ["2199-12-31T00:00Z 2199-12-31T00:00Z 1 run"],
    ],
  ])("%s", (_, question, expected) => {
    expect(owed(question)).toEqual(expected);
  });

  test("with all: at most the newest hundred run, and one row says so of the others", () => {
    const timing = { cron: "* * * * *" };
    const rows = owed({ timing, from: "2026-07-01T00:00Z", now: "2026-07-01T10:00Z", policy: "all" });
    expect(rows).toHaveLength(101);
    expect(rows[0]).toBe("2026-07-01T08:20Z 2026-07-01T00:00Z 501 catch_up_limit");
    expect(rows[1]).toBe("2026-07-01T08:21Z 2026-07-01T08:21Z 1 run");
    expect(rows.at(-1)).toBe("2026-07-01T10:00Z 2026-07-01T10:00Z 1 run");
  });

  test.each<CatchUpPolicy>(["latest", "none", "all"])(
    "a fire of each second for ten years makes no more than a few rows, with all seconds counted (%s)",
    (policy) => {
      const range = { fromMs: Date.UTC(2020, 0, 1), nowMs: Date.UTC(2030, 0, 1) };
      const timing = readyTiming(named({ cron: "* * * * * *", timezone: "Europe/Berlin" }));
      const rows = owedFires(timing, range, { policy, windowMs: null });
      const count = rows.reduce((sum, row) => sum + row.coversCount, 0);
      expect(count).toBe((range.nowMs - range.fromMs) / 1000 + 1);
      expect(rows.length).toBeLessThanOrEqual(101);
    },
  );

  test("what comes more than a minute late, or stands for fires before it, is caught up", () => {
    const timing = readyTiming(named(hourly));
    const caughtUp = (from: string, now: string) =>
      owedFires(
        timing,
        { fromMs: Date.parse(from), nowMs: Date.parse(now) },
        { policy: "latest", windowMs: null },
      ).map((row) => row.caughtUp);
    expect(caughtUp("2026-07-01T12:00Z", "2026-07-01T12:01Z")).toEqual([false]);
    expect(caughtUp("2026-07-01T12:00Z", "2026-07-01T12:01:01Z")).toEqual([true]);
    expect(caughtUp("2026-07-01T12:00Z", "2026-07-01T13:00Z")).toEqual([true]);
  });

  test("what a pause or an edit drops is one row for all", () => {
    const timing = readyTiming(named({ ...hourly, blackouts: weekend }));
    const row = missedFires(timing, Date.parse("2026-07-03T22:00Z"), Date.parse("2026-07-06T01:30Z"))!;
    expect(inShort([row])).toEqual(["2026-07-06T01:00Z 2026-07-03T22:00Z 52 run"]);
  });
});

const start = Date.UTC(2026, 9, 20);
const minute = fc.integer({ min: 0, max: 12 * 1440 }).map((min) => start + min * 60_000);
const timing = fc
  .record({
    cron: fc.constantFrom("*/20 * * * *", "30 2 * * *", "0 */5 * * *\n10 1-4 * * *", "7 * * * *"),
    timezone: fc.constantFrom("Europe/Berlin", "America/New_York", "UTC"),
    spreadSec: fc.constantFrom(0, 600),
    blackouts: fc.array(
      fc.tuple(minute, fc.integer({ min: 1, max: 3000 })).map(([from, min]) => ({
        when: `${new Date(from).toISOString()} - ${new Date(from + min * 60_000).toISOString()}`,
        reason: null,
      })),
      { maxLength: 3 },
    ),
  })
  .map(named);

test("every fire since the last look is in exactly one row, whatever the policy", () => {
  const policy = fc.constantFrom<CatchUpPolicy>("latest", "none", "all");
  const window = fc.option(fc.integer({ min: 1, max: 4000 }).map((min) => min * 60_000));
  fc.assert(
    fc.property(timing, policy, window, minute, minute, (named, policy, windowMs, one, other) => {
      const ready = readyTiming(named);
      const fromMs = ready.fires.after(Math.min(one, other) - 1);
      const nowMs = Math.max(one, other);
      fc.pre(fromMs <= nowMs);
      const rows = owedFires(ready, { fromMs, nowMs }, { policy, windowMs });

      const covered = { live: 0, blackout: 0 };
      for (const row of rows) covered[row.givenUp === "blackout" ? "blackout" : "live"] += row.coversCount;
      expect(covered.live).toBe(ready.live.count(fromMs - 1, nowMs));
      expect(covered.live + covered.blackout).toBe(ready.fires.count(fromMs - 1, nowMs));

      const limitMs = windowMs ?? (policy === "none" ? 60_000 : Infinity);
      for (const row of rows) {
        expect(ready.fires.after(row.fireMs - 1)).toBe(row.fireMs);
        expect(row.coversFromMs <= row.fireMs && row.coversFromMs >= fromMs).toBe(true);
        if (row.givenUp === null) expect(nowMs - row.coversFromMs).toBeLessThanOrEqual(limitMs);
        if (row.givenUp === "late" && policy !== "none") expect(nowMs - row.fireMs).toBeGreaterThan(limitMs);
      }
      const newest = rows.findLast((row) => row.givenUp === null);
      if (newest !== undefined) expect(ready.live.after(newest.fireMs) > nowMs).toBe(true);
      expect(new Set(rows.map((row) => row.fireMs)).size).toBe(rows.length);
    }),
    { numRuns: 1500 },
  );
});

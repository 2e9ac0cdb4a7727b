import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countFires } from "./count-fires.js";
import { parseCron } from "./cron.js";
import type { DstRule } from "./dst-rule.js";
import { nextFireMs } from "./next-fire.js";
import { owedFires, type OwedFires } from "./owed-fires.js";
import { zoneOf } from "./zone.js";

const instant = (ms: number | null) =>
  ms === null ? null : new Date(ms).toISOString().replace(":00.000Z", "Z");

const owed = (expression: string, timeZone: string, nextFireAt: string, now: string) => {
  const answer = owedFires(parseCron(expression), zoneOf(timeZone), Date.parse(nextFireAt), Date.parse(now));
  return [instant(answer.fireMs), instant(answer.coversFromMs), answer.coversCount, instant(answer.nextMs)];
};

/** The same answer, by walking through all fires. */
function owedByWalking(expression: string, timeZone: string, nextFireAtMs: number, nowMs: number): OwedFires {
  const [spec, zone] = [parseCron(expression), zoneOf(timeZone)];
  let fireMs = nextFireAtMs;
  let coversCount = 1;
  let nextMs = nextFireMs(spec, zone, fireMs);
  for (; nextMs <= nowMs; nextMs = nextFireMs(spec, zone, nextMs)) {
    fireMs = nextMs;
    coversCount += 1;
  }
  return { fireMs, coversFromMs: nextFireAtMs, coversCount, nextMs: Number.isNaN(nextMs) ? null : nextMs };
}

describe("what is owed", () => {
  test.each([
    [
      "one fire, on time",
      "0 * * * *",
      "2026-07-01T12:00Z",
      "2026-07-01T12:00Z",
      ["2026-07-01T12:00Z", "2026-07-01T12:00Z", 1, "2026-07-01T13:00Z"],
    ],
    [
      "one fire, late",
      "0 * * * *",
      "2026-07-01T12:00Z",
      "2026-07-01T12:59Z",
      ["2026-07-01T12:00Z", "2026-07-01T12:00Z", 1, "2026-07-01T13:00Z"],
    ],
    [
      "three fires",
      "0 * * * *",
      "2026-07-01T12:00Z",
      "2026-07-01T14:00Z",
      ["2026-07-01T14:00Z", "2026-07-01T12:00Z", 3, "2026-07-01T15:00Z"],
    ],
    [
      "a fire that the expression no longer names",
      "0 * * * *",
      "2026-07-01T12:07Z",
      "2026-07-01T12:10Z",
      ["2026-07-01T12:07Z", "2026-07-01T12:07Z", 1, "2026-07-01T13:00Z"],
    ],
    [
      "such a fire, and others",
      "0 * * * *",
      "2026-07-01T12:07Z",
      "2026-07-01T14:10Z",
      ["2026-07-01T14:00Z", "2026-07-01T12:07Z", 3, "2026-07-01T15:00Z"],
    ],
    [
      "a fire left out by the clock",
      "30 2 * * *",
      "2026-03-28T01:30Z",
      "2026-03-29T01:00Z",
      ["2026-03-29T01:00Z", "2026-03-28T01:30Z", 2, "2026-03-30T00:30Z"],
    ],
    [
      "all hours of the day with 25",
      "0 * * * *",
      "2026-10-24T22:00Z",
      "2026-10-25T22:30Z",
      ["2026-10-25T22:00Z", "2026-10-24T22:00Z", 25, "2026-10-25T23:00Z"],
    ],
    [
      "the last fire of the calendar",
      "0 0 31 12 *",
      "2199-12-30T23:00Z",
      "2199-12-31T12:00Z",
      ["2199-12-30T23:00Z", "2199-12-30T23:00Z", 1, null],
    ],
  ])("%s", (_, expression, nextFireAt, now, expected) => {
    expect(owed(expression, "Europe/Berlin", nextFireAt, now)).toEqual(expected);
  });

  test("a fire of each second for ten years, with all seconds counted", () => {
    const seconds = (Date.UTC(2030, 0, 1) - Date.UTC(2020, 0, 1)) / 1000;
    expect(owed("* * * * * *", "Europe/Berlin", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")).toEqual([
      "2030-01-01T00:00Z",
      "2020-01-01T00:00Z",
      seconds + 1,
      "2030-01-01T00:00:01.000Z",
    ]);
  });
});

const zones = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "America/Havana",
  "Pacific/Apia",
);
const expressions = fc.constantFrom(
  "*/13 * * * *",
  "*/10 1-3 * * *",
  "30 2 * * *",
  "0,30 0,23 * * *",
  "0 2,3 * * SUN",
  "15 22-4/2 */3 * *",
  "0 0 29 2 *",
  "59 1 1-7 3,10,11 MON-FRI",
  "*/20 */7 0 * * *",
);
const instants = (from: string, to: string) => fc.integer({ min: Date.parse(from), max: Date.parse(to) });
const stretch = fc
  .tuple(
    instants("2004-01-01", "2031-01-01"),
    fc.oneof(fc.integer({ min: 0, max: 6e8 }), fc.integer({ min: 0, max: 8e9 })),
  )
  .map(([from, length]) => [from, from + length] as const);

test("what is owed is what a walk through all fires finds", () => {
  fc.assert(
    fc.property(expressions, zones, stretch, fc.boolean(), (text, timeZone, [from, now], onGrid) => {
      const nextFireAt = onGrid ? nextFireMs(parseCron(text), zoneOf(timeZone), from) : from;
      fc.pre(nextFireAt <= now);
      const answer = owedFires(parseCron(text), zoneOf(timeZone), nextFireAt, now);
      expect(answer).toEqual(owedByWalking(text, timeZone, nextFireAt, now));
    }),
    { numRuns: 800 },
  );
});

test("fires are counted as a walk counts them, whatever is chosen for gaps and folds", () => {
  const rule = fc.record<DstRule>({
    gap: fc.constantFrom("next-valid", "skip"),
    fold: fc.constantFrom("first", "last", "both"),
  });
  const changes = fc.constantFrom(
    "2026-03-29",
    "2026-10-25",
    "2026-10-30",
    "2026-04-24",
    "2011-12-30",
    "2026-11-01",
  );
  const minute = fc.integer({ min: -30 * 60, max: 30 * 60 });
  const edges = fc.tuple(minute, minute).map((minutes) => minutes.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(expressions, zones, rule, changes, edges, (text, timeZone, dst, day, minutes) => {
      const [after, until] = minutes.map((minute) => Date.parse(day) + minute * 60_000);
      const [spec, zone] = [parseCron(text), zoneOf(timeZone)];
      let walked = 0;
      for (let ms = nextFireMs(spec, zone, after!, dst); ms <= until!; ms = nextFireMs(spec, zone, ms, dst))
        walked += 1;
      expect(countFires(spec, zone, after!, until!, dst)).toBe(walked);
    }),
    { numRuns: 2000 },
  );
});

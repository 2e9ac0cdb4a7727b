import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastFire, type FireTimes } from "./fire-times.js";
import { type NamedTiming, readyTiming, timingDefaults } from "./timing.js";

const named = (timing: Partial<NamedTiming>): NamedTiming => ({
  ...timingDefaults,
  name: "backup",
  ...timing,
});

/** The fires after one instant and until another, one by one. */
function walk(times: FireTimes, afterMs: number, untilMs: number): number[] {
  const fires: number[] = [];
  for (let ms = times.after(afterMs); ms <= untilMs; ms = times.after(ms)) fires.push(ms);
  return fires;
}

const text = (ms: number) => new Date(ms).toISOString().replace(/(:00)?\.000Z/, "Z");

function firesOf(timing: Partial<NamedTiming>, from: string, to: string): string[] {
  return walk(readyTiming(named(timing)).fires, Date.parse(from) - 1, Date.parse(to)).map(text);
}

describe("a schedule fires", () => {
  test.each<[string, Partial<NamedTiming>, string, string, string[]]>([
    [
      "at the instants of all its expressions, once where they meet",
      { cron: "0 9 * * *\n0 9,17 * * SAT" },
      "2026-11-27T00:00Z",
      "2026-11-28T23:00Z",
      ["2026-11-27T09:00Z", "2026-11-28T09:00Z", "2026-11-28T17:00Z"],
    ],
    [
      "every 90 minutes of elapsed time, counted from 1970",
      { everySec: 5400 },
      "2026-11-27T00:00Z",
      "2026-11-27T04:30Z",
      ["2026-11-27T00:00Z", "2026-11-27T01:30Z", "2026-11-27T03:00Z", "2026-11-27T04:30Z"],
    ],
    [
      "every 90 minutes, counted from an anchor, also before it",
      { everySec: 5400, anchorAt: new Date("2026-11-27T03:10:00Z") },
      "2026-11-27T00:00Z",
      "2026-11-27T04:40Z",
      ["2026-11-27T00:10Z", "2026-11-27T01:40Z", "2026-11-27T03:10Z", "2026-11-27T04:40Z"],
    ],
    [
      "every 45 minutes, counted from its start, and not before",
      { everySec: 2700, startsAt: new Date("2026-11-27T01:05:00Z") },
      "2026-11-27T00:00Z",
      "2026-11-27T02:40Z",
      ["2026-11-27T01:05Z", "2026-11-27T01:50Z", "2026-11-27T02:35Z"],
    ],
    [
      "at one instant",
      { at: new Date("2026-12-24T17:00:00Z") },
      "2026-11-27T00:00Z",
      "2027-11-27T00:00Z",
      ["2026-12-24T17:00Z"],
    ],
    [
      "from its start until its end, both included",
      {
        cron: "0 * * * *",
        startsAt: new Date("2026-11-27T03:00:00Z"),
        endsAt: new Date("2026-11-27T05:00:00Z"),
      },
      "2026-11-27T00:00Z",
      "2026-11-28T00:00Z",
      ["2026-11-27T03:00Z", "2026-11-27T04:00Z", "2026-11-27T05:00Z"],
    ],
    [
      "with the clock of its zone, also when that jumps",
      { cron: "30 2 * * *", timezone: "Europe/Berlin" },
      "2026-03-28T00:00Z",
      "2026-03-30T12:00Z",
      ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
    ],
    [
      "not at all where the clock jumps, if it is told to skip",
      { cron: "30 2 * * *", timezone: "Europe/Berlin", dst: { gap: "skip", fold: "first" } },
      "2026-03-28T00:00Z",
      "2026-03-30T12:00Z",
      ["2026-03-28T01:30Z", "2026-03-30T00:30Z"],
    ],
    [
      "twice where the clock goes back, if it is told so",
      { cron: "30 2 * * *", timezone: "Europe/Berlin", dst: { gap: "skip", fold: "both" } },
      "2026-10-25T00:00Z",
      "2026-10-25T12:00Z",
      ["2026-10-25T00:30Z", "2026-10-25T01:30Z"],
    ],
    [
      "in a blackout too, if that skips: what was not run is told of",
      { cron: "0 9 * * *", blackouts: [{ when: "2026-12-24T00:00Z - 2026-12-27T00:00Z", reason: null }] },
      "2026-12-23T00:00Z",
      "2026-12-25T12:00Z",
      ["2026-12-23T09:00Z", "2026-12-24T09:00Z", "2026-12-25T09:00Z"],
    ],
    [
      "once at the end of a blackout, if that defers",
      {
        cron: "0 9 * * *",
        blackoutPolicy: "defer",
        blackouts: [{ when: "2026-12-24T00:00Z - 2026-12-27T00:00Z", reason: null }],
      },
      "2026-12-23T00:00Z",
      "2026-12-27T12:00Z",
      ["2026-12-23T09:00Z", "2026-12-27T00:00Z", "2026-12-27T09:00Z"],
    ],
    [
      "never during a blackout without an end",
      {
        cron: "0 9 * * *",
        blackoutPolicy: "defer",
        blackouts: [{ when: "2026-12-24T00:00Z - 2199-12-31T00:00Z", reason: null }],
      },
      "2026-12-23T00:00Z",
      "2030-12-27T12:00Z",
      ["2026-12-23T09:00Z"],
    ],
    ["by hand only", {}, "2026-12-23T00:00Z", "2030-12-27T12:00Z", []],
  ])("%s", (_, timing, from, to, expected) => {
    expect(firesOf(timing, from, to)).toEqual(expected);
  });

  test("moved by a part of its spread that stays the same, for each name another", () => {
    const fires = (name: string) =>
      firesOf({ name, cron: "0 3 * * *", spreadSec: 3600 }, "2026-11-27T00:00Z", "2026-11-29T12:00Z");
    // These must never change: schedules would move.
    expect(fires("backup")).toEqual(["2026-11-27T03:40:14Z", "2026-11-28T03:40:14Z", "2026-11-29T03:40:14Z"]);
    expect(fires("report")).toEqual(["2026-11-27T03:10:33Z", "2026-11-28T03:10:33Z", "2026-11-29T03:10:33Z"]);
  });
});

const day = 86_400_000;
const base = Date.parse("2026-10-20T00:00Z");
const nearby = fc.integer({ min: base - day, max: base + 8 * day });
const second = nearby.map((ms) => Math.floor(ms / 1000) * 1000);

const ways = fc.oneof(
  fc.record({
    cron: fc
      .uniqueArray(
        fc.constantFrom(
          "30 2 * * *",
          "0 */5 * * *",
          "*/45 * * * *",
          "0 0 * * SUN",
          "15 1-4 25 * *",
          "7 * * * *",
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((lines) => lines.join("\n")),
  }),
  fc.record({ everySec: fc.integer({ min: 300, max: 200_000 }), anchorAt: second.map((ms) => new Date(ms)) }),
  fc.record({ at: second.map((ms) => new Date(ms)) }),
);
const window = fc
  .tuple(second, fc.integer({ min: 1, max: 60 * 3600 }))
  .map(([from, sec]) => `${new Date(from).toISOString()} - ${new Date(from + sec * 1000).toISOString()}`);
const rest = fc.record(
  {
    startsAt: second.map((ms) => new Date(ms)),
    spreadSec: fc.integer({ min: 0, max: 7200 }),
    dst: fc.record({
      gap: fc.constantFrom("next-valid" as const, "skip" as const),
      fold: fc.constantFrom("first" as const, "last" as const, "both" as const),
    }),
    blackouts: fc.array(
      window.map((when) => ({ when, reason: null })),
      { maxLength: 4 },
    ),
    blackoutPolicy: fc.constantFrom("skip" as const, "defer" as const),
    timezone: fc.constantFrom("Europe/Berlin", "UTC", "Africa/Casablanca"),
  },
  { requiredKeys: ["timezone"] },
);
const timings = fc.tuple(ways, rest).map(([way, others]) => named({ ...way, ...others }));

describe("whatever a schedule's timing is", () => {
  test("its fires follow each other, are the same however their range is cut, and are counted as they are", () => {
    fc.assert(
      fc.property(timings, fc.tuple(nearby, nearby, nearby), (timing, edges) => {
        const [from, middle, to] = edges.toSorted((a, b) => a - b) as [number, number, number];
        for (const times of [readyTiming(timing).fires, readyTiming(timing).live]) {
          const fires = walk(times, from, to);
          expect(fires.every((ms, index) => index === 0 || ms > fires[index - 1]!)).toBe(true);
          expect([...walk(times, from, middle), ...walk(times, middle, to)]).toEqual(fires);
          expect(lastFire(times, from, to)).toBe(fires.at(-1) ?? NaN);
          const each = fires.reduce((sum, ms) => sum + times.count(ms - 1, ms), 0);
          expect(times.count(from, to)).toBe(each);
          expect(times.count(from, middle) + times.count(middle, to)).toBe(each);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("several expressions fire at the instants of each, once where they meet", () => {
    const lines = fc.uniqueArray(
      fc.constantFrom(
        "30 2 * * *",
        "0 */5 * * *",
        "*/45 * * * *",
        "30 */2 * * SUN",
        "15 1-4 25 * *",
        "0 0 L * *",
      ),
      { minLength: 2, maxLength: 4 },
    );
    fc.assert(
      fc.property(lines, rest, nearby, (lines, { timezone, dst }, from) => {
        const rule = dst ?? timingDefaults.dst;
        const firesOf = (cron: string) =>
          walk(readyTiming(named({ cron, timezone, dst: rule })).fires, from, from + 7 * day);
        const apart = new Set(lines.flatMap(firesOf));
        expect(firesOf(lines.join("\n"))).toEqual([...apart].toSorted((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  test("spread moves each fire by less than the next one is away, and loses none", () => {
    fc.assert(
      fc.property(timings, fc.integer({ min: 1, max: 86_400 }), (timing, spreadSec) => {
        const plain = named({ ...timing, blackouts: [], spreadSec: 0 });
        const before = walk(readyTiming(plain).fires, base - 3 * day, base + 4 * day);
        const moved = readyTiming({ ...plain, spreadSec }).fires;
        for (const [index, ms] of before.entries()) {
          const fire = moved.after(ms - 1);
          // The fire before may have been moved to just here, but never beyond.
          const own = index > 0 && fire < ms ? moved.after(fire) : fire;
          expect(own).toBeGreaterThanOrEqual(ms);
          expect(own - ms).toBeLessThan(spreadSec * 1000);
          expect(own).toBeLessThan(before[index + 1] ?? Infinity);
          expect(moved.count(ms - 1, own)).toBe(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a deferred fire comes outside of all blackouts, and stands for those that it waited for", () => {
    fc.assert(
      fc.property(timings, (timing) => {
        const skipped = readyTiming({ ...timing, blackoutPolicy: "skip" });
        const deferred = readyTiming({ ...timing, blackoutPolicy: "defer" }).fires;
        const [from, to] = [base - 2 * day, base + 12 * day];
        const fires = walk(deferred, from, to);
        const live = walk(skipped.live, from, to);
        expect(fires.filter((ms) => (skipped.skipping?.at(ms) ?? null) !== null)).toEqual([]);
        expect(live.filter((ms) => !fires.includes(ms))).toEqual([]);
        for (const ms of fires) {
          const nominal = deferred.nominalOf(ms);
          expect(nominal <= ms && nominal > (fires[fires.indexOf(ms) - 1] ?? -Infinity)).toBe(true);
          expect(skipped.fires.count(nominal - 1, ms)).toBe(deferred.count(ms - 1, ms));
        }
      }),
      { numRuns: 500 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dstRules } from "../../../test/support/oracle/compare.js";
import { secondTemplates, templates } from "../../../test/support/oracle/expressions-near.js";
import { countFires } from "./count-fires.js";
import { cronOf } from "../cron/cron.js";
import type { DstRule } from "../clock/dst-rule.js";
import { BelfryError } from "../errors.js";
import { nextFireMs } from "./next-fire.js";
import { zoneOf } from "../clock/zone.js";

const seed = 20_261_025;
const numRuns = 2000;
const hourMs = 3_600_000;

/** What fires, and the instants that a law asks about, from the earliest on. */
interface Question {
  readonly expression: string;
  readonly timeZone: string;
  readonly dst: DstRule;
  readonly times: readonly number[];
}

/** Clock changes of all kinds with the minutes before and after, and one instant at which no clock is moved. */
const changes = [
  ["Europe/Berlin", "2026-03-29T01:00Z", 60, 120],
  ["Europe/Berlin", "2026-10-25T01:00Z", 120, 60],
  ["Australia/Lord_Howe", "2026-10-03T15:30Z", 630, 660],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z", 660, 630],
  ["Antarctica/Troll", "2026-10-25T01:00Z", 120, 0],
  ["Pacific/Apia", "2011-12-30T10:00Z", -600, 840],
  ["Pacific/Kwajalein", "1969-09-30T13:00Z", 660, -720],
  ["Africa/Casablanca", "2026-02-15T02:00Z", 60, 0],
  ["America/Havana", "2026-11-01T05:00Z", -240, -300],
  ["America/Sao_Paulo", "2018-11-04T03:00Z", -180, -120],
  ["Africa/Monrovia", "1972-01-07T00:44:30Z", -44.5, 0],
  ["UTC", "2026-07-01T00:00Z", 0, 0],
] as const;

const specOf = (expression: string) => cronOf(expression, "nightly report");
const within = (hours: number) => fc.integer({ min: -hours * hourMs, max: hours * hourMs });

/** A schedule whose fires are mostly near a clock change, and some instants that are near to it or within a year. */
const questions = (count: number): fc.Arbitrary<Question> =>
  fc
    .record({
      change: fc.constantFrom(...changes),
      template: fc.oneof(templates, secondTemplates),
      dst: fc.constantFrom(...dstRules),
      distances: fc.array(fc.oneof(within(3), within(50), within(24 * 400)), {
        minLength: count,
        maxLength: count,
      }),
    })
    .map(({ change: [timeZone, at, before, after], template, dst, distances }) => {
      const atMs = Date.parse(at);
      const change = { atSec: atMs / 1000, beforeSec: before * 60, afterSec: after * 60 };
      const times = distances.map((ms) => atMs + ms).toSorted((a, b) => a - b);
      return { expression: template(change), timeZone, dst, times };
    })
    .filter(({ expression }) => canFire(expression));

function canFire(expression: string): boolean {
  try {
    return specOf(expression) !== null;
  } catch (error) {
    if (error instanceof BelfryError && error.message.includes("never fire")) return false;
    throw error;
  }
}

/** The next fire, or Infinity. */
function after({ expression, timeZone, dst }: Question, ms: number): number {
  const next = nextFireMs(specOf(expression), zoneOf(timeZone), ms, dst);
  return Number.isNaN(next) ? Infinity : next;
}

function count({ expression, timeZone, dst }: Question, afterMs: number, untilMs: number): number {
  return countFires(specOf(expression), zoneOf(timeZone), afterMs, untilMs, dst);
}

/** The fires after one instant and until another, this one included; only the first thousand. */
function firesOf(it: Question, afterMs: number, untilMs: number): number[] {
  const fires: number[] = [];
  let ms = after(it, afterMs);
  for (; ms <= untilMs && fires.length < 1000; ms = after(it, ms)) fires.push(ms);
  return fires;
}

/** The end of a stretch of time that has a thousand fires at most. */
function endWithin(it: Question, startMs: number, endMs: number): number {
  const fires = firesOf(it, startMs, endMs);
  return fires.length < 1000 ? endMs : fires.at(-1)!;
}

describe("the next fire", () => {
  test("is later than its base", () => {
    fc.assert(
      fc.property(questions(1), (it) => {
        expect(after(it, it.times[0]!)).toBeGreaterThan(it.times[0]!);
      }),
      { numRuns, seed },
    );
  });

  test("of a later base is no earlier", () => {
    fc.assert(
      fc.property(questions(2), (it) => {
        expect(after(it, it.times[0]!)).toBeLessThanOrEqual(after(it, it.times[1]!));
      }),
      { numRuns, seed },
    );
  });

  test("is the same for every base from the fire before until it", () => {
    fc.assert(
      fc.property(questions(1), fc.double({ min: 0, max: 1, noNaN: true }), (it, part) => {
        const first = after(it, it.times[0]!);
        const second = after(it, first);
        fc.pre(second !== Infinity);
        expect(after(it, first + Math.floor((second - 1 - first) * part))).toBe(second);
        expect(after(it, second - 1)).toBe(second);
      }),
      { numRuns, seed },
    );
  });

  test("is a whole second, at which the clock shows a time that is named or has just left one out", () => {
    fc.assert(
      fc.property(questions(1), (it) => {
        const next = after(it, it.times[0]!);
        fc.pre(next !== Infinity);
        expect(Number.isInteger(next / 1000)).toBe(true);
        const isShown = after({ ...it, dst: { gap: "skip", fold: "both" } }, next - 1) === next;
        const offsetSecAt = (ms: number) => zoneOf(it.timeZone).offsetSecAt(ms / 1000);
        expect(isShown || offsetSecAt(next) > offsetSecAt(next - 1000)).toBe(true);
      }),
      { numRuns, seed },
    );
  });
});

describe("the fires of a stretch of time", () => {
  test("are the same, however it is cut", () => {
    fc.assert(
      fc.property(questions(4), (it) => {
        const [start, ...times] = it.times as [number, number, number, number];
        const end = endWithin(it, start, times[2]);
        const cuts = [start, Math.min(times[0], end), Math.min(times[1], end), end] as const;
        const parts = [0, 1, 2].flatMap((part) => firesOf(it, cuts[part]!, cuts[part + 1]!));
        expect(parts).toEqual(firesOf(it, start, end));
      }),
      { numRuns: numRuns / 4, seed },
    );
  });

  test("are as many as are counted", () => {
    fc.assert(
      fc.property(questions(2), (it) => {
        const end = endWithin(it, it.times[0]!, it.times[1]!);
        expect(count(it, it.times[0]!, end)).toBe(firesOf(it, it.times[0]!, end).length);
      }),
      { numRuns, seed },
    );
  });

  test("are as many as those of its parts, over many years too", () => {
    fc.assert(
      fc.property(questions(3), fc.integer({ min: 1, max: 60 }), (it, factor) => {
        const [start, cut, end] = it.times.map((ms) => it.times[1]! + (ms - it.times[1]!) * factor);
        expect(count(it, start!, cut!) + count(it, cut!, end!)).toBe(count(it, start!, end!));
      }),
      { numRuns: numRuns / 2, seed },
    );
  });
});

describe("a rule for clock changes", () => {
  const firesUnder = (it: Question, dst: DstRule) =>
    firesOf({ ...it, dst }, it.times[0]!, Math.min(it.times[1]!, it.times[0]! + 50 * hourMs));

  test("fires with `first` or with `last` whatever it fires with `both`, and nothing else", () => {
    fc.assert(
      fc.property(questions(2), (it) => {
        const { gap } = it.dst;
        const both = firesUnder(it, { gap, fold: "both" });
        fc.pre(both.length < 1000);
        const either = [...firesUnder(it, { gap, fold: "first" }), ...firesUnder(it, { gap, fold: "last" })];
        expect([...new Set(either)].toSorted((a, b) => a - b)).toEqual(both);
      }),
      { numRuns, seed },
    );
  });

  test("fires with `next-valid` whatever it fires with `skip`, and else only where a clock was put forward", () => {
    fc.assert(
      fc.property(questions(2), (it) => {
        const { fold } = it.dst;
        const moved = firesUnder(it, { gap: "next-valid", fold });
        const shown = new Set(firesUnder(it, { gap: "skip", fold }));
        fc.pre(moved.length < 1000);
        expect([...shown].filter((ms) => !moved.includes(ms))).toEqual([]);
        const offsetSecAt = (ms: number) => zoneOf(it.timeZone).offsetSecAt(ms / 1000);
        const odd = moved.filter((ms) => !shown.has(ms) && offsetSecAt(ms) <= offsetSecAt(ms - 1000));
        expect(odd).toEqual([]);
      }),
      { numRuns, seed },
    );
  });
});

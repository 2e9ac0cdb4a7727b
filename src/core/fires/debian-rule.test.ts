import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wallClockOf } from "../../../test/support/oracle/clock-changes.js";
import { cronByHand } from "../../../test/support/oracle/cron-by-hand.js";
import { parseCron } from "../cron/cron.js";
import { nextFireMs } from "./next-fire.js";
import { zoneOf } from "../clock/zone.js";

// Debian's cron(8): a job of fixed time (no * in minute and hour) that a clock change leaves out runs right after it, and
// one whose time comes again is not run again. Jobs with wildcards follow the clock.

const changes = {
  "Berlin, 02:00 to 03:00": ["Europe/Berlin", "2026-03-29T01:00Z"],
  "Berlin, 03:00 back to 02:00": ["Europe/Berlin", "2026-10-25T01:00Z"],
  "New York, 02:00 to 03:00": ["America/New_York", "2026-03-08T07:00Z"],
  "New York, 02:00 back to 01:00": ["America/New_York", "2026-11-01T06:00Z"],
  "Lord Howe, 02:00 to 02:30": ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
  "Lord Howe, 02:00 back to 01:30": ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
} as const;
type Change = keyof typeof changes;

const reachMin = 150;

/** The fires in the five hours around a change: `+00:30` is half an hour after it. */
function belfryFires(change: Change, expression: string): string {
  const [timeZone, at] = changes[change];
  const [zone, spec, atMs] = [zoneOf(timeZone), parseCron(expression), Date.parse(at)];
  const found: number[] = [];
  let ms = nextFireMs(spec, zone, atMs - reachMin * 60_000 - 1);
  for (; ms <= atMs + reachMin * 60_000; ms = nextFireMs(spec, zone, ms)) found.push((ms - atMs) / 60_000);
  return found.map(signed).join(" ");
}

/** What the main loop of Debian's cron runs in those hours: it wakes each minute, and looks at the wall clock. */
function debianFires(change: Change, expression: string): string {
  const [timeZone, at] = changes[change];
  const [clock, isNamed] = [wallClockOf(timeZone), minuteTest(expression)];
  const minuteShown = (minute: number) => clock(Date.parse(at) / 1000 + minute * 60) / 60;
  const isFixed = !/^\*|^\S+\s+\*/.test(expression);
  const found: number[] = [];
  let reached = minuteShown(-reachMin - 1);
  for (let minute = -reachMin; minute <= reachMin; minute += 1) {
    const shown = minuteShown(minute);
    if (!isFixed && isNamed(shown)) found.push(minute);
    for (; reached < shown; reached += 1) if (isFixed && isNamed(reached + 1)) found.push(minute);
  }
  return found.map(signed).join(" ");
}

function minuteTest(expression: string): (localMin: number) => boolean {
  const { minutesOfDay, namesDay } = cronByHand(expression);
  return (localMin) => {
    const day = Math.floor(localMin / 1440);
    return minutesOfDay[localMin - day * 1440] === 1 && namesDay(day * 86_400_000);
  };
}

function signed(minutes: number): string {
  return `${minutes < 0 ? "-" : "+"}${new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16)}`;
}

describe("a job of fixed time in the hour that is left out runs right after the change", () => {
  test.each<[Change, string, string]>([
    ["Berlin, 02:00 to 03:00", "59 1 * * *", "-00:01"],
    ["Berlin, 02:00 to 03:00", "0 2 * * *", "+00:00"],
    ["Berlin, 02:00 to 03:00", "30 2 * * *", "+00:00"],
    ["Berlin, 02:00 to 03:00", "59 2 * * *", "+00:00"],
    ["Berlin, 02:00 to 03:00", "0 3 * * *", "+00:00"],
    ["Berlin, 02:00 to 03:00", "1 3 * * *", "+00:01"],
    ["Berlin, 02:00 to 03:00", "30 1,2,3,4 * * *", "-00:30 +00:00 +00:30 +01:30"],
    ["Berlin, 02:00 to 03:00", "30 2 29 3 *", "+00:00"],
    ["Berlin, 02:00 to 03:00", "30 2 * * SUN", "+00:00"],
    ["Berlin, 02:00 to 03:00", "30 2 * * MON", ""],
    ["New York, 02:00 to 03:00", "30 1 * * *", "-00:30"],
    ["New York, 02:00 to 03:00", "30 2 * * *", "+00:00"],
    ["New York, 02:00 to 03:00", "30 3 * * *", "+00:30"],
    ["Lord Howe, 02:00 to 02:30", "45 1 * * *", "-00:15"],
    ["Lord Howe, 02:00 to 02:30", "0 2 * * *", "+00:00"],
    ["Lord Howe, 02:00 to 02:30", "29 2 * * *", "+00:00"],
    ["Lord Howe, 02:00 to 02:30", "30 2 * * *", "+00:00"],
    ["Lord Howe, 02:00 to 02:30", "45 2 * * *", "+00:15"],
  ])("%s: %s at %s", (change, expression, expected) => {
    expect(belfryFires(change, expression)).toBe(expected);
    expect(debianFires(change, expression)).toBe(expected);
  });
});

describe("a job of fixed time in the hour that comes again runs once, the first time", () => {
  test.each<[Change, string, string]>([
    ["Berlin, 03:00 back to 02:00", "59 1 * * *", "-01:01"],
    ["Berlin, 03:00 back to 02:00", "0 2 * * *", "-01:00"],
    ["Berlin, 03:00 back to 02:00", "30 2 * * *", "-00:30"],
    ["Berlin, 03:00 back to 02:00", "59 2 * * *", "-00:01"],
    ["Berlin, 03:00 back to 02:00", "0 3 * * *", "+01:00"],
    ["Berlin, 03:00 back to 02:00", "0,30 1,2,3 * * *", "-02:00 -01:30 -01:00 -00:30 +01:00 +01:30"],
    ["Berlin, 03:00 back to 02:00", "30 2 25 10 *", "-00:30"],
    ["New York, 02:00 back to 01:00", "30 0 * * *", "-01:30"],
    ["New York, 02:00 back to 01:00", "0 1 * * *", "-01:00"],
    ["New York, 02:00 back to 01:00", "30 1 * * *", "-00:30"],
    ["New York, 02:00 back to 01:00", "0 2 * * *", "+01:00"],
    ["Lord Howe, 02:00 back to 01:30", "29 1 * * *", "-00:31"],
    ["Lord Howe, 02:00 back to 01:30", "30 1 * * *", "-00:30"],
    ["Lord Howe, 02:00 back to 01:30", "45 1 * * *", "-00:15"],
    ["Lord Howe, 02:00 back to 01:30", "0 2 * * *", "+00:30"],
  ])("%s: %s at %s", (change, expression, expected) => {
    expect(belfryFires(change, expression)).toBe(expected);
    expect(debianFires(change, expression)).toBe(expected);
  });
});

describe("a job of all hours follows the clock", () => {
  test.each<[Change, string, string]>([
    ["Berlin, 02:00 to 03:00", "0 * * * *", "-02:00 -01:00 +00:00 +01:00 +02:00"],
    ["Berlin, 03:00 back to 02:00", "30 * * * *", "-02:30 -01:30 -00:30 +00:30 +01:30 +02:30"],
    ["New York, 02:00 to 03:00", "15 * * * *", "-01:45 -00:45 +00:15 +01:15 +02:15"],
    ["New York, 02:00 back to 01:00", "0 * * * *", "-02:00 -01:00 +00:00 +01:00 +02:00"],
    [
      "Lord Howe, 02:00 to 02:30",
      "*/50 * * * *",
      "-02:10 -02:00 -01:10 -01:00 -00:10 +00:20 +00:30 +01:20 +01:30 +02:20 +02:30",
    ],
    ["Lord Howe, 02:00 to 02:30", "0 * * * *", "-02:00 -01:00 +00:30 +01:30 +02:30"],
    ["Lord Howe, 02:00 back to 01:30", "45 * * * *", "-02:15 -01:15 -00:15 +00:15 +01:15 +02:15"],
  ])("%s: %s at %s", (change, expression, expected) => {
    expect(belfryFires(change, expression)).toBe(expected);
    expect(debianFires(change, expression)).toBe(expected);
  });
});

// What decides here is whether the hour field covers all 24 hours, and not whether a star is written in it or beside it.
describe("where Belfry differs from Debian", () => {
  test.each<[Change, string, string, string]>([
    ["Berlin, 02:00 to 03:00", "*/15 2 * * *", "", "+00:00"],
    ["Berlin, 03:00 back to 02:00", "*/30 2 * * *", "-01:00 -00:30 +00:00 +00:30", "-01:00 -00:30"],
    ["Berlin, 02:00 to 03:00", "30 */2 * * *", "-01:30 +01:30", "-01:30 +00:00 +01:30"],
    ["Berlin, 03:00 back to 02:00", "30 */2 * * *", "-02:30 -00:30 +00:30 +02:30", "-02:30 -00:30 +02:30"],
    ["New York, 02:00 back to 01:00", "* 1 * * *", minutesFrom(-60, 59), minutesFrom(-60, -1)],
    ["Lord Howe, 02:00 to 02:30", "15 */2 * * *", "-01:45 +01:45", "-01:45 +00:00 +01:45"],
  ])("a star, but not all hours: %s, %s: Debian's %s, ours %s", (change, expression, debian, ours) => {
    expect(debianFires(change, expression)).toBe(debian);
    expect(belfryFires(change, expression)).toBe(ours);
  });

  const thirties = "-02:30 -01:30 -00:30 +00:30 +01:30 +02:30";
  test.each<[Change, string, string, string]>([
    ["Berlin, 02:00 to 03:00", "30 0-23 * * *", "-02:30 -01:30 -00:30 +00:00 +00:30 +01:30 +02:30", thirties],
    ["Berlin, 03:00 back to 02:00", "30 0-23 * * *", "-02:30 -01:30 -00:30 +01:30 +02:30", thirties],
    ["New York, 02:00 back to 01:00", "30 0-11,12-23 * * *", "-02:30 -01:30 -00:30 +01:30 +02:30", thirties],
  ])("all hours, but no star: %s, %s: Debian's %s, ours %s", (change, expression, debian, ours) => {
    expect(debianFires(change, expression)).toBe(debian);
    expect(belfryFires(change, expression)).toBe(ours);
  });

  test("Debian runs a job once for each time left out, Belfry once for all of them", () => {
    expect(debianFires("Berlin, 02:00 to 03:00", "0,30 2 * * *")).toBe("+00:00 +00:00");
    expect(belfryFires("Berlin, 02:00 to 03:00", "0,30 2 * * *")).toBe("+00:00");
  });

  test("and nowhere else", () => {
    const someOf = (high: number) =>
      fc.uniqueArray(fc.integer({ min: 0, max: high }), { minLength: 1, maxLength: 5 });
    const fixed = fc
      .tuple(someOf(59), someOf(23))
      .map(([minutes, hours]) => `${minutes.join()} ${hours.join()} * * *`);
    const everyHour = fc.integer({ min: 1, max: 60 }).map((step) => `*/${step} * * * *`);
    const change = fc.constantFrom(...(Object.keys(changes) as Change[]));
    const onceEach = (fires: string) => [...new Set(fires.split(" "))].join(" ");
    fc.assert(
      fc.property(fc.oneof(fixed, everyHour), change, (expression, at) => {
        expect(belfryFires(at, expression)).toBe(onceEach(debianFires(at, expression)));
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

function minutesFrom(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => signed(first + index)).join(" ");
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { remainderOf } from "./remainder.js";
import type { SkipReason } from "../run.js";
import { type NamedTiming, readyTiming, timingDefaults } from "../fires/timing.js";

const hour = (text: string) => Date.parse(`2026-07-01T${text}:00Z`);
const inHours = (ms: number) => new Date(ms).toISOString().slice(11, 16);

const hourly: NamedTiming = { ...timingDefaults, name: "job", cron: "0 * * * *" };
const withBlackout = { ...hourly, blackouts: [{ when: "08:30-10:30", reason: null }] };

/** What is left of a row that stands for the hours from 05:00 to 12:00, as `first..last xCount`. */
function left(timing: NamedTiming, skipReason: SkipReason, own: string[], coversCount = 8): string | null {
  const range = { coversFromMs: hour("05:00"), fireMs: hour("12:00"), coversCount, skipReason };
  const rest = remainderOf(readyTiming(timing), range, own.map(hour));
  return rest && `${inHours(rest.coversFromMs)}..${inHours(rest.fireMs)} x${rest.coversCount}`;
}

test.each<[string, SkipReason, own: string[], string | null]>([
  ["all but its own fire, if no other has a row", "late", [], "05:00..11:00 x7"],
  ["what comes before those that have rows", "late", ["08:00", "09:00", "10:00", "11:00"], "05:00..07:00 x3"],
  ["what comes after them", "late", ["05:00", "06:00"], "07:00..11:00 x5"],
  ["what lies on both sides of them", "late", ["07:00", "08:00"], "05:00..11:00 x5"],
  ["one", "late", ["05:00", "06:00", "07:00", "09:00", "10:00", "11:00"], "08:00..08:00 x1"],
  ["nothing, if all have", "late", ["05:00", "06:00", "07:00", "08:00", "09:00", "10:00", "11:00"], null],
  ["no more for a row that no fire has", "late", ["05:30", "05:31"], "05:00..11:00 x7"],
])("of a range that is taken up stays %s", (_, reason, own, expected) => {
  expect(left(hourly, reason, own)).toBe(expected);
});

test.each<[SkipReason, number, string]>([
  ["late", 6, "05:00..11:00 x5"],
  ["overlap", 6, "05:00..11:00 x5"],
  ["catch_up_limit", 6, "05:00..11:00 x5"],
  ["blackout", 2, "09:00..10:00 x2"],
  ["paused", 8, "05:00..11:00 x7"],
  ["edited", 8, "05:00..11:00 x7"],
])("a row that says %s stands for the fires that may be skipped so", (reason, count, expected) => {
  expect(left(withBlackout, reason, [], count)).toBe(expected);
});

test.each<[before: string, count: number, own: string[], string | null]>([
  ["each quarter of an hour", 29, [], "05:00..11:45 x28"],
  ["each quarter of an hour, one has a row", 29, ["11:45"], "05:00..11:30 x27"],
  ["every seven hours", 2, [], "05:00..05:00 x1"],
  ["every seven hours, all have rows", 2, ["05:00"], null],
])("a row from before an edit stands for as many as it did: %s", (_, count, own, expected) => {
  expect(left({ ...hourly, cron: "*/30 * * * *" }, "late", own, count)).toBe(expected);
});

test("every fire that has no row of its own is still stood for, and is within", () => {
  const hours = Array.from({ length: 19 }, (_, n) => n);
  fc.assert(
    fc.property(fc.subarray(hours), (ownHours) => {
      const startMs = hour("00:00");
      const fireMs = startMs + 19 * 3_600_000;
      const range = { coversFromMs: startMs, fireMs, coversCount: 20, skipReason: "late" as const };
      const ownMs = ownHours.map((n) => startMs + n * 3_600_000);
      const free = hours.map((n) => startMs + n * 3_600_000).filter((ms) => !ownMs.includes(ms));
      const expected =
        free.length === 0 ? null : { coversFromMs: free[0], fireMs: free.at(-1), coversCount: free.length };
      expect(remainderOf(readyTiming(hourly), range, ownMs)).toEqual(expected);
    }),
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BitSet, isIn } from "../bit-set.js";
import { cronOf, cronsOf, parseCron } from "./cron.js";

const members = (set: BitSet) =>
  Array.from({ length: 60 }, (_, value) => value).filter((value) => isIn(set, value));
const minutesOf = (field: string, name: string) => members(parseCron(`${field} * * * *`, name).minutes);
const names = Array.from({ length: 3000 }, (_, index) => `team-${index % 7}/job-${index}`);

// A schedule's times may never change because of a new version.
test.each([
  ["H H * * *", "backup", "48 11 * * *"],
  ["H H * * *", "nightly-report", "18 9 * * *"],
  ["h h * * *", "nightly-report", "18 9 * * *"],
  ["H H H H H H", "billing/invoices", "48 40 1 26 9 6"],
  ["H/15 * * * *", "backup", "3-59/15 * * * *"],
  ["H(0-29)/10 H(0-5) * * *", "nightly-report", "8-29/10 3 * * *"],
  ["H/1 H/24 H/28 * *", "backup", "0-59 11 24 * *"],
  ["H(0-29),H(30-59) * * * *", "nightly-report", "18,48 * * * *"],
  ["H,30 H(22-2) H/7 */2 H(FRI-MON)/2", "nightly-report", "18,30 0 7-28/7 */2 6-1/2"],
  ["0 H(9-16)/2 1,H * MON-FRI", "a", "0 10-16/2 1,19 * MON-FRI"],
  ["0 0 * H(NOV-FEB) THU", "a", "0 0 * 11 THU"],
  ["0 9 * * THU", "a", "0 9 * * THU"],
  ["@daily", "a", "0 0 * * *"],
])("%s of the schedule %j is %s", (expression, name, resolved) => {
  expect(parseCron(expression, name).resolved).toBe(resolved);
});

test("what H stands for is a plain expression with the same fires", () => {
  const items = ["H", "H/3", "H(1-5)", "H(2-6)/2", "h/7", "*", "2", "1-3", "2,H"];
  const day = fc.constantFrom(...items);
  const item = fc.constantFrom(...items, "H(5-1)");
  const fields = fc.tuple(item, item, item, day, item, item).map((parts) => parts.join(" "));
  fc.assert(
    fc.property(fields, fc.string(), (expression, name) => {
      const spec = parseCron(expression, name);
      expect(spec.resolved).not.toMatch(/H/i);
      expect({ ...parseCron(spec.resolved), expression, hashed: spec.hashed }).toEqual(spec);
    }),
    { numRuns: 1000 },
  );
});

describe("a number by hash", () => {
  test.each([
    ["H", 0, 59],
    ["H(0-29)", 0, 29],
    ["H(50-9)", 50, 69],
    ["H(7-7)", 7, 7],
  ])("%s spreads schedules evenly over its range", (field, low, high) => {
    const counts = new Map<number, number>();
    for (const name of names) {
      const [minute] = minutesOf(field, name);
      counts.set(minute!, (counts.get(minute!) ?? 0) + 1);
    }
    const range = Array.from({ length: high - low + 1 }, (_, index) => (low + index) % 60);
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual(range.toSorted((a, b) => a - b));
    const even = names.length / range.length;
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(even * 2);
  });

  test("H/15 begins in the first 15 minutes and goes on to the end of the hour", () => {
    for (const name of names.slice(0, 200)) {
      const first = minutesOf("H/15", name)[0]!;
      expect(first).toBeLessThan(15);
      expect(minutesOf("H/15", name)).toEqual([first, first + 15, first + 30, first + 45]);
    }
  });

  test("H(10-39)/10 begins in the first ten minutes of its range, and ends with it", () => {
    for (const name of names.slice(0, 200)) {
      const first = minutesOf("H(10-39)/10", name)[0]!;
      expect(minutesOf("H(10-39)/10", name)).toEqual([first, first + 10, first + 20]);
      expect(first).toBeLessThan(20);
    }
  });

  test("the day of month is one that every month has, unless a range says otherwise", () => {
    const daysOf = (field: string) =>
      names.map((name) => parseCron(`0 0 ${field} * *`, name).days.daysOfMonth);
    expect(Math.max(...daysOf("H"))).toBe(1 << 27);
    expect(Math.max(...daysOf("H/5"))).toBeLessThan(1 << 28);
    expect(Math.max(...daysOf("H(1-31)"))).toBe(1 << 30);
  });

  test("the fields of one expression have different hashes", () => {
    const same = names.filter((name) => {
      const { minutes, seconds } = parseCron("H H * * * *", name);
      return minutes.low === seconds.low && minutes.high === seconds.high;
    });
    expect(same.length).toBeLessThan((names.length / 60) * 2);
  });
});

test("an expression with an H is remembered for each name, one without for all", () => {
  expect(cronOf("H 1 * * *", "a")).toBe(cronOf("H 1 * * *", "a"));
  expect(cronOf("H 1 * * *", "a").resolved).not.toBe(cronOf("H 1 * * *", "backup").resolved);
  expect(cronOf("1 1 * * THU", "a")).toBe(cronOf("1 1 * * THU", "backup"));
  expect(cronsOf("@daily\nH 1 * * *", "a")).toBe(cronsOf("@daily\nH 1 * * *", "a"));
  expect(cronsOf("@daily\nH 1 * * *", "a")[1]).toBe(cronOf("H 1 * * *", "a"));
  expect(cronsOf("@daily\nH 1 * * *", "backup")[1]).toBe(cronOf("H 1 * * *", "backup"));
  expect(() => cronOf("H 1 * * *")).toThrow("there is none here");
});

test("an expression that is too long once its H are replaced is refused", () => {
  const text = `${"H/9,".repeat(200)}1 * * * *`;
  expect(() => parseCron(text, "a")).toThrow(/is 1\d\d\d characters long; at most 1000 are read\.$/);
});

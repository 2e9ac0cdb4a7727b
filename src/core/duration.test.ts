import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.js";

test.each([
  ["90s", 90_000],
  ["15m", 900_000],
  ["1h30m", 5_400_000],
  ["2d", 172_800_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  [" 10s ", 10_000],
  ["90", 90_000],
  [90, 90_000],
  [0, 0],
])("%j is %i ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  "",
  "soon",
  "10 apples",
  "-5s",
  "1h-2m",
  "m",
  "1e3s",
  "٣s",
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
])("%j is refused, and told what would be right", (text) => {
  expect(() => parseDuration(text)).toThrow(/is not a duration. Write 90s, 15m, 1h30m or 2d/);
});

test.each([
  [0, "0 ms"],
  [850, "850 ms"],
  [4200, "4.2 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min"],
  [200_000, "3 min 20 s"],
  [7_500_000, "2 h 5 min"],
  [7_200_000, "2 h"],
  [273_600_000, "3 d 4 h"],
  [-1500, "-1.5 s"],
])("%i ms reads %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

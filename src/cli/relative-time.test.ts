import { expect, test } from "vitest";
import { relativeTime } from "./relative-time.js";

const now = new Date("2026-11-23T12:00:00.000Z");
const s = 1000;
const min = 60 * s;
const h = 60 * min;
const d = 24 * h;

test.each([
  [0, "now"],
  [499, "now"],
  [-499, "now"],
  [500, "in 1 s"],
  [12 * s, "in 12 s"],
  [90 * s, "in 90 s"],
  [119.4 * s, "in 119 s"],
  [119.6 * s, "in 2 min"],
  [3 * min, "in 3 min"],
  [89 * min, "in 89 min"],
  [2 * h - 1, "in 2 h"],
  [36 * h, "in 36 h"],
  [2 * d, "in 2 d"],
  [400 * d, "in 400 d"],
  [-1 * s, "1 s ago"],
  [-3 * min, "3 min ago"],
  [-2 * h, "2 h ago"],
  [-5 * d, "5 d ago"],
])("%d ms from now is %j", (ms, words) => {
  expect(relativeTime(new Date(now.getTime() + ms), now)).toBe(words);
});

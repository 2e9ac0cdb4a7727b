import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.js";

test.each([
  ["FIR", ["MON", "FRI"], "FRI"],
  ["thursday", ["TUE", "THU"], "THU"],
  ["Berlin", ["Europe/London", "Europe/Berlin"], "Europe/Berlin"],
  ["overlapp", ["overlap", "timeout"], "overlap"],
  ["timout", ["overlap", "timeout"], "timeout"],
  ["xyz", ["JAN", "FEB"], null],
  ["", ["JAN"], null],
  ["x".repeat(41), ["x".repeat(41)], null],
])("who writes %j among %j means %j", (word, names, meant) => {
  expect(nearestName(word, names)).toBe(meant);
});

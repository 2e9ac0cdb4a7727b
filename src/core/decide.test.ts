import { expect, test } from "vitest";
import { decide } from "./decide.js";

test.each([
  ["skip", 0, "dispatch"],
  ["skip", 1, "skip"],
  ["skip", 9, "skip"],
  ["queue", 0, "dispatch"],
  ["queue", 1, "queue"],
  ["queue", 9, "queue"],
  ["concurrent", 0, "dispatch"],
  ["concurrent", 9, "dispatch"],
  ["", 0, "dispatch"],
  ["", 1, "skip"],
  ["SKIP", 1, "skip"],
  ["replace-of-the-future", 0, "dispatch"],
  ["replace-of-the-future", 1, "skip"],
])("%j with %i active: %s", (policy, activeCount, decision) => {
  expect(decide(policy, activeCount)).toBe(decision);
});

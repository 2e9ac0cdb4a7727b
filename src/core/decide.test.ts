import { expect, test } from "vitest";
import { decide, runLimit, whySkipped } from "./decide.js";

test.each([
  ["skip", 0, "dispatch"],
  ["skip", 1, "skip"],
  ["skip", 9, "skip"],
  ["queue", 0, "dispatch"],
  ["queue", 1, "queue"],
  ["queue", 9, "queue"],
  ["concurrent", 0, "dispatch"],
  ["concurrent", 9, "dispatch"],
  ["replace", 0, "dispatch"],
  ["replace", 1, "replace"],
  ["replace", 9, "replace"],
  ["", 0, "dispatch"],
  ["", 1, "skip"],
  ["SKIP", 1, "skip"],
  ["a word of tomorrow", 0, "dispatch"],
  ["a word of tomorrow", 1, "skip"],
])("%j with %i active: %s", (policy, activeCount, decision) => {
  expect(decide(policy, activeCount)).toBe(decision);
});

test.each([
  ["skip", 2, 3, "dispatch"],
  ["skip", 3, 3, "skip"],
  ["queue", 2, 3, "dispatch"],
  ["queue", 3, 3, "queue"],
  ["concurrent", 2, 3, "dispatch"],
  ["concurrent", 3, 3, "queue"],
  ["replace", 2, 3, "dispatch"],
  ["replace", 3, 3, "replace"],
  ["a word of tomorrow", 2, 3, "dispatch"],
  ["a word of tomorrow", 3, 3, "skip"],
])("%j with %i active of at most %i at once: %s", (policy, activeCount, maxConcurrent, decision) => {
  expect(decide(policy, activeCount, { maxConcurrent })).toBe(decision);
});

test.each([
  ["queue", 1, null, 0, "skip"],
  ["queue", 0, null, 0, "dispatch"],
  ["queue", 2, null, 2, "queue"],
  ["queue", 3, null, 2, "skip"],
  ["queue", 4, 2, 3, "queue"],
  ["queue", 5, 2, 3, "skip"],
  ["concurrent", 99, null, 0, "dispatch"],
  ["concurrent", 2, 2, 0, "skip"],
  ["concurrent", 2, 2, 1, "queue"],
  ["replace", 9, null, 0, "replace"],
  ["skip", 1, null, 5, "skip"],
  ["a word of tomorrow", 1, null, 5, "skip"],
])(
  "%j with %i active, %j at once and %i in the queue: %s",
  (policy, activeCount, maxConcurrent, queueDepth, decision) => {
    expect(decide(policy, activeCount, { maxConcurrent, queueDepth })).toBe(decision);
  },
);

test.each([
  ["skip", 1, "overlap"],
  ["queue", 1, "queue_full"],
  ["concurrent", Infinity, "queue_full"],
  ["replace", 1, "overlap"],
  ["a word of tomorrow", 1, "overlap"],
])("%j lets %d run at once if nothing is said, and what it skips is %s", (policy, limit, reason) => {
  expect([runLimit(policy, null), whySkipped(policy)]).toEqual([limit, reason]);
});

import { expect, test } from "vitest";
import { attemptText } from "./attempt-text.js";

const retryAt = "2026-11-23T12:00:00.000Z";

test.each([
  [{ status: "running", attempt: 1, failures: 0, retryAt: null }, "1"],
  [{ status: "pending", attempt: 1, failures: 1, retryAt }, "1, which failed"],
  [{ status: "pending", attempt: 4, failures: 3, retryAt }, "4, 3 failed"],
  [{ status: "dispatched", attempt: 2, failures: 1, retryAt }, "2, after 1 failure"],
  [{ status: "succeeded", attempt: 3, failures: 2, retryAt: null }, "3, after 2 failures"],
] as const)("the attempt of %j reads %j", (run, words) => {
  expect(attemptText(run)).toBe(words);
});

import { expect, test } from "vitest";
import { backfillCan, backfillStatus, usualParallel } from "./backfill.js";

const at = new Date("2026-07-01T12:00:00Z");

test.each([
  [null, null, "running", null],
  [at, null, "cancelling", "The backfill is being cancelled already."],
  [at, at, "cancelled", "The backfill has already ended: it is cancelled."],
  [null, at, "finished", "The backfill has already ended: it is finished."],
])("cancelled at %j and finished at %j is %s", (cancelledAt, finishedAt, status, refusal) => {
  expect(backfillStatus({ cancelledAt, finishedAt })).toBe(status);
  expect(backfillCan.cancel({ cancelledAt, finishedAt })).toBe(refusal);
});

test("only a concurrent backfill has several runs at once, if nothing is said", () => {
  expect(usualParallel("concurrent")).toBe(5);
  expect(usualParallel("queue")).toBe(1);
  expect(usualParallel("skip")).toBe(1);
});

import { expect, test } from "vitest";
import type { RunJson } from "../../api/public/shapes.js";
import { statusText } from "./run-status.js";

const ended = {
  errorKind: null,
  exitCode: null,
  exitSignal: null,
  skipReason: null,
  retryAt: null,
  cancelRequestedAt: null,
  finishedAt: "2026-11-23T12:00:00.000Z",
} as const;

const cases: [Partial<RunJson>, string][] = [
  [{ status: "pending", finishedAt: null }, "pending"],
  [{ status: "pending", finishedAt: null, retryAt: ended.finishedAt }, "pending (retry)"],
  [
    { status: "running", finishedAt: null, cancelRequestedAt: ended.finishedAt },
    "running (cancel requested)",
  ],
  [{ status: "succeeded", exitCode: 0 }, "succeeded"],
  [{ status: "failed", errorKind: "exit_code", exitCode: 3 }, "failed (exit_code 3)"],
  [{ status: "failed", errorKind: "signal", exitSignal: "SIGKILL" }, "failed (signal SIGKILL)"],
  [{ status: "failed", errorKind: "timeout", exitSignal: "SIGKILL" }, "failed (timeout)"],
  [{ status: "failed", errorKind: "shutdown" }, "failed (shutdown)"],
  [{ status: "cancelled", cancelRequestedAt: ended.finishedAt }, "cancelled"],
  [{ status: "skipped", skipReason: "overlap" }, "skipped (overlap)"],
  [{ status: "skipped", skipReason: "exit_code", exitCode: 99 }, "skipped (exit_code)"],
];

test.each(cases)("%j reads %j", (fields, words) => {
  expect(statusText({ status: "pending", ...ended, ...fields })).toBe(words);
});

import { expect, test } from "vitest";
import { sentenceOf } from "./logger.js";

const ids = { schedule: "backup", runId: "42", attempt: 1, level: "info", time: "now", msg: "" };

test.each([
  ["run.dispatched", { handle: "pid:17" }, "backup #42 dispatched (pid:17)"],
  ["run.started", { fireTime: "2026-01-01T00:00:00Z" }, "backup #42 started"],
  ["run.output", { stream: "stdout", line: "hello" }, "backup #42 | hello"],
  ["run.output", { stream: "stderr", line: "oh no" }, "backup #42 ! oh no"],
  ["run.succeeded", { errorKind: null, exitCode: 0, durationMs: 4200 }, "backup #42 succeeded after 4.2 s"],
  [
    "run.failed",
    { errorKind: "exit_code", exitCode: 3, errorMessage: "It ended.", durationMs: 90 },
    "backup #42 failed (exit_code 3: It ended.) after 90 ms",
  ],
  [
    "run.failed",
    { errorKind: "dispatch", errorMessage: "No room." },
    "backup #42 failed (dispatch: No room.)",
  ],
  [
    "run.started",
    { coversCount: 17, coversFrom: "2026-01-01T00:00:00Z" },
    "backup #42 started, for 17 fires since 2026-01-01T00:00:00Z",
  ],
  ["run.skipped", { reason: "overlap" }, "backup skipped a fire (overlap)"],
  [
    "run.skipped",
    { reason: "late", coversCount: 3600, coversFrom: "2026-01-01T00:00:00Z" },
    "backup skipped 3600 fires since 2026-01-01T00:00:00Z (late)",
  ],
  ["manifest.refused", { error: "belfry.yaml:3:5 ..." }, "manifest.refused: belfry.yaml:3:5 ..."],
  [
    "tick.failed",
    { schedule: undefined, runId: undefined, attempt: undefined, error: "away" },
    "tick.failed error=away",
  ],
])("%s reads well in a terminal", (event, entry, sentence) => {
  expect(sentenceOf(event, { ...ids, ...entry })).toBe(sentence);
});

import type { RunJson } from "../../api/public/shapes.js";

type AttemptFields = Pick<RunJson, "attempt" | "failures" | "retryAt" | "status">;

/** Whether a run has failed and waits for its next attempt. */
export function waitsForAttempt({ status, retryAt }: Pick<RunJson, "status" | "retryAt">): boolean {
  return status === "pending" && retryAt !== null;
}

/** Which attempt a run is at: `1`; `3, after 2 failures`; `2, which failed` while it waits for the next one. */
export function attemptText(run: AttemptFields): string {
  const { attempt, failures } = run;
  if (failures === 0) return String(attempt);
  if (waitsForAttempt(run)) return `${attempt}, ${failures === 1 ? "which failed" : `${failures} failed`}`;
  return `${attempt}, after ${failures} failure${failures === 1 ? "" : "s"}`;
}

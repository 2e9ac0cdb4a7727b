import type { RunStatus } from "./run.js";

/** The state machine of a run. `docs/states.md` draws it, and a test holds the two together. */
export const runMoves: Record<RunStatus, readonly RunStatus[]> = {
  pending: ["dispatched", "failed", "cancelled", "skipped"],
  dispatched: ["running", "pending", "failed", "cancelled"],
  running: ["succeeded", "failed", "cancelled", "skipped", "pending"],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: ["pending"],
};

const ends: ReadonlySet<RunStatus> = new Set(["succeeded", "failed", "cancelled", "skipped"]);

/** Whether a run may go from one status to the other in one step. */
export function canMove(from: RunStatus, to: RunStatus): boolean {
  return runMoves[from].includes(to);
}

/** Whether a status is final: nothing moves a run on from it, but a backfill that takes a skipped fire up. */
export function isFinal(status: RunStatus): boolean {
  return ends.has(status);
}

/** What may be done to a run: null if it may, else the reason why not. */
export const runCan = {
  cancel(run: { status: RunStatus }): string | null {
    return isFinal(run.status) ? `The run has already ended: it is ${run.status}.` : null;
  },
  rerun(run: { status: RunStatus }): string | null {
    return isFinal(run.status)
      ? null
      : `The run has not ended yet: it is ${run.status}. Cancel it first, or wait.`;
  },
};

import { formatDuration } from "../core/duration.js";
import type { Outcome } from "../core/run.js";
import type { JobEnd, StopReason } from "./job.js";
import { leaseGraceMs, type LeaseTerms } from "./lease.js";

/** The limits that a job had, in milliseconds. */
export interface JobLimits extends LeaseTerms {
  timeoutMs: number;
  graceMs: number;
}

/** What the end of a job means for its run. A job that was stopped did not succeed, whatever code it ended with. */
export function outcomeOf(end: JobEnd, limits: JobLimits): Outcome {
  const seen = { exitCode: end.exitCode, exitSignal: end.exitSignal };
  if (end.stoppedBy === null) return ownEnd(seen);
  const message = `${reasons[end.stoppedBy](limits)} ${ending(end, limits)}`;
  if (end.stoppedBy !== "cancel")
    return failed(end.stoppedBy === "timeout" ? "timeout" : "shutdown", message, seen);
  return { status: "cancelled", errorKind: null, errorMessage: message, ...seen };
}

const reasons: Record<StopReason, (limits: JobLimits) => string> = {
  timeout: ({ timeoutMs }) => `The run took longer than its timeout of ${formatDuration(timeoutMs)}.`,
  cancel: () => "The run was cancelled.",
  shutdown: () => "The runner was told to end, as its host does when it shuts down.",
  disowned: () => "The server has moved on without this runner.",
  lease: ({ leaseMs }) =>
    `The runner lost its lease of ${formatDuration(leaseMs)}: no report of it was taken.`,
};

/** The outcome of a job that was not started, as its lease was over by then. */
export function lostBeforeStart(): Outcome {
  const message = "The runner lost its lease before the command was started, so it was not.";
  return failed("shutdown", message, { exitCode: null, exitSignal: null });
}

/** The outcome of a job that could not be started. */
export function spawnFailed(why: string): Outcome {
  return failed("spawn", why, { exitCode: null, exitSignal: null });
}

/** The outcome of a job that was not started, as a secret of it could not be had. */
export function secretMissing(why: string): Outcome {
  return failed("secret", why, { exitCode: null, exitSignal: null });
}

type Seen = Pick<Outcome, "exitCode" | "exitSignal">;

function ownEnd(seen: Seen): Outcome {
  if (seen.exitSignal !== null) return failed("signal", `The command was ended by ${seen.exitSignal}.`, seen);
  if (seen.exitCode !== 0)
    return failed("exit_code", `The command ended with exit code ${seen.exitCode}.`, seen);
  return { status: "succeeded", errorKind: null, errorMessage: null, ...seen };
}

function failed(errorKind: Outcome["errorKind"], message: string, seen: Seen): Outcome {
  return { status: "failed", errorKind, errorMessage: message.slice(0, 4000), ...seen };
}

function ending({ neededKill, stoppedBy }: JobEnd, limits: JobLimits): string {
  if (!neededKill) return "Its command ended on SIGTERM.";
  const graceMs = stoppedBy === "lease" ? leaseGraceMs(limits) : limits.graceMs;
  return `Its command did not end within ${formatDuration(graceMs)} of SIGTERM and was killed (SIGKILL).`;
}

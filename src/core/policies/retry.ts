import type { ErrorKind } from "../run.js";
import type { ExitAction } from "./exit-action.js";

export const backoffs = ["fixed", "exponential"] as const;
export type Backoff = (typeof backoffs)[number];

/** Ends that a retry may follow: words for kinds of failures. An exit code is written as its number. */
export const retryWords = [
  "exit_code",
  "signal",
  "timeout",
  "spawn",
  "dispatch",
  "shutdown",
  "secret",
] as const;
export type RetryOn = (typeof retryWords)[number] | number;

/** When a failed attempt is followed by another one. */
export interface RetryPolicy {
  /** How many attempts there may be in all, the first one too: 2 or more. */
  attempts: number;
  backoff: Backoff;
  /** Before the second attempt, in seconds. */
  delaySec: number;
  /** No pause is longer, in seconds. */
  maxDelaySec: number;
  /** What is tried again: kinds of failures, and exit codes. */
  on: RetryOn[];
}

export const retryDefaults = {
  backoff: "exponential",
  delaySec: 30,
  maxDelaySec: 3600,
  on: ["exit_code", "signal", "timeout", "dispatch", "shutdown", "secret"],
} as const satisfies Omit<RetryPolicy, "attempts">;

/** How an attempt failed. */
export interface Failure {
  errorKind: ErrorKind;
  exitCode: number | null;
}

/** What becomes of the run: it fails for good, it is tried again, or it turns out that there was nothing to do. */
export type Verdict = { kind: "fail" } | { kind: "skip" } | { kind: "retry"; delayMs: number };

/**
 * What becomes of a run whose attempt failed, after `failures` others had. `chance` (0 to 1) decides the last quarter of
 * the pause, so that what failed together is not tried again together.
 */
export function verdictOf(
  { retry, exitCodes }: { retry: RetryPolicy | null; exitCodes: Record<string, ExitAction> },
  failure: Failure,
  { failures, chance }: { failures: number; chance: number },
): Verdict {
  const action = failure.errorKind === "exit_code" ? exitCodes[String(failure.exitCode)] : undefined;
  if (action === "skip" || action === "fail") return { kind: action };
  if (retry === null || failures + 1 >= retry.attempts) return { kind: "fail" };
  if (action !== "retry" && !isTriedAgain(retry.on, failure)) return { kind: "fail" };
  return { kind: "retry", delayMs: delayMsOf(retry, failures) * (0.75 + 0.25 * chance) };
}

function isTriedAgain(on: readonly RetryOn[], { errorKind, exitCode }: Failure): boolean {
  return on.some((each) => each === errorKind || (errorKind === "exit_code" && each === exitCode));
}

function delayMsOf({ backoff, delaySec, maxDelaySec }: RetryPolicy, failures: number): number {
  const factor = backoff === "exponential" ? 2 ** Math.min(failures, 40) : 1;
  return Math.min(delaySec * factor, maxDelaySec) * 1000;
}

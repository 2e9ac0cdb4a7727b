export const backoffs = ["fixed", "exponential"] as const;
export type Backoff = (typeof backoffs)[number];

/** Ends that a retry may follow: words for kinds of failures. An exit code is written as its number. */
export const retryWords = ["exit_code", "signal", "timeout", "spawn", "dispatch", "shutdown"] as const;
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
  on: ["exit_code", "signal", "timeout", "dispatch", "shutdown"],
} as const satisfies Omit<RetryPolicy, "attempts">;

import { retryDefaults, type RetryPolicy } from "./retry.js";

/** A retry policy of which all but the attempts may be left to `retryDefaults`. */
export type GivenRetry = Pick<RetryPolicy, "attempts"> & Partial<RetryPolicy>;

/** The whole of a retry policy. A delay that is longer than the default for the longest one is its own longest. */
export function completeRetry({ attempts, backoff, delaySec, maxDelaySec, on }: GivenRetry): RetryPolicy {
  const delay = delaySec ?? retryDefaults.delaySec;
  return {
    attempts,
    backoff: backoff ?? retryDefaults.backoff,
    delaySec: delay,
    maxDelaySec: maxDelaySec ?? Math.max(delay, retryDefaults.maxDelaySec),
    on: on ?? [...retryDefaults.on],
  };
}

import { retryDefaults, type RetryPolicy } from "./retry.js";

/** A retry policy of which all but the attempts may be left to `retryDefaults`. */
export type GivenRetry = Pick<RetryPolicy, "attempts"> & {
  [Key in keyof typeof retryDefaults]?: RetryPolicy[Key] | undefined;
};

/** The whole of a retry policy. Of the two delays, one that is not said gives way to the other. */
export function completeRetry({ attempts, backoff, delaySec, maxDelaySec, on }: GivenRetry): RetryPolicy {
  const delay = delaySec ?? Math.min(retryDefaults.delaySec, maxDelaySec ?? Infinity);
  return {
    attempts,
    backoff: backoff ?? retryDefaults.backoff,
    delaySec: delay,
    maxDelaySec: maxDelaySec ?? Math.max(delay, retryDefaults.maxDelaySec),
    on: on ?? [...retryDefaults.on],
  };
}

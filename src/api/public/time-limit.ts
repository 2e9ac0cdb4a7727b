import type { MiddlewareHandler } from "hono";
import { BelfryError } from "../../core/errors.js";
import type { PublicEnv } from "./caller.js";

/** So long an answer may take, in milliseconds, beside what the request itself asks to wait. */
export const usualTimeLimitMs = 30_000;
/** No question waits longer than this. */
const longestWaitMs = 60_000;

/**
 * Ends the wait for an answer that takes too long. The work on it goes on: nobody can say whether it is done. A stream is
 * answered at once, and not limited. Throws `timed_out`.
 */
export function limitTime(limitMs: number): MiddlewareHandler<PublicEnv> {
  return async (c, next) => {
    const waitMs = Math.min(Number(new URL(c.req.url).searchParams.get("waitMs")) || 0, longestWaitMs);
    const allMs = limitMs + Math.max(0, waitMs);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      // A server that has been told to stop does not wait for this.
      timer = setTimeout(() => reject(timedOut(allMs)), allMs).unref();
    });
    try {
      await Promise.race([next(), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function timedOut(ms: number): BelfryError {
  return new BelfryError(
    "timed_out",
    `The answer took longer than ${ms / 1000} s. What was asked for may still be done: look before asking again, or ask again with the same Idempotency-Key.`,
  );
}

import type { Context, MiddlewareHandler } from "hono";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { BelfryError } from "../../core/errors.js";
import type { Caller, PublicEnv } from "./caller.js";

/** Of what a caller may ask, whoever says nothing or nonsense of themselves may ask this part, per address. */
const strangersPart = 10;

/**
 * Lets each caller ask so often a minute; 0: any number of times. `identify` finds out who it is. One server counts what it
 * is asked itself. Throws `too_many_requests`.
 */
export function limitRate(
  perMinute: number,
  identify: MiddlewareHandler<PublicEnv>,
): MiddlewareHandler<PublicEnv> {
  if (perMinute === 0) return identify;
  const callers = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const strangers = new RateLimiterMemory({
    points: Math.max(1, Math.ceil(perMinute / strangersPart)),
    duration: 60,
  });

  async function count(c: Context<PublicEnv>): Promise<void> {
    // Whoever was refused is nobody.
    const caller = (c.get("caller") as Caller | null | undefined) ?? null;
    const { address } = c.var;
    const limiter = caller === null ? strangers : callers;
    const key = caller === null ? (address ?? "somewhere") : `${caller.actor.kind} ${caller.actor.id ?? ""}`;
    try {
      tell(c, limiter.points, await limiter.consume(key));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      tell(c, limiter.points, refused);
      throw tooMany(c, limiter.points, refused);
    }
  }

  return async (c, next) => {
    let isIdentified = false;
    try {
      return await identify(c, async () => {
        isIdentified = true;
        await count(c);
        await next();
      });
    } catch (error) {
      // Whoever guesses tokens is counted too.
      if (!isIdentified) await count(c);
      throw error;
    }
  };
}

function tell(c: Context, limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): void {
  c.header("RateLimit-Limit", String(limit));
  c.header("RateLimit-Remaining", String(Math.max(0, remainingPoints)));
  c.header("RateLimit-Reset", String(secondsOf(msBeforeNext)));
}

function tooMany(c: Context, limit: number, { msBeforeNext }: RateLimiterRes): BelfryError {
  const seconds = secondsOf(msBeforeNext);
  c.header("Retry-After", String(seconds));
  return new BelfryError(
    "too_many_requests",
    `More than ${limit} requests came within a minute. Ask again in ${seconds} s; the setting rateLimit says how many may come.`,
  );
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

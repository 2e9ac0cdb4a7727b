import { isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { BelfryError } from "../core/errors.js";

/** Bounds how often somebody may guess. Kept in memory, by each server for itself. */
export interface Throttle {
  /** Counts a try, before it is looked at; null: it names nobody. Throws `too_many_sign_ins` and says how long to wait. */
  count(name: string | null, address: string | null): Promise<void>;
  /** Forgets the tries for a name from an address: the last one was right. */
  forgive(name: string, address: string | null): Promise<void>;
}

const quarterHour = 15 * 60;

export function createThrottle(): Throttle {
  const ofBoth = new RateLimiterMemory({ points: 5, duration: quarterHour });
  const ofAddress = new RateLimiterMemory({ points: 50, duration: quarterHour });
  // Much higher, so that a stranger cannot lock somebody out from one place.
  const ofName = new RateLimiterMemory({ points: 200, duration: quarterHour });

  return {
    async count(name, address) {
      const network = networkOf(address);
      try {
        await ofAddress.consume(network);
        if (name === null) return;
        await ofName.consume(name);
        await ofBoth.consume(`${name} ${network}`);
      } catch (refusal) {
        throw refusal instanceof RateLimiterRes ? tooMany(refusal) : refusal;
      }
    },
    async forgive(name, address) {
      await ofBoth.delete(`${name} ${networkOf(address)}`);
    },
  };
}

function tooMany({ msBeforeNext }: RateLimiterRes): BelfryError {
  const minutes = Math.max(1, Math.ceil(msBeforeNext / 60_000));
  return new BelfryError(
    "too_many_sign_ins",
    `Too many sign-ins have failed. Try again in ${minutes} minute${minutes === 1 ? "" : "s"}.`,
  );
}

/** Whoever has one address of IPv6 has as many as they like: the first half counts. */
function networkOf(address: string | null): string {
  if (address === null || !isIPv6(address) || address.startsWith("::ffff:")) return address ?? "nowhere";
  const [head = ""] = address.split("::");
  return head.split(":").slice(0, 4).join(":");
}

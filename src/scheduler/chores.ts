import { skipUnstarted } from "../store/deadlines.js";
import { prolongLeases } from "../store/leases.js";
import { mendAfterClockStep } from "./clock-step.js";
import { type Deps, instantOf } from "./deps.js";
import { expireLeases } from "./leases.js";
import { stderrLog } from "./log.js";
import { sweepOrphans } from "./sweep.js";

type ChoreDeps = Pick<Deps, "pool" | "dispatcher" | "clock" | "log">;

/** All that keeps the house in order beside firing and dispatching. Answers how many runs it failed. */
export async function doChores(deps: ChoreDeps): Promise<number> {
  await mendAfterClockStep(deps);
  const expired = await expireLeases(deps);
  const skipped = await skipUnstarted(deps.pool, instantOf(deps));
  if (skipped > 0) (deps.log ?? stderrLog).info({ skipped }, "runs.start_deadline_over");
  return expired + (await sweepOrphans(deps));
}

/** Sees that a process stood still: it was frozen, or its machine slept. */
export interface StallWatch {
  /** Whether more time has passed than was meant to, by any clock. From here on, none is meant to pass. */
  stoodStill(): boolean;
  /** So many milliseconds are meant to pass until it is asked again. */
  sleeps(ms: number): void;
}

/** A watch that lets less than `stallMs` pass. If no other server works on the database, nobody could renew a lease meanwhile. */
export function createStallWatch(stallMs: number): StallWatch {
  let awaitedAt = Date.now();
  return {
    stoodStill() {
      const lateMs = Date.now() - awaitedAt;
      awaitedAt = Date.now();
      return lateMs > stallMs;
    },
    sleeps(ms) {
      awaitedAt = Date.now() + ms;
    },
  };
}

/** Gives runs under way their lease anew after this process has stood still; see `Deps.soleServerLeaseMs`. */
export async function forgiveStall(
  deps: Pick<Deps, "pool" | "clock" | "log" | "soleServerLeaseMs">,
): Promise<void> {
  if (deps.soleServerLeaseMs === undefined) return;
  await prolongLeases(deps.pool, deps.soleServerLeaseMs, instantOf(deps));
  (deps.log ?? stderrLog).warn({ leaseMs: deps.soleServerLeaseMs }, "leases.prolonged");
}

import { listExpiredLeases, requeueUnstarted } from "../store/leases.js";
import { startWithinOf } from "./claim.js";
import { type Deps, instantOf } from "./deps.js";
import { failAttempts } from "./finish.js";
import { stderrLog } from "./log.js";

type LeaseDeps = Pick<Deps, "pool" | "dispatcher" | "clock" | "log">;

const batchSize = 500;

/**
 * Takes back what nobody holds any more: a run that was claimed and not started in time is dispatched anew, as its server
 * may have died in between; an attempt whose runner has fallen silent fails as `shutdown`, or is followed by another.
 * Answers how many failed.
 */
export async function expireLeases(deps: LeaseDeps): Promise<number> {
  const startWithinMs = startWithinOf(deps);
  const runIds = await requeueUnstarted(deps.pool, startWithinMs, instantOf(deps));
  if (runIds.length > 0) (deps.log ?? stderrLog).warn({ runIds, startWithinMs }, "runs.start_overdue");
  return failSilent(deps);
}

async function failSilent(deps: LeaseDeps): Promise<number> {
  let count = 0;
  for (;;) {
    const expired = await listExpiredLeases(deps.pool, { at: instantOf(deps), limit: batchSize });
    if (expired.length === 0) return count;
    const errorMessage = "Its runner fell silent: nothing was heard of it until its lease was over.";
    const ended = await failAttempts(deps, expired, { errorKind: "shutdown", errorMessage }, true);
    count += ended;
    if (expired.length < batchSize || ended === 0) return count;
  }
}

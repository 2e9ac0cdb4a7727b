import { failOrphans } from "../store/orphans.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

/**
 * Fails every run that has not ended and is older than its `timeout_sec + 300 s`, or than its timeout, grace and 60 s if that
 * is longer, as `shutdown`, and answers how many.
 * The last belt: nothing hangs for ever.
 */
export async function sweepOrphans(deps: Pick<Deps, "pool" | "log" | "clock">): Promise<number> {
  const swept = await failOrphans(deps.pool, instantOf(deps));
  if (swept > 0) (deps.log ?? stderrLog).warn({ swept }, "runs.swept");
  return swept;
}

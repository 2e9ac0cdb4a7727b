import { messageOf } from "../core/errors.js";
import { listBrokenSchedules, lockSchedules } from "../store/schedules.js";
import { inTransaction } from "../store/transaction.js";
import type { Deps } from "./deps.js";
import { stderrLog } from "./log.js";
import { letFire } from "./pause.js";

/**
 * Arms schedules that had an error and can be read now: another version of the program, or of the time zone database,
 * may know what the one before did not.
 */
export async function rearmBrokenSchedules(deps: Pick<Deps, "pool" | "clock" | "log">): Promise<void> {
  const log = deps.log ?? stderrLog;
  for (const schedule of await listBrokenSchedules(deps.pool)) {
    try {
      if (await rearm(deps, schedule.id)) log.info({ schedule: schedule.name }, "schedule.rearmed");
    } catch (error) {
      log.error({ schedule: schedule.name, error: messageOf(error) }, "schedule.errored");
    }
  }
}

/** Says whether it was still broken, and neither paused nor retired. */
async function rearm(deps: Pick<Deps, "pool" | "clock">, id: string): Promise<boolean> {
  return inTransaction(deps.pool, async (session) => {
    const [schedule] = await lockSchedules(session, [id]);
    const { lastError, pausedAt, retiredAt } = schedule!;
    if (lastError === null || pausedAt !== null || retiredAt !== null) return false;
    await letFire(deps, session, schedule!);
    return true;
  });
}

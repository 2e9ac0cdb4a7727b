import { messageOf } from "../core/errors.js";
import { listSchedulesNextAfter, msAheadOfNewestRun, rearmEarlier } from "../store/clock-step.js";
import { databaseNow } from "../store/clock.js";
import { firstFire } from "./create-schedule.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

/** A clock that goes back by less is waited for: what was fired ahead of time is not fired again. */
const longestWaitMs = 86_400_000;

/**
 * Arms the schedules anew if the newest run is from more than a day in the future: the database's clock was ahead, and
 * without this they would be silent until that day. A fire that has its row is not repeated.
 */
export async function mendAfterClockStep(deps: Pick<Deps, "pool" | "clock" | "log">): Promise<void> {
  const at = instantOf(deps);
  const aheadMs = await msAheadOfNewestRun(deps.pool, at);
  if (aheadMs <= longestWaitMs) return;
  const log = deps.log ?? stderrLog;
  const now = at ?? (await databaseNow(deps.pool));
  const rearmed: string[] = [];
  for (const schedule of await listSchedulesNextAfter(deps.pool, new Date(now.getTime() + longestWaitMs))) {
    try {
      const nextFireAt = firstFire(schedule, now);
      if (nextFireAt !== null && (await rearmEarlier(deps.pool, schedule.id, nextFireAt))) {
        rearmed.push(schedule.name);
      }
    } catch (error) {
      log.error({ schedule: schedule.name, error: messageOf(error) }, "schedule.errored");
    }
  }
  if (rearmed.length > 0) log.warn({ aheadMs, rearmed }, "clock.went_back");
}

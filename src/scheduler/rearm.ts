import { messageOf } from "../core/errors.js";
import { databaseNow } from "../store/clock.js";
import { listBrokenSchedules, resumeSchedule } from "../store/schedules.js";
import { firstFire } from "./create-schedule.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

/**
 * Arms schedules that had an error and can be read now: another version of the program, or of the time zone database,
 * may know what the one before did not.
 */
export async function rearmBrokenSchedules(deps: Pick<Deps, "pool" | "clock" | "log">): Promise<void> {
  const log = deps.log ?? stderrLog;
  const now = instantOf(deps) ?? (await databaseNow(deps.pool));
  for (const schedule of await listBrokenSchedules(deps.pool)) {
    try {
      await resumeSchedule(deps.pool, schedule.id, firstFire(schedule, now), instantOf(deps));
      log.info({ schedule: schedule.name }, "schedule.rearmed");
    } catch (error) {
      log.error({ schedule: schedule.name, error: messageOf(error) }, "schedule.errored");
    }
  }
}

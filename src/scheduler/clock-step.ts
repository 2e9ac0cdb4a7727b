import { messageOf } from "../core/errors.js";
import {
  listSchedulesNextAfter,
  msAheadOfNewestRun,
  newestFiresBetween,
  rearmEarlier,
} from "../store/clock-step.js";
import { databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
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
  const waiting = await listSchedulesNextAfter(deps.pool, new Date(now.getTime() + longestWaitMs));
  const ids = waiting.map(({ id }) => id);
  const from = await armedFrom(deps.pool, ids, now);
  for (const schedule of waiting) {
    try {
      const fire = firstFire(schedule, from(schedule.id));
      if (fire === null || fire >= schedule.nextFireAt!) continue;
      if (await rearmEarlier(deps.pool, schedule, fire)) rearmed.push(schedule.name);
    } catch (error) {
      log.error({ schedule: schedule.name, error: messageOf(error) }, "schedule.errored");
    }
  }
  if (rearmed.length > 0) log.warn({ aheadMs, rearmed }, "clock.went_back");
}

/**
 * From when on schedules are armed anew, by their ids: from now on; but if the clock has gone back by less than a day, what
 * was fired ahead of time is not fired again.
 */
export async function armedFrom(
  db: Queryable,
  scheduleIds: readonly string[],
  now: Date,
): Promise<(id: string) => Date> {
  const until = new Date(now.getTime() + longestWaitMs);
  const ahead = await newestFiresBetween(db, scheduleIds, { after: now, until });
  return (id) => ahead.get(id) ?? now;
}

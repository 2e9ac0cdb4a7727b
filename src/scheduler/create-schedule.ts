import { checkSchedule } from "../core/check-schedule.js";
import { nextFire } from "../core/next-fire.js";
import { type Schedule, type ScheduleDefinition, scheduleDefaults } from "../core/schedule.js";
import { databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { insertSchedule } from "../store/schedules.js";

/** A definition in which all but the name and the command may be left to `scheduleDefaults`. */
export type NewSchedule = Pick<ScheduleDefinition, "name" | "run"> &
  Partial<Omit<ScheduleDefinition, "name" | "run">>;

/**
 * Creates a schedule; it fires for the first time after now, by the database's clock. Throws `invalid_schedule`,
 * `invalid_cron`, `invalid_timezone`, or `schedule_exists`.
 */
export async function createSchedule(pool: Queryable, schedule: NewSchedule): Promise<Schedule> {
  const definition = checkSchedule({ ...scheduleDefaults, ...withoutUndefined(schedule) });
  const nextFireAt = firstFire(definition, await databaseNow(pool));
  return insertSchedule(pool, { definition, source: null, nextFireAt });
}

/** When a definition fires next after `now`; null if it runs by hand only, is off, or never fires again. */
export function firstFire(
  { cron, timezone, enabled }: Pick<ScheduleDefinition, "cron" | "timezone" | "enabled">,
  now: Date,
): Date | null {
  return cron === null || !enabled ? null : nextFire(cron, timezone, now);
}

function withoutUndefined(schedule: NewSchedule): NewSchedule {
  return Object.fromEntries(
    Object.entries(schedule).filter(([, value]) => value !== undefined),
  ) as unknown as NewSchedule;
}

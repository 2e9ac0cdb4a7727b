import { checkSchedule } from "../core/check-schedule.js";
import { completeRetry, type GivenRetry } from "../core/policies/complete-retry.js";
import { type Schedule, type ScheduleDefinition, scheduleDefaults } from "../core/schedule.js";
import { readyTiming } from "../core/fires/timing.js";
import { databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { insertSchedules } from "../store/schedules.js";

/**
 * A definition in which all but the name and the command may be left to `scheduleDefaults`. Several cron expressions may be
 * given as a list, and a retry with no more than its attempts.
 */
export type NewSchedule = Pick<ScheduleDefinition, "name" | "run"> &
  Partial<Omit<ScheduleDefinition, "name" | "run" | "cron" | "retry">> & {
    cron?: string | readonly string[] | null;
    retry?: GivenRetry | null;
  };

/**
 * Creates a schedule; it fires for the first time after now, by the database's clock. Throws `invalid_schedule`,
 * `invalid_cron`, `invalid_timezone`, or `schedule_exists`.
 */
export async function createSchedule(pool: Queryable, schedule: NewSchedule): Promise<Schedule> {
  const definition = checkSchedule({ ...scheduleDefaults, ...withoutUndefined(schedule) });
  const arming = { nextFireAt: firstFire(definition, await databaseNow(pool)), owedFrom: null };
  const [created] = await insertSchedules(pool, null, [{ definition, arming }]);
  return created!;
}

type Armable = ScheduleDefinition & { runsMade?: number };

/** When a definition fires next after `now`; null if it runs by hand only, is off, has made its runs, or never fires again. */
export function firstFire(definition: Armable, now: Date): Date | null {
  const { enabled, maxRuns, runsMade = 0 } = definition;
  if (!enabled || (maxRuns !== null && runsMade >= maxRuns)) return null;
  const fireMs = readyTiming(definition).fires.after(now.getTime());
  return Number.isNaN(fireMs) ? null : new Date(fireMs);
}

function withoutUndefined({
  cron,
  retry,
  ...rest
}: NewSchedule): Partial<ScheduleDefinition> & Pick<ScheduleDefinition, "name" | "run"> {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const text = Array.isArray(cron) ? cron.join("\n") : cron;
  return {
    ...Object.fromEntries(given),
    ...(text !== undefined && { cron: text as string | null }),
    ...(retry !== undefined && { retry: retry && completeRetry(retry) }),
  } as ReturnType<typeof withoutUndefined>;
}

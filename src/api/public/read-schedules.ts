import type { Schedule } from "../../core/schedule.js";
import { findBreakers } from "../../store/breakers.js";
import type { At } from "../../store/clock.js";
import type { Queryable } from "../../store/database.js";
import { lastRunsOf } from "../../store/runs.js";
import type { ScheduleJson } from "./shapes.js";
import { scheduleJson } from "./to-json.js";

/** Schedules with what is known of them beside their rows. */
export async function schedulesJson(
  db: Queryable,
  schedules: readonly Schedule[],
  at: At,
): Promise<ScheduleJson[]> {
  const ids = schedules.map(({ id }) => id);
  const pausing = schedules.filter(({ pauseAfter }) => pauseAfter !== null).map(({ id }) => id);
  const lastRuns = await lastRunsOf(db, ids);
  const breakers = pausing.length === 0 ? null : await findBreakers(db, pausing, at);
  return schedules.map((schedule) => {
    return scheduleJson(schedule, {
      lastRun: lastRuns.get(schedule.id),
      breaker: breakers?.get(schedule.id),
    });
  });
}

/** The same of one. */
export async function oneScheduleJson(db: Queryable, schedule: Schedule, at: At): Promise<ScheduleJson> {
  const [json] = await schedulesJson(db, [schedule], at);
  return json!;
}

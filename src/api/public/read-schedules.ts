import type { Schedule } from "../../core/schedule.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { findBreakers } from "../../store/breakers.js";
import { lastRunsOf } from "../../store/runs.js";
import type { ScheduleJson } from "./shapes.js";
import { scheduleJson } from "./to-json.js";

/** Schedules with what is known of them beside their rows. */
export async function schedulesJson(
  deps: Pick<Deps, "pool" | "clock">,
  schedules: readonly Schedule[],
): Promise<ScheduleJson[]> {
  const ids = schedules.map(({ id }) => id);
  const pausing = schedules.filter(({ pauseAfter }) => pauseAfter !== null).map(({ id }) => id);
  const lastRuns = await lastRunsOf(deps.pool, ids);
  const breakers = pausing.length === 0 ? null : await findBreakers(deps.pool, pausing, instantOf(deps));
  return schedules.map((schedule) => {
    return scheduleJson(schedule, {
      lastRun: lastRuns.get(schedule.id),
      breaker: breakers?.get(schedule.id),
    });
  });
}

/** The same of one. */
export async function oneScheduleJson(
  deps: Pick<Deps, "pool" | "clock">,
  schedule: Schedule,
): Promise<ScheduleJson> {
  const [json] = await schedulesJson(deps, [schedule]);
  return json!;
}

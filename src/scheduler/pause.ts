import { BelfryError } from "../core/errors.js";
import type { Schedule } from "../core/schedule.js";
import { databaseNow } from "../store/clock.js";
import { getSchedule, pauseSchedule, resumeSchedule } from "../store/schedules.js";
import { firstFire } from "./create-schedule.js";
import { type Deps, instantOf } from "./deps.js";

type PauseDeps = Pick<Deps, "pool" | "clock">;

/** Keeps a schedule from firing until it is resumed. Runs that wait or run go on. */
export async function pause(deps: PauseDeps, name: string, reason: string | null): Promise<Schedule> {
  const schedule = await getActive(deps, name);
  return pauseSchedule(deps.pool, schedule.id, reason, instantOf(deps));
}

/** Lets a schedule fire again, from now on: what it missed while it was paused is not replayed. */
export async function resume(deps: PauseDeps, name: string): Promise<Schedule> {
  const schedule = await getActive(deps, name);
  const now = instantOf(deps) ?? (await databaseNow(deps.pool));
  return resumeSchedule(deps.pool, schedule.id, firstFire(schedule, now), instantOf(deps));
}

async function getActive({ pool }: PauseDeps, name: string): Promise<Schedule> {
  const schedule = await getSchedule(pool, name);
  if (schedule.retiredAt === null) return schedule;
  throw new BelfryError(
    "schedule_retired",
    `Schedule "${name}" is retired: its manifest no longer names it.`,
  );
}

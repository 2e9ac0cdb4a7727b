import { BelfryError } from "../core/errors.js";
import type { Schedule } from "../core/schedule.js";
import { databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import {
  getSchedule,
  lockSchedules,
  pauseSchedule,
  resetBreaker,
  resumeSchedule,
} from "../store/schedules.js";
import { inTransaction } from "../store/transaction.js";
import { accountForMissed } from "./account.js";
import { armedFrom } from "./clock-step.js";
import { firstFire } from "./create-schedule.js";
import { type Deps, instantOf } from "./deps.js";

type PauseDeps = Pick<Deps, "pool" | "clock">;

/** A schedule as it was, and as a change has left it. */
export interface Changed {
  before: Schedule;
  after: Schedule;
}

/** Keeps a schedule from firing until it is resumed. Runs that wait or run go on. */
export async function pause(deps: PauseDeps, name: string, reason: string | null): Promise<Schedule> {
  return inTransaction(deps.pool, async (session) => {
    const { after } = await pauseLocked(deps, session, await lockActive(session, name), reason);
    return after;
  });
}

/** The same to a schedule that is locked. */
export async function pauseLocked(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  before: Schedule,
  reason: string | null,
): Promise<Changed> {
  return { before, after: await pauseSchedule(session, before.id, reason, instantOf(deps)) };
}

/**
 * Lets a schedule fire again, from now on: what it missed while it was paused is not replayed; one skipped row says what
 * that was. One that could not be read is tried again. A circuit breaker is closed. Any other is left as it is.
 */
export async function resume(deps: PauseDeps, name: string): Promise<Schedule> {
  return inTransaction(deps.pool, async (session) => {
    const { after } = await resumeLocked(deps, session, await lockActive(session, name));
    return after;
  });
}

/** The same to a schedule that is locked. */
export async function resumeLocked(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  before: Schedule,
): Promise<Changed> {
  if (before.pausedAt !== null || before.lastError !== null) {
    return { before, after: await letFire(deps, session, before) };
  }
  if (before.pauseAfter === null) return { before, after: before };
  return { before, after: await resetBreaker(session, before.id, instantOf(deps)) };
}

/** Arms a locked schedule that was paused, or could not be read, from now on. */
export async function letFire(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  schedule: Schedule,
): Promise<Schedule> {
  const at = instantOf(deps);
  const now = at ?? (await databaseNow(session));
  const reason = schedule.pausedAt === null ? "schedule_error" : "paused";
  await accountForMissed(session, [{ schedule, reason }], { now, at });
  const from = await armedFrom(session, [schedule.id], now);
  return resumeSchedule(session, schedule.id, firstFire(schedule, from(schedule.id)), at);
}

/** The schedule of that name, locked until the transaction ends. Throws `schedule_not_found` or `schedule_retired`. */
export async function lockActive(session: Queryable, name: string): Promise<Schedule> {
  const { id } = await getSchedule(session, name);
  const [schedule] = await lockSchedules(session, [id]);
  return active(schedule!);
}

/** The schedule itself; throws `schedule_retired` if it is. */
export function active(schedule: Schedule): Schedule {
  if (schedule.retiredAt === null) return schedule;
  throw new BelfryError(
    "schedule_retired",
    `Schedule "${schedule.name}" is retired: it was deleted, or its manifest no longer names it.`,
  );
}

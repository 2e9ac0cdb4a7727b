import { BelfryError } from "../core/errors.js";
import type { Requester } from "../core/actor.js";
import type { Schedule, ScheduleDefinition } from "../core/schedule.js";
import { writePlan } from "./apply.js";
import { mustUpdate, plannedUpdate } from "./plan.js";
import type { Queryable } from "../store/database.js";
import { findSchedule, getSchedule, lockSchedules } from "../store/schedules.js";
import type { Deps } from "../scheduler/deps.js";
import { letFire } from "../scheduler/pause.js";

type EditDeps = Pick<Deps, "clock">;

const nothing = { create: [], update: [], retire: [] };

/**
 * Creates a schedule that no manifest owns; one of that name that was deleted comes back with its history. Throws
 * `schedule_exists`.
 */
export async function createWithin(
  deps: EditDeps,
  session: Queryable,
  definition: ScheduleDefinition,
  by: Requester,
): Promise<Schedule> {
  const old = await findSchedule(session, definition.name);
  if (old === null) {
    await writePlan(deps, session, { ...nothing, create: [definition] }, { by, source: null });
    return getSchedule(session, definition.name);
  }
  const [locked] = await lockSchedules(session, [old.id]);
  refuseTaken(locked!);
  const update = [plannedUpdate(locked!, definition)];
  await writePlan(deps, session, { ...nothing, update }, { by, source: null });
  const back = await getSchedule(session, definition.name);
  // A pause was of the schedule that was deleted.
  return back.pausedAt === null ? back : letFire(deps, session, back);
}

function refuseTaken({ name, retiredAt, source }: Schedule): void {
  if (retiredAt !== null && source === null) return;
  const whose = retiredAt === null ? "" : `, retired by its owner (${source})`;
  throw new BelfryError(
    "schedule_exists",
    `There is a schedule named "${name}" already${whose}. Choose another name.`,
  );
}

/** Changes the definition of a locked schedule; nothing is written if it says so already. */
export async function editWithin(
  deps: EditDeps,
  session: Queryable,
  { schedule, definition, by }: { schedule: Schedule; definition: ScheduleDefinition; by: Requester },
): Promise<Schedule> {
  if (!mustUpdate(schedule, definition)) return schedule;
  const update = [plannedUpdate(schedule, definition)];
  await writePlan(deps, session, { ...nothing, update }, { by, source: schedule.source });
  return getSchedule(session, schedule.name);
}

/** Retires a locked schedule: it fires no more, what waits is skipped, and its history stays. */
export async function deleteWithin(
  deps: EditDeps,
  session: Queryable,
  { schedule, by }: { schedule: Schedule; by: Requester },
): Promise<void> {
  await writePlan(deps, session, { ...nothing, retire: [schedule] }, { by, source: schedule.source });
}

/** The schedule of that name, locked, retired or not. Throws `schedule_not_found`, or `schedule_owned` if a manifest has it. */
export async function lockOwn(session: Queryable, name: string): Promise<Schedule> {
  const { id } = await getSchedule(session, name);
  const [schedule] = await lockSchedules(session, [id]);
  const { source } = schedule!;
  if (source === null) return schedule!;
  const where =
    source === "manifest" ? "the server's manifest" : `the manifest that is applied as "${source}"`;
  throw new BelfryError(
    "schedule_owned",
    `Schedule "${name}" belongs to ${where}. Change it there, and apply that again.`,
  );
}

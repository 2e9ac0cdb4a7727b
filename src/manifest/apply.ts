import type { SkipReason } from "../core/run.js";
import type { Schedule, ScheduleDefinition } from "../core/schedule.js";
import { accountForMissed, type Interrupted } from "../scheduler/account.js";
import { firstFire } from "../scheduler/create-schedule.js";
import { type Deps, instantOf } from "../scheduler/deps.js";
import { type At, databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import {
  type Arming,
  type DefinitionEdit,
  insertSchedules,
  listAllSchedules,
  lockApplies,
  lockSchedules,
  retireSchedules,
  updateDefinitions,
} from "../store/schedules.js";
import { inTransaction } from "../store/transaction.js";
import { type ManifestPlan, type PlannedUpdate, planManifest } from "./plan.js";

/** The names of what an apply changed. */
export interface Applied {
  created: string[];
  updated: string[];
  retired: string[];
  unchanged: number;
}

/**
 * Makes the database say what the manifest says, all of it or nothing. Schedules that it no longer names are retired.
 * A schedule whose times stay keeps its next fire; an edit never replays, and what it drops has its row. Throws `schedule_exists`.
 */
export async function applyManifest(
  deps: Pick<Deps, "pool" | "clock">,
  wanted: ScheduleDefinition[],
): Promise<Applied> {
  return inTransaction(deps.pool, async (session) => {
    await lockApplies(session);
    const plan = planManifest(await listAllSchedules(session), wanted);
    const at = instantOf(deps);
    await writePlan(session, plan, { now: at ?? (await databaseNow(session)), at });
    return {
      created: plan.create.map((definition) => definition.name),
      updated: plan.update.map(({ definition }) => definition.name),
      retired: plan.retire.map((schedule) => schedule.name),
      unchanged: plan.unchanged.length,
    };
  });
}

async function writePlan(
  session: Queryable,
  plan: ManifestPlan,
  { now, at }: { now: Date; at: At },
): Promise<void> {
  const created = plan.create.map((definition) => ({ definition, arming: armedAfter(definition, now) }));
  if (created.length > 0) await insertSchedules(session, "manifest", created);
  const changed = [...plan.update.map(({ schedule }) => schedule), ...plan.retire];
  // Only now are they locked, and read again: a tick may have fired them since.
  const locked = await lockSchedules(
    session,
    changed.map(({ id }) => id),
  );
  const current = new Map(locked.map((schedule) => [schedule.id, schedule]));
  await accountForMissed(session, interruptedBy(plan, current), { now, at });
  const edits = plan.update.map((edit) => toEdit(edit, current.get(edit.schedule.id)!, now));
  if (edits.length > 0) await updateDefinitions(session, "manifest", edits, at);
  await retireSchedules(
    session,
    plan.retire.map((schedule) => schedule.id),
    at,
  );
}

function interruptedBy(plan: ManifestPlan, current: ReadonlyMap<string, Schedule>): Interrupted[] {
  const edited = plan.update.filter(({ rearm }) => rearm).map(({ schedule }) => current.get(schedule.id)!);
  const retired = plan.retire.map(({ id }) => current.get(id)!);
  return [
    ...edited.map((schedule) => ({ schedule, reason: reasonOf(schedule, "edited") })),
    ...retired.map((schedule) => ({ schedule, reason: reasonOf(schedule, "retired") })),
  ];
}

/** What was missed in a pause was missed because of the pause. */
function reasonOf(schedule: Schedule, otherwise: SkipReason): SkipReason {
  return schedule.pausedAt === null ? otherwise : "paused";
}

function toEdit({ definition, rearm }: PlannedUpdate, current: Schedule, now: Date): DefinitionEdit {
  const next = armedAfter({ ...definition, runsMade: current.runsMade }, now);
  const arming = current.pausedAt === null ? next : { nextFireAt: null, owedFrom: next.nextFireAt };
  return { id: current.id, definition, arming: rearm ? arming : null };
}

function armedAfter(definition: ScheduleDefinition & { runsMade?: number }, now: Date): Arming {
  return { nextFireAt: firstFire(definition, now), owedFrom: null };
}

import type { ScheduleDefinition } from "../core/schedule.js";
import { firstFire } from "../scheduler/create-schedule.js";
import { type Deps, instantOf } from "../scheduler/deps.js";
import { type At, databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { insertSchedule, lockAllSchedules, retireSchedules, updateDefinition } from "../store/schedules.js";
import { inTransaction } from "../store/transaction.js";
import { type ManifestPlan, planManifest } from "./plan.js";

/** The names of what an apply changed. */
export interface Applied {
  created: string[];
  updated: string[];
  retired: string[];
  unchanged: number;
}

/**
 * Makes the database say what the manifest says, all of it or nothing. Schedules that it no longer names are retired.
 * A schedule whose expression and zone stay keeps its next fire; an edit never replays. Throws `schedule_exists`.
 */
export async function applyManifest(
  deps: Pick<Deps, "pool" | "clock">,
  wanted: ScheduleDefinition[],
): Promise<Applied> {
  return inTransaction(deps.pool, async (session) => {
    const plan = planManifest(await lockAllSchedules(session), wanted);
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
  for (const definition of plan.create) {
    await insertSchedule(session, { definition, source: "manifest", nextFireAt: firstFire(definition, now) });
  }
  for (const { schedule, definition, rearm } of plan.update) {
    const nextFireAt = schedule.pausedAt === null ? firstFire(definition, now) : null;
    await updateDefinition(
      session,
      schedule.id,
      { definition, source: "manifest", nextFireAt },
      { rearm, at },
    );
  }
  await retireSchedules(
    session,
    plan.retire.map((schedule) => schedule.id),
    at,
  );
}

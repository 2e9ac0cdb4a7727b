import { itself, type Requester } from "../core/actor.js";
import type { SkipReason } from "../core/run.js";
import type { Schedule, ScheduleDefinition } from "../core/schedule.js";
import { accountForMissed, type Interrupted } from "../scheduler/account.js";
import { armedFrom } from "../scheduler/clock-step.js";
import { firstFire } from "../scheduler/create-schedule.js";
import { type Deps, instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import { databaseNow } from "../store/clock.js";
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
import { auditedActs } from "./audited-acts.js";
import {
  type ManifestPlan,
  manifestSource,
  type PlannedUpdate,
  plannedUpdate,
  planManifest,
} from "./plan.js";

/** The names of what an apply changed. */
export interface Applied {
  created: string[];
  updated: string[];
  retired: string[];
  unchanged: number;
}

/** Who applies, and as which owner of schedules. */
export interface Applier {
  by: Requester;
  source: string | null;
}

/**
 * Makes the database say what the manifest says, all of it or nothing. Schedules that it no longer names are retired.
 * A schedule whose times stay keeps its next fire; an edit never replays, and what it drops has its row. Each change is on
 * the audit log, as done by whoever asked for the apply. Throws `schedule_exists`.
 */
export async function applyManifest(
  deps: Pick<Deps, "pool" | "clock">,
  wanted: ScheduleDefinition[],
  by: Requester = itself("manifest"),
): Promise<Applied> {
  return inTransaction(deps.pool, (session) =>
    applyWithin(deps, session, wanted, { by, source: manifestSource }),
  );
}

/** The same in a transaction that has begun, for the owner `source`: what others own is left alone. */
export async function applyWithin(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  wanted: ScheduleDefinition[],
  applier: Applier & { source: string },
): Promise<Applied> {
  await lockApplies(session);
  const plan = planManifest(await listAllSchedules(session), wanted, applier.source);
  await writePlan(deps, session, plan, applier);
  return {
    created: plan.create.map((definition) => definition.name),
    updated: plan.update.map(({ definition }) => definition.name),
    retired: plan.retire.map((schedule) => schedule.name),
    unchanged: plan.unchanged.length,
  };
}

/** Writes what was planned, and the audit log of it. */
export async function writePlan(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  plan: Pick<ManifestPlan, "create" | "update" | "retire">,
  { by, source }: Applier,
): Promise<void> {
  const { update, retire } = await asTheyStand(session, plan);
  const at = instantOf(deps);
  // Only now: what a tick has fired while the locks were waited for lies before.
  const now = at ?? (await databaseNow(session));
  const created = plan.create.map((definition) => ({ definition, arming: armedAfter(definition, now) }));
  if (created.length > 0) await insertSchedules(session, source, created);
  await accountForMissed(session, interruptedBy(update, retire), { now, at });
  const from = await armedFrom(session, idsOf(update.map(({ schedule }) => schedule)), now);
  const edits = update.map((edit) => toEdit(edit, from(edit.schedule.id)));
  if (edits.length > 0) await updateDefinitions(session, source, edits, at);
  await retireSchedules(session, idsOf(retire), at);
  await recordAudit(session, by, auditedActs({ create: plan.create, update, retire }), at);
}

/** Locks what is to be changed, and reads it again: a tick may have fired it since, or an operator paused it. */
async function asTheyStand(
  session: Queryable,
  plan: Pick<ManifestPlan, "update" | "retire">,
): Promise<Pick<ManifestPlan, "update" | "retire">> {
  const changed = [...plan.update.map(({ schedule }) => schedule), ...plan.retire];
  const locked = await lockSchedules(session, idsOf(changed));
  const current = new Map(locked.map((schedule) => [schedule.id, schedule]));
  return {
    update: plan.update.map(({ schedule, definition }) =>
      plannedUpdate(current.get(schedule.id)!, definition),
    ),
    retire: plan.retire.map(({ id }) => current.get(id)!),
  };
}

function idsOf(schedules: readonly Schedule[]): string[] {
  return schedules.map(({ id }) => id);
}

function interruptedBy(update: readonly PlannedUpdate[], retire: readonly Schedule[]): Interrupted[] {
  const edited = update.filter(({ rearm }) => rearm).map(({ schedule }) => schedule);
  return [
    ...edited.map((schedule) => ({ schedule, reason: reasonOf(schedule, "edited") })),
    ...retire.map((schedule) => ({ schedule, reason: reasonOf(schedule, "retired") })),
  ];
}

/** What was missed in a pause was missed because of the pause. */
function reasonOf(schedule: Schedule, otherwise: SkipReason): SkipReason {
  return schedule.pausedAt === null ? otherwise : "paused";
}

function toEdit({ schedule, definition, rearm }: PlannedUpdate, from: Date): DefinitionEdit {
  const next = armedAfter({ ...definition, runsMade: schedule.runsMade }, from);
  const arming = schedule.pausedAt === null ? next : { nextFireAt: null, owedFrom: next.nextFireAt };
  return { id: schedule.id, definition, arming: rearm ? arming : null };
}

function armedAfter(definition: ScheduleDefinition & { runsMade?: number }, instant: Date): Arming {
  return { nextFireAt: firstFire(definition, instant), owedFrom: null };
}

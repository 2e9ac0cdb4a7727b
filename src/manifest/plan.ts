import { BelfryError } from "../core/errors.js";
import { policiesOf } from "../core/policies/policies.js";
import type { Schedule, ScheduleDefinition } from "../core/schedule.js";
import { type Env, secretKey } from "../core/secrets/reference.js";

/** The owner of what the server's own manifest says. */
export const manifestSource = "manifest";

/** What must be written so that the database says what the manifest says. */
export interface ManifestPlan {
  create: ScheduleDefinition[];
  /** With `rearm` the next fire is worked out anew, from now; without, it stays. */
  update: PlannedUpdate[];
  retire: Schedule[];
  unchanged: Schedule[];
}

export interface PlannedUpdate {
  schedule: Schedule;
  definition: ScheduleDefinition;
  rearm: boolean;
}

/**
 * Compares all the schedules of the database with those that a manifest wants. What has the same `source`, and is no longer
 * named, is to be retired. Throws `schedule_exists`, naming each, if
 * any that it wants belongs to another owner.
 */
export function planManifest(
  current: readonly Schedule[],
  wanted: readonly ScheduleDefinition[],
  source: string = manifestSource,
): ManifestPlan {
  const byName = new Map(current.map((schedule) => [schedule.name, schedule]));
  refuseForeign(foreignNames(current, wanted, source));
  const names = new Set(wanted.map(({ name }) => name));
  const retire = current.filter(
    (each) => each.source === source && each.retiredAt === null && !names.has(each.name),
  );
  const plan: ManifestPlan = { create: [], update: [], retire, unchanged: [] };
  for (const definition of wanted) {
    const schedule = byName.get(definition.name);
    if (schedule === undefined) plan.create.push(definition);
    else if (mustUpdate(schedule, definition)) {
      plan.update.push(plannedUpdate(schedule, definition));
    } else plan.unchanged.push(schedule);
  }
  return plan;
}

/** What an edit of a schedule does, as the schedule stands. */
export function plannedUpdate(schedule: Schedule, definition: ScheduleDefinition): PlannedUpdate {
  return { schedule, definition, rearm: mustRearm(schedule, definition) };
}

/** Those of the names that a manifest wants which belong to another owner. */
export function foreignNames(
  current: readonly Schedule[],
  wanted: readonly ScheduleDefinition[],
  source: string = manifestSource,
): string[] {
  const names = new Set(wanted.map(({ name }) => name));
  return current.filter((each) => each.source !== source && names.has(each.name)).map(({ name }) => name);
}

function refuseForeign(foreign: readonly string[]): void {
  if (foreign.length === 0) return;
  const names = foreign.map((name) => `"${name}"`).join(", ");
  throw new BelfryError(
    "schedule_exists",
    `These schedules exist and belong to another owner: ${names}. Choose other names; nothing was applied.`,
  );
}

/** Whether a definition says something else of a schedule than the schedule itself. */
export function mustUpdate(schedule: Schedule, definition: ScheduleDefinition): boolean {
  return mustRearm(schedule, definition) || !sayTheSame(schedule, definition);
}

/** An edit that leaves the times alone leaves the next fire alone too; and no edit ever replays. */
function mustRearm(schedule: Schedule, definition: ScheduleDefinition): boolean {
  if (schedule.retiredAt !== null || schedule.lastError !== null) return true;
  if (schedule.enabled !== definition.enabled || timesOf(schedule) !== timesOf(definition)) return true;
  return blackoutsOf(schedule) !== blackoutsOf(definition) && moveFires(schedule, definition);
}

const timeKeys = [
  "cron",
  "timezone",
  "everySec",
  "anchorAt",
  "at",
  "startsAt",
  "endsAt",
  "maxRuns",
  "spreadSec",
] as const satisfies (keyof ScheduleDefinition)[];

function timesOf(definition: ScheduleDefinition): string {
  const { dst } = definition;
  return JSON.stringify([...timeKeys.map((key) => definition[key]), dst.gap, dst.fold]);
}

/** The database does not keep the order in which the keys of an object were written. */
function blackoutsOf({ blackouts, blackoutPolicy }: ScheduleDefinition): string {
  return JSON.stringify([blackoutPolicy, ...blackouts.flatMap(({ when, reason }) => [when, reason])]);
}

/** A blackout that skips leaves a fire where it is, unless the schedule has been sent to the end of one. */
function moveFires(schedule: Schedule, definition: ScheduleDefinition): boolean {
  return [schedule, definition].some((each) => each.blackoutPolicy === "defer") || schedule.owedFrom !== null;
}

function sayTheSame(one: ScheduleDefinition, other: ScheduleDefinition): boolean {
  return (
    one.description === other.description &&
    blackoutsOf(one) === blackoutsOf(other) &&
    one.catchUp === other.catchUp &&
    one.catchUpWindowSec === other.catchUpWindowSec &&
    JSON.stringify(policiesOf(one)) === JSON.stringify(policiesOf(other)) &&
    one.overlap === other.overlap &&
    one.timeoutSec === other.timeoutSec &&
    one.cwd === other.cwd &&
    one.installationId === other.installationId &&
    JSON.stringify(one.run) === JSON.stringify(other.run) &&
    JSON.stringify(inOrder(one.env)) === JSON.stringify(inOrder(other.env))
  );
}

/** The database does not keep the order of an environment's names. */
function inOrder(env: Env): [string, string | string[]][] {
  return Object.entries(env)
    .map(([name, value]): [string, string | string[]] => [
      name,
      typeof value === "string" ? value : [secretKey(value)],
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

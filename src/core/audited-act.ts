import { definitionChanges } from "./definition-changes.js";
import { definitionJson } from "./definition-json.js";
import type { Schedule, ScheduleDefinition } from "./schedule.js";

export const targetKinds = [
  "schedule",
  "run",
  "backfill",
  "manifest",
  "secret",
  "key",
  "user",
  "session",
  "system",
] as const;

/** A change, or the use of a secret. `before` and `after` hold what was changed, and never a secret. */
export interface AuditedAct {
  /** Such as `schedule.paused`: what it was done to, and what was done. */
  action: string;
  targetKind: (typeof targetKinds)[number];
  /** Its name, or its id. */
  target: string;
  before?: object | null;
  after?: object | null;
}

/** That a schedule was made: all that its definition says, and of its environment the names. */
export function scheduleCreated(definition: ScheduleDefinition): AuditedAct {
  return { ...actOn(definition, "created"), after: withoutValues(definition) };
}

/**
 * That a schedule was edited: the fields that are not what they were. Of the environment `before` names what was removed,
 * `after` what was added, and both what has another value. Null if all is as it was.
 */
export function scheduleUpdated(from: Schedule, to: ScheduleDefinition): AuditedAct | null {
  const { fields, env } = definitionChanges(from, to);
  const before = Object.fromEntries(fields.map(({ field, from }) => [field, from]));
  const after = Object.fromEntries(fields.map(({ field, to }) => [field, to]));
  if (from.retiredAt !== null) Object.assign(before, { retiredAt: from.retiredAt.toISOString() });
  if (from.lastError !== null) Object.assign(before, { lastError: from.lastError });
  const [lost, won] = [env.removed, env.added].map((names) => [...names, ...env.changed].toSorted());
  if (lost!.length > 0) Object.assign(before, { env: lost });
  if (won!.length > 0) Object.assign(after, { env: won });
  if (Object.keys(before).length + Object.keys(after).length === 0) return null;
  return { ...actOn(from, "updated"), before, after };
}

/** That a schedule was retired; `before` is its last definition. */
export function scheduleRetired(schedule: ScheduleDefinition): AuditedAct {
  return { ...actOn(schedule, "retired"), before: withoutValues(schedule) };
}

function actOn({ name }: ScheduleDefinition, done: string) {
  return { action: `schedule.${done}`, targetKind: "schedule", target: name } as const;
}

function withoutValues(definition: ScheduleDefinition): object {
  const { name: _, env, ...rest } = definitionJson(definition);
  return { ...rest, env: Object.keys(env).toSorted() };
}

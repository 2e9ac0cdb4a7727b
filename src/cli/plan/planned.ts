import type { PlanJson, PlannedUpdateJson } from "../../api/public/plan-shapes.js";
import { cronsOf } from "../../core/cron/cron.js";
import { type Lint, lintCron } from "../../core/lint/lint-cron.js";
import type { ScheduleDefinition } from "../../core/schedule.js";
import { firesByItself } from "../../core/fires/timing.js";
import { timingOf } from "../../core/fires/timing-json.js";
import { type ChangedFire, changedFires, type PlannedTiming } from "./fire-changes.js";

/** A schedule that an apply would create or update: what that does to its fires, and what may not be meant so. */
export interface PlannedSchedule {
  name: string;
  timezone: string;
  /** Null: it is created. */
  update: PlannedUpdateJson | null;
  definition: ScheduleDefinition;
  fires: ChangedFire[];
  /** It is on and not only for runs by hand, and yet no fire of it will run. */
  neverFires: boolean;
  lint: Lint[];
}

/** The schedules that a plan creates and updates, with their fires before and after, seen from `now`. */
export function plannedSchedules(
  plan: PlanJson,
  wanted: readonly ScheduleDefinition[],
  { now, count }: { now: Date; count: number },
): PlannedSchedule[] {
  const byName = new Map(wanted.map((definition) => [definition.name, definition]));
  const created = plan.created.map((name) => ({ name, update: null }));
  const updated = plan.updated.map((update) => ({ name: update.current.name, update }));
  return [...created, ...updated].map(({ name, update }) => {
    const definition = byName.get(name)!;
    const before = update === null ? null : timingBefore(update);
    const after = definition.enabled ? { ...definition, runsMade: update?.current.runsMade ?? 0 } : null;
    return {
      name,
      timezone: definition.timezone,
      update,
      definition,
      fires: update?.rearm === false ? [] : changedFires(before, after, { now, count }),
      neverFires: update?.rearm !== false && neverFires(after, now),
      lint: lintOf(definition, now),
    };
  });
}

function neverFires(timing: PlannedTiming | null, now: Date): boolean {
  if (timing === null || !firesByItself(timing)) return false;
  return changedFires(null, timing, { now, count: 1 }).length === 0;
}

/** The times of a schedule before its update, if it fired at all. */
function timingBefore({ current }: PlannedUpdateJson): PlannedTiming | null {
  const fires = current.enabled && current.retiredAt === null && current.lastError === null;
  return fires ? { ...timingOf(current), name: current.name, runsMade: current.runsMade } : null;
}

function lintOf({ name, cron, timezone, dst, spreadSec }: ScheduleDefinition, now: Date): Lint[] {
  const specs = cron === null ? [] : cronsOf(cron, name);
  return lintCron(specs, timezone, { nowMs: now.getTime(), dst, spreadSec });
}

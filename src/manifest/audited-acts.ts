import { type AuditedAct, scheduleCreated, scheduleRetired, scheduleUpdated } from "../core/audited-act.js";
import type { ManifestPlan } from "./plan.js";

/** What the audit log is to tell of an apply: an act for each schedule that it makes, edits or retires. */
export function auditedActs({
  create,
  update,
  retire,
}: Pick<ManifestPlan, "create" | "update" | "retire">): AuditedAct[] {
  const edits = update.map(({ schedule, definition }) => scheduleUpdated(schedule, definition));
  return [
    ...create.map(scheduleCreated),
    ...edits.filter((act) => act !== null),
    ...retire.map(scheduleRetired),
  ];
}

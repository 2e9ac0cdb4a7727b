import type { ScheduleDefinition } from "../core/schedule.js";
import type { ManifestDocument } from "./document.js";
import type { ManifestProblem } from "./problem.js";

/** Concurrency groups that two schedules give different limits, told at the second of them. */
export function groupProblems(
  definitions: readonly ScheduleDefinition[],
  problemAt: ManifestDocument["problemAt"],
): ManifestProblem[] {
  const firsts = new Map<string, { owner: string; limit: number }>();
  return definitions.flatMap(({ name: owner, concurrencyGroup: group }) => {
    if (group === null) return [];
    const first = firsts.get(group.name);
    if (first === undefined) firsts.set(group.name, { owner, limit: group.limit });
    if (first === undefined || first.limit === group.limit) return [];
    const message = `The group "${group.name}" has the limit ${first.limit} in the schedule "${first.owner}". Write the same limit in all.`;
    return [problemAt(["schedules", owner, "concurrency_group", "limit"], message)];
  });
}

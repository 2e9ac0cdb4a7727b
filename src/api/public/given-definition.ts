import { checkSchedule } from "../../core/check-schedule.js";
import { type DefinitionJson, definitionJson, definitionOf } from "../../core/definition-json.js";
import { completeRetry } from "../../core/policies/complete-retry.js";
import { type ScheduleDefinition, scheduleDefaults } from "../../core/schedule.js";
import type { GivenDefinition } from "./schedule-shapes.js";

/** A new definition: what is not given has its default. Throws as `checkSchedule` does. */
export function newDefinition({
  name,
  run,
  ...given
}: GivenDefinition & Pick<DefinitionJson, "name" | "run">): ScheduleDefinition {
  return editedDefinition({ ...scheduleDefaults, name, run }, given);
}

/** A definition in which each field that is given takes the place of the old one, the environment as a whole. */
export function editedDefinition(old: ScheduleDefinition, given: GivenDefinition): ScheduleDefinition {
  const { cron, retry, ...rest } = given;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const json = {
    ...definitionJson(old),
    ...said,
    ...(cron !== undefined && { cron: Array.isArray(cron) ? cron.join("\n") : cron }),
    ...(retry !== undefined && { retry: retry && completeRetry(retry) }),
  } as DefinitionJson;
  return checkSchedule(definitionOf(json));
}

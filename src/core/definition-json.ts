import type { Command, ScheduleDefinition } from "./schedule.js";
import { policiesOf } from "./policies/policies.js";
import { timingJson, type TimingJson, timingOf } from "./fires/timing-json.js";

/** A definition as JSON holds it, with the values of its environment. */
export type DefinitionJson = Omit<ScheduleDefinition, keyof TimingJson | "run"> &
  TimingJson & { run: string | string[] };

/** A definition, and no other field of a schedule, for JSON. */
export function definitionJson(definition: ScheduleDefinition): DefinitionJson {
  return {
    name: definition.name,
    description: definition.description,
    ...timingJson(definition),
    ...policiesOf(definition),
    overlap: definition.overlap,
    timeoutSec: definition.timeoutSec,
    run: commandJson(definition.run),
    cwd: definition.cwd,
    env: definition.env,
    installationId: definition.installationId,
    enabled: definition.enabled,
  };
}

/** The definition that JSON holds. */
export function definitionOf(json: DefinitionJson): ScheduleDefinition {
  return { ...json, ...timingOf(json) };
}

function commandJson(command: Command): string | string[] {
  return typeof command === "string" ? command : [...command];
}

import { definitionJson } from "./definition-json.js";
import type { ScheduleDefinition } from "./schedule.js";
import { type Env, sameEnvValue } from "./secrets/reference.js";

/** What an edit changes in a definition. Of the environment it has names only: values may be private. */
export interface DefinitionChanges {
  /** In the order of a definition's fields, with their values as JSON holds them. */
  fields: { field: string; from: unknown; to: unknown }[];
  env: { added: string[]; removed: string[]; changed: string[] };
}

/** What is not the same in two definitions of one schedule. */
export function definitionChanges(from: ScheduleDefinition, to: ScheduleDefinition): DefinitionChanges {
  const { env: _from, name: _name, ...before } = definitionJson(from);
  const { env: _to, ...after } = definitionJson(to);
  const fields = (Object.keys(before) as (keyof typeof before)[])
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, from: before[field], to: after[field] }));
  return { fields, env: environmentChanges(from.env, to.env) };
}

function environmentChanges(from: Env, to: Env): DefinitionChanges["env"] {
  const kept = Object.keys(from).filter((name) => Object.hasOwn(to, name));
  return {
    added: Object.keys(to).filter((name) => !Object.hasOwn(from, name)),
    removed: Object.keys(from).filter((name) => !Object.hasOwn(to, name)),
    changed: kept.filter((name) => !sameEnvValue(from[name], to[name])),
  };
}

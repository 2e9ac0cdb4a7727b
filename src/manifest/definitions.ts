import { dirname, resolve } from "node:path";
import { checkTogether } from "../core/fires/check-timing.js";
import { BelfryError } from "../core/errors.js";
import { type ScheduleDefinition, scheduleDefaults } from "../core/schedule.js";
import { type BlackoutList, blackoutList } from "./blackout-list.js";
import type { Calendars } from "./calendars.js";
import type { ManifestDocument } from "./document.js";
import { groupProblems } from "./group-problems.js";
import { policiesOf } from "./policies-of.js";
import type { ManifestProblem } from "./problem.js";
import type { ManifestDefaults, ManifestEntry } from "./shapes.js";
import { type Fault, timingOf } from "./timing-of.js";

/** The schedules of a manifest, once their shapes are right, and all that they share. */
export interface ManifestParts {
  file: string;
  defaults: ManifestDefaults;
  entries: readonly (readonly [name: string, entry: ManifestEntry])[];
  calendars: Calendars;
}

/** Makes the definitions, and finds the keys that do not go together. */
export function definitionsOf(
  parts: ManifestParts,
  problemAt: ManifestDocument["problemAt"],
): { definitions: ScheduleDefinition[]; problems: ManifestProblem[] } {
  const common = blackoutList(parts.defaults.blackouts ?? [], parts);
  const problems = common.fault === null ? [] : [problemAt(["defaults", "blackouts"], common.fault)];
  const definitions = parts.entries.map(([name, entry]) => {
    const { definition, faults } = definitionOf(name, entry, parts, common);
    problems.push(...faults.map(({ key, message }) => problemAt(["schedules", name, key], message)));
    return definition;
  });
  return { definitions, problems: [...problems, ...groupProblems(definitions, problemAt)] };
}

function definitionOf(name: string, entry: ManifestEntry, parts: ManifestParts, common: BlackoutList) {
  const own = entry.blackouts && blackoutList(entry.blackouts, parts);
  const { timing, faults } = timingOf(entry, parts.defaults, (own ?? common).blackouts);
  if (own && own.fault !== null) faults.push({ key: "blackouts", message: own.fault });
  const { policies, faults: policyFaults } = policiesOf(entry, parts.defaults);
  const definition = { name, ...timing, ...policies, ...workOf(entry, parts) };
  // What is wrong by itself would be told twice.
  if (faults.length === 0) faults.push(...contradictionsIn(definition, entry));
  return { definition, faults: [...faults, ...policyFaults] };
}

function workOf(entry: ManifestEntry, { defaults, file }: ManifestParts) {
  return {
    description: entry.description ?? scheduleDefaults.description,
    timeoutSec: entry.timeout ?? defaults.timeout ?? scheduleDefaults.timeoutSec,
    run: entry.run,
    cwd: resolve(dirname(resolve(file)), entry.cwd ?? defaults.cwd ?? "."),
    env: { ...defaults.env, ...entry.env },
    installationId: entry.github_installation ?? scheduleDefaults.installationId,
    enabled: entry.enabled ?? defaults.enabled ?? scheduleDefaults.enabled,
  };
}

function contradictionsIn(definition: ScheduleDefinition, entry: ManifestEntry): Fault[] {
  try {
    checkTogether(definition);
    return [];
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    // An expression that cannot be read has been told at its own line.
    return error.code === "invalid_cron" ? [] : [{ key: keyAtFault(entry), message: error.message }];
  }
}

/** The key to look at first: of two ways to fire the second, then an anchor of nothing, then what bounds the times. */
function keyAtFault(entry: ManifestEntry): Fault["key"] {
  const ways = (["cron", "every", "at"] as const).filter((way) => entry[way] !== undefined);
  if (ways.length > 1) return ways.at(-1)!;
  if (entry.anchor !== undefined && entry.every === undefined) return "anchor";
  const bounds = ["ends_at", "starts_at", "max_runs", "spread"] as const;
  return bounds.find((bound) => entry[bound] !== undefined) ?? "run";
}

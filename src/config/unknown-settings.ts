import { nearestName } from "../core/nearest-name.js";
import { type Setting, settings } from "./shape.js";
import { flagOf, isForOthers, variablesOf } from "./variables.js";

/** The variables of a server that begin with `BELFRY_`. */
const serverVariables: readonly string[] = settings.map((setting) => variablesOf(setting)[0]!);

/** A line for each flag and each `BELFRY_` variable that says something which no server understands. */
export function unknownSettings(flags: Record<string, unknown>, env: NodeJS.ProcessEnv): string[] {
  const said = Object.keys(flags).filter((name) => flags[name] !== undefined);
  const own = Object.keys(env).filter((name) => name.startsWith("BELFRY_"));
  const unknown = own.filter(
    (name) => !serverVariables.includes(name) && !isForOthers(name, env[name] ?? ""),
  );
  return [...said.flatMap(flagProblem), ...unknown.map(variableProblem)];
}

function flagProblem(name: string): string[] {
  const setting = settings.find((each) => each === name);
  if (setting === undefined) return [`There is no setting "${name}".${hintFor(name, settings)}`];
  return flagOf(setting) === null ? [secretFlag(setting)] : [];
}

function secretFlag(setting: Setting): string {
  return `${setting} cannot be a flag: others could read it. Set ${variablesOf(setting)[0]}.`;
}

function variableProblem(name: string): string {
  return `${name}: there is no such variable.${hintFor(name, serverVariables)}`;
}

function hintFor(word: string, known: readonly string[]): string {
  const meant = nearestName(word, known);
  return meant === null ? ` There are ${known.join(", ")}.` : ` Did you mean ${meant}?`;
}

import type { z } from "zod";
import { BelfryError } from "../core/errors.js";
import { configShape, type Setting, settings } from "./shape.js";
import { unknownSettings } from "./unknown-settings.js";
import { flagOf, isForOthers, variablesOf } from "./variables.js";

type Parsed = z.output<typeof configShape>;

const durations = ["cadence", "lease", "drain", "keep", "keepAudit", "sessionIdle", "sessionMax"] as const;
type Duration = (typeof durations)[number];

/** What a server was told. What ends in `Ms` is in milliseconds; `logLimit` and `keepOutput` are in bytes. */
export interface Config extends Omit<Parsed, Duration>, Record<`${Duration}Ms`, number> {}

/** A setting as a help text or a page shows it. */
export interface ConfigField {
  name: Setting;
  flag: string | null;
  variables: string[];
  /** As one would write it; null if there is none. */
  default: string | null;
  description: string;
}

/** What was said about a setting, and where: a flag or a variable. */
interface Said {
  where: string;
  value: unknown;
}

const secrets: ReadonlySet<string> = new Set<Setting>([
  "databaseUrl",
  "masterKey",
  "oldMasterKeys",
  "oidcClientSecret",
  "githubClientSecret",
]);

/**
 * What a server is told by its flags, else by the environment, else by default. Throws `invalid_config` that names every
 * flag and variable that is unknown or cannot be used, and what would be right; secrets are never shown.
 */
export function readConfig(flags: Record<string, unknown>, env: NodeJS.ProcessEnv): Config {
  const said = new Map<string, Said>([...saidByEnvironment(env), ...saidByFlags(flags)]);
  const values = Object.fromEntries([...said].map(([setting, { value }]) => [setting, value]));
  const parsed = configShape.safeParse(values);
  const problems = unknownSettings(flags, env);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => wordsFor(issue, said)));
  if (!parsed.success || problems.length > 0) throw new BelfryError("invalid_config", problems.join("\n"));
  return inMilliseconds(parsed.data);
}

function inMilliseconds(parsed: Parsed): Config {
  const named = durations.map((name) => [`${name}Ms`, parsed[name]]);
  const rest = Object.entries(parsed).filter(([name]) => !(durations as readonly string[]).includes(name));
  return Object.fromEntries([...rest, ...named]) as Config;
}

/** Every setting with its flag, its variables, its default and its sentence, for help texts and the docs. */
export function configFields(): ConfigField[] {
  return settings.map((name) => {
    const shape = configShape.shape[name];
    const value = shape.def.defaultValue;
    return {
      name,
      flag: flagOf(name),
      variables: variablesOf(name),
      default: value === null ? null : String(value),
      description: shape.description ?? "",
    };
  });
}

function saidByFlags(flags: Record<string, unknown>): [string, Said][] {
  return settings.flatMap((setting): [string, Said][] => {
    const [where, value] = [flagOf(setting), flags[setting]];
    return value === undefined || where === null ? [] : [[setting, { where, value }]];
  });
}

/** An empty variable says nothing, as compose files write it. */
function saidByEnvironment(env: NodeJS.ProcessEnv): [string, Said][] {
  return settings.flatMap((setting): [string, Said][] => {
    const where = variablesOf(setting).find((name) => env[name] && !isForOthers(name, env[name]));
    return where === undefined ? [] : [[setting, { where, value: env[where] }]];
  });
}

function wordsFor(issue: z.core.$ZodIssue, said: ReadonlyMap<string, Said>): string[] {
  const setting = String(issue.path[0]);
  const { where, value } = said.get(setting) ?? { where: setting, value: undefined };
  const what = secrets.has(setting) ? "its value" : shown(value);
  return [`${where}: ${what} cannot be used. ${issue.message}`];
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : String(value);
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}

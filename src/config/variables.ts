import type { Setting } from "./shape.js";

const unfitForFlags: ReadonlySet<Setting> = new Set([
  "masterKey",
  "oldMasterKeys",
  "oidcClientSecret",
  "githubClientSecret",
]);

/** `--data-dir` for `dataDir`; null for what is secret, because everybody on the machine can read flags. */
export function flagOf(setting: Setting): string | null {
  return unfitForFlags.has(setting) ? null : `--${words(setting).join("-")}`;
}

/** The variables of the environment that a setting is read from, the strongest first. */
export function variablesOf(setting: Setting): string[] {
  const own = `BELFRY_${words(setting).join("_").toUpperCase()}`;
  return setting === "databaseUrl" ? [own, "DATABASE_URL"] : [own];
}

// Of the command line as a client, and those that a runner gives its job (a run may start a server).
const others = new Set([
  "BELFRY_URL",
  "BELFRY_TOKEN",
  "BELFRY_CONTEXT",
  "BELFRY_DEBUG",
  "BELFRY_API_URL",
  "BELFRY_RUN_ID",
  "BELFRY_RUN_TOKEN",
  "BELFRY_SCHEDULE",
  "BELFRY_FIRE_TIME",
  "BELFRY_COVERS_FROM",
  "BELFRY_COVERS_COUNT",
  "BELFRY_RUNNER",
  "BELFRY_ATTEMPT",
]);

/** Whether a variable means something to somebody else: a client, a runner, a test, or Kubernetes. */
export function isForOthers(variable: string, value: string): boolean {
  if (variable.startsWith("BELFRY_SECRET_")) return true; // A secret, for the provider `environment`.
  return others.has(variable) || /^BELFRY_(TEST|PARAM)_/.test(variable) || isServiceLink(variable, value);
}

/** Kubernetes sets these in each container, for a service that is named belfry: `BELFRY_PORT=tcp://10.0.0.7:7717`. */
function isServiceLink(variable: string, value: string): boolean {
  if (variable.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(value)) return true;
  return /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(variable);
}

function words(setting: Setting): string[] {
  return setting.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}

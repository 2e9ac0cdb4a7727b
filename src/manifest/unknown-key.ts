import { nearestName } from "../core/nearest-name.js";
import type { KeyPath } from "./problem.js";
import { defaultsShape, entryShape, manifestShape } from "./shapes.js";

// What other schedulers call it.
const otherWords: Record<string, string> = {
  cmd: "run",
  command: "run",
  script: "run",
  exec: "run",
  schedule: "cron",
  tz: "timezone",
  dir: "cwd",
  directory: "cwd",
  working_directory: "cwd",
  workdir: "cwd",
  concurrency: "overlap",
  concurrency_policy: "overlap",
  disabled: "enabled",
  paused: "enabled",
  suspend: "enabled",
  jobs: "schedules",
};

/** The words for a key that the map at `path` does not have. */
export function unknownKey(key: string, path: KeyPath): string {
  if (key === "<<") return "Merge keys are not read. Write the keys out, or put them under defaults.";
  const known = knownAt(path);
  const meant = meantBy(key, known);
  const hint = meant === null ? "" : ` Did you mean "${meant}"?`;
  return `There is no key ${JSON.stringify(key)} here.${hint} The keys are ${known.join(", ")}.`;
}

function meantBy(key: string, known: readonly string[]): string | null {
  const other = Object.hasOwn(otherWords, key) ? otherWords[key]! : "";
  return known.includes(other) ? other : nearestName(key.replaceAll(/[-_]/g, ""), known);
}

function knownAt(path: KeyPath): string[] {
  if (path.length === 0) return Object.keys(manifestShape.shape);
  return Object.keys(path[0] === "defaults" ? defaultsShape.shape : entryShape.shape);
}

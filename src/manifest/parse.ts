import { dirname, resolve } from "node:path";
import { type ScheduleDefinition, scheduleDefaults } from "../core/schedule.js";
import { readDocument } from "./document.js";
import { nameProblems, shapeProblems } from "./shape-problems.js";
import { ManifestError, type ManifestProblem } from "./problem.js";
import { maxManifestBytes, tooLarge } from "./read.js";
import { type ManifestDefaults, type ManifestEntry, manifestShape } from "./shapes.js";

/**
 * Reads a manifest, whose relative folders are taken from the folder of `file`. Throws a ManifestError
 * (`invalid_manifest`) that names every problem with its line, column and key, and what would be right.
 */
export function parseManifest(text: string, file: string): ScheduleDefinition[] {
  checkText(text, file);
  const document = readDocument(text, file);
  if (document.value === null) throw empty(file);
  const parsed = manifestShape.safeParse(document.value);
  const problems = [...document.badKeys, ...nameProblems(document.value, document.problemAt)];
  if (!parsed.success) problems.push(...shapeProblems(parsed.error.issues, document.problemAt));
  if (!parsed.success || problems.length > 0) throw new ManifestError(file, inOrder(problems));
  const { defaults = {}, schedules } = parsed.data;
  const folder = dirname(resolve(file));
  return Object.entries(schedules).map(([name, entry]) => toDefinition(name, entry, defaults, folder));
}

function toDefinition(
  name: string,
  entry: ManifestEntry,
  defaults: ManifestDefaults,
  folder: string,
): ScheduleDefinition {
  const { timezone, overlap, timeoutSec, enabled } = scheduleDefaults;
  return {
    name,
    description: entry.description ?? scheduleDefaults.description,
    cron: entry.cron ?? null,
    timezone: entry.timezone ?? defaults.timezone ?? timezone,
    overlap: entry.overlap ?? defaults.overlap ?? overlap,
    timeoutSec: entry.timeout ?? defaults.timeout ?? timeoutSec,
    run: entry.run,
    cwd: resolve(folder, entry.cwd ?? defaults.cwd ?? "."),
    env: { ...defaults.env, ...entry.env },
    installationId: entry.github_installation ?? scheduleDefaults.installationId,
    enabled: entry.enabled ?? defaults.enabled ?? enabled,
  };
}

function checkText(text: string, file: string): void {
  if (text.length > maxManifestBytes) throw atTheTop(file, `This cannot be read: ${tooLarge(text.length)}`);
  const nul = text.indexOf("\0");
  if (nul === -1) return;
  const before = text.slice(0, nul).split("\n");
  const message = "This is not a text file: it has a NUL character here. A manifest is a YAML file.";
  throw new ManifestError(file, [
    { line: before.length, column: before.at(-1)!.length + 1, path: "", message },
  ]);
}

function empty(file: string): ManifestError {
  return atTheTop(file, "The manifest is empty. Begin it with version: 1, and put schedules: below.");
}

function atTheTop(file: string, message: string): ManifestError {
  return new ManifestError(file, [{ line: 1, column: 1, path: "", message }]);
}

function inOrder(problems: ManifestProblem[]): ManifestProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

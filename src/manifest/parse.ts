import type { ScheduleDefinition } from "../core/schedule.js";
import { type Calendars, calendarProblems } from "./calendars.js";
import { cronProblems } from "./cron-problems.js";
import { definitionsOf } from "./definitions.js";
import { type ManifestDocument, readDocument } from "./document.js";
import { ManifestError, type ManifestProblem } from "./problem.js";
import { readShapes } from "./read-shapes.js";
import { maxManifestBytes, tooLarge } from "./read.js";
import { nameProblems } from "./shape-problems.js";

/**
 * Reads a manifest, whose relative paths are taken from the folder of `file`; `calendars` has those that it names. Throws a
 * ManifestError (`invalid_manifest`) that names every problem with its line, column and key, and what would be right.
 */
export function parseManifest(
  text: string,
  file: string,
  calendars: Calendars = new Map(),
): ScheduleDefinition[] {
  checkText(text, file);
  const document = readDocument(text, file);
  if (document.value === null) throw empty(file);
  const { definitions, problems } = readDefinitions(document, file, calendars);
  if (problems.length > 0) throw new ManifestError(file, inOrder(problems));
  return definitions;
}

function readDefinitions(
  { value, badKeys, problemAt }: ManifestDocument,
  file: string,
  calendars: Calendars,
) {
  const { entries, defaults, problems } = readShapes(value, problemAt);
  const apart = [
    ...badKeys,
    ...problems,
    ...nameProblems(value, problemAt),
    ...cronProblems(value, problemAt),
    ...calendarProblems(value, problemAt, { file, calendars }),
  ];
  if (defaults === null) return { definitions: [], problems: apart };
  const together = definitionsOf({ file, defaults, entries, calendars }, problemAt);
  return { ...together, problems: [...apart, ...together.problems] };
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

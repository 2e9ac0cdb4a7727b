import type { ScheduleDefinition } from "../core/schedule.js";
import { calendarPaths, type CalendarTexts, openCalendars } from "./calendars.js";
import { readDocument } from "./document.js";
import { parseManifest } from "./parse.js";
import { ManifestError } from "./problem.js";
import { readManifest, tryReadCalendar } from "./read.js";

/** All that a manifest says: its text, and those of the calendars that it names. */
export interface ManifestSources {
  text: string;
  calendars: CalendarTexts;
}

/**
 * Reads a manifest and its calendars. Throws `invalid_manifest` if the manifest itself cannot be read. If its text is
 * the one that was read before, it is not searched for calendars again.
 */
export async function readSources(
  file: string,
  before: ManifestSources | null = null,
): Promise<ManifestSources> {
  const text = await readManifest(file);
  const paths = text === before?.text ? [...before.calendars.keys()] : pathsIn(text, file);
  const texts = await Promise.all(paths.map(tryReadCalendar));
  return { text, calendars: new Map(paths.map((path, index) => [path, texts[index]!])) };
}

/** Whether two sources say the same, or fail for the same reasons. */
export function areSameSources(one: ManifestSources, other: ManifestSources): boolean {
  if (one.text !== other.text) return false;
  const calendars = [...one.calendars];
  return calendars.every(([path, said]) => String(said) === String(other.calendars.get(path)));
}

/** `parseManifest` of the sources; their calendars are read for the years around `now`. */
export function parseSources(
  { text, calendars }: ManifestSources,
  file: string,
  now: Date,
): ScheduleDefinition[] {
  return parseManifest(text, file, openCalendars(calendars, now));
}

/** Reads the manifest in a file with all that it names; see `parseManifest`. */
export async function loadManifest(file: string, now: Date): Promise<ScheduleDefinition[]> {
  return parseSources(await readSources(file), file, now);
}

/** A text that is no YAML names no calendar; what is wrong with it is told when it is parsed. */
function pathsIn(text: string, file: string): string[] {
  if (!text.includes("calendar")) return [];
  try {
    return calendarPaths(readDocument(text, file).value, file);
  } catch (error) {
    if (error instanceof ManifestError) return [];
    throw error;
  }
}

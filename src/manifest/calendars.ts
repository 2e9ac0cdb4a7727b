import { dirname, resolve } from "node:path";
import type { Blackout } from "../core/blackout/blackout.js";
import { BelfryError } from "../core/errors.js";
import { blackoutMapShape } from "./blackout-shape.js";
import { type CalendarYears, readCalendar } from "./calendar/calendar-file.js";
import type { ManifestDocument } from "./document.js";
import type { KeyPath, ManifestProblem } from "./problem.js";
import { schedulesIn } from "./schedules-in.js";

/** The text of each calendar that a manifest names, by absolute path, or why it cannot be read. */
export type CalendarTexts = ReadonlyMap<string, string | BelfryError>;

/** The blackouts of each calendar, by absolute path, or why there are none. */
export type Calendars = ReadonlyMap<string, readonly Blackout[] | BelfryError>;

/** Reads calendars for the years around an instant: from the year before it to the tenth after it. */
export function openCalendars(texts: CalendarTexts, now: Date): Calendars {
  const year = now.getUTCFullYear();
  const years = { fromYear: year - 1, toYear: year + 10 };
  return new Map([...texts].map(([path, text]) => [path, openCalendar(path, text, years)]));
}

function openCalendar(path: string, text: string | BelfryError, years: CalendarYears) {
  if (typeof text !== "string") return text;
  try {
    return readCalendar(text, years);
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    return new BelfryError(error.code, `In ${path}: ${error.message}`, { cause: error });
  }
}

/** The absolute path of a calendar that stands in a manifest. */
export function calendarPath(file: string, calendar: string): string {
  return resolve(dirname(resolve(file)), calendar);
}

/** The absolute paths of the calendars that a manifest names, each once. */
export function calendarPaths(value: unknown, file: string): string[] {
  return [...new Set(calendarsIn(value).map(({ calendar }) => calendarPath(file, calendar)))];
}

/** The calendars that cannot be used, each where it is named. */
export function calendarProblems(
  value: unknown,
  problemAt: ManifestDocument["problemAt"],
  { file, calendars }: { file: string; calendars: Calendars },
): ManifestProblem[] {
  return calendarsIn(value).flatMap(({ path, calendar }) => {
    const found = calendars.get(calendarPath(file, calendar));
    if (found === undefined) return [problemAt(path, "Calendars cannot be read here. Write the days out.")];
    return found instanceof BelfryError ? [problemAt(path, found.message)] : [];
  });
}

/** The calendars of what a manifest holds, right or not. */
function calendarsIn(value: unknown): { path: KeyPath; calendar: string }[] {
  const defaults = (value as { defaults?: unknown } | null)?.defaults;
  const ofSchedules = schedulesIn(value).flatMap(([name, entry]) => calendarsOf(entry, ["schedules", name]));
  return [...calendarsOf(defaults, ["defaults"]), ...ofSchedules];
}

function calendarsOf(entry: unknown, above: KeyPath): { path: KeyPath; calendar: string }[] {
  const blackouts = (entry as { blackouts?: unknown } | null | undefined)?.blackouts;
  if (!Array.isArray(blackouts)) return [];
  return blackouts.flatMap((item: unknown, index) => {
    const { data } = typeof item === "object" ? blackoutMapShape.safeParse(item) : {};
    if (data?.calendar === undefined) return [];
    return [{ path: [...above, "blackouts", index, "calendar"], calendar: data.calendar }];
  });
}

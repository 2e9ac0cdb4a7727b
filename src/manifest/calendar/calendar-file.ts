import ICAL from "ical.js";
import type { Blackout } from "../../core/blackout/blackout.js";
import { BelfryError, messageOf } from "../../core/errors.js";
import { type EventReader, replacedIn, stretchesOf } from "./event.js";
import { type CalendarPart, partsNamed, textOf } from "./parts.js";
import { checkNesting, linesOf, type NumberedLine } from "./text.js";
import { calendarError } from "./time.js";
import { titleOf, whenOf } from "./when.js";
import { clocksOf } from "./zone.js";

/** The years of which a calendar is read, both within; from 1900 to 2199. */
export interface CalendarYears {
  readonly fromYear: number;
  readonly toYear: number;
}

/** A blackout, and where it stands among the others. */
interface Placed extends Blackout {
  readonly startSec: number;
}

const mostBlackouts = 1000;
const mostEffort = 2_000_000;
const longestShown = 80;

/**
 * The blackouts that an iCalendar file (RFC 5545) means in some years, in order, equal ones once: its events, but for
 * those that are cancelled or, with times of day, free. All-day events are dates in the schedule's zone; those with times
 * are instants or, where they name no zone, times on the schedule's clock. Throws `invalid_manifest` for text that is no
 * calendar, for what is not read here, and for more than 1,000 blackouts.
 */
export function readCalendar(text: string, years: CalendarYears): Blackout[] {
  const found = new Map<string, Placed>();
  for (const placed of placedIn(text, years)) {
    found.set(`${placed.when} ${placed.reason}`, placed);
    if (found.size > mostBlackouts) throw tooMany(years);
  }
  return [...found.values()].toSorted(inOrder).map(({ when, reason }) => ({ when, reason }));
}

function* placedIn(text: string, { fromYear, toYear }: CalendarYears): Generator<Placed> {
  const effort = { left: mostEffort };
  const span = { fromSec: secOfYear(fromYear), toSec: secOfYear(toYear + 1) - 1, effort };
  for (const calendar of calendarsIn(text)) {
    const events = partsNamed(calendar, "vevent");
    const reader = { clockNamed: clocksOf(calendar, effort), span, replaced: replacedIn(events) };
    for (const event of events) yield* placedOf(event, reader);
  }
}

/** The blackouts of an event, as far as they are in the years that are asked for. */
function* placedOf(event: CalendarPart, reader: EventReader): Generator<Placed> {
  const { fromSec, toSec } = reader.span;
  const reason = titleOf(event);
  try {
    for (const stretch of stretchesOf(event, reader)) {
      const { startSec, endSec } = stretch;
      if (startSec <= toSec && endSec > fromSec) yield { startSec, when: whenOf(stretch), reason };
    }
  } catch (error) {
    throw ofEvent(error, reason ?? textOf(event, "uid") ?? "without a title");
  }
}

function calendarsIn(text: string): CalendarPart[] {
  const plain = text.replace(/^\uFEFF/, "");
  const lines = linesOf(plain);
  checkNesting(lines);
  try {
    const parsed = ICAL.parse(plain) as CalendarPart | CalendarPart[];
    return isPart(parsed) ? [parsed] : parsed;
  } catch (error) {
    throw unreadable(lines, error);
  }
}

function isPart(parsed: CalendarPart | CalendarPart[]): parsed is CalendarPart {
  return typeof parsed[0] === "string";
}

/** The library does not say in which line it failed; so each is read alone. */
function unreadable(lines: readonly NumberedLine[], cause: unknown): BelfryError {
  const bad = lines.find(({ text }) => !isReadable(text));
  if (bad === undefined) return calendarError(`The calendar cannot be read: ${messageOf(cause)}.`);
  const shown = bad.text.length > longestShown ? `${bad.text.slice(0, longestShown)}…` : bad.text;
  return calendarError(`Line ${bad.number} of the calendar cannot be read: ${JSON.stringify(shown)}.`);
}

function isReadable(line: string): boolean {
  if (/^(BEGIN|END):/i.test(line)) return true;
  try {
    ICAL.parse.property(line);
    return true;
  } catch {
    return false;
  }
}

function ofEvent(error: unknown, name: string): unknown {
  if (!(error instanceof BelfryError)) return error;
  return calendarError(`The event ${JSON.stringify(name)} cannot be used: ${error.message}`);
}

function tooMany({ fromYear, toYear }: CalendarYears): BelfryError {
  const right = "Take events out, or write what comes each week as SAT-SUN or MON-FRI 09:00-17:00.";
  const many = `The calendar has more than ${mostBlackouts} blackouts from ${fromYear} to ${toYear}`;
  return calendarError(`${many}. ${right}`);
}

function secOfYear(year: number): number {
  return Date.UTC(year, 0, 1) / 1000;
}

function inOrder(a: Placed, b: Placed): number {
  if (a.startSec !== b.startSec) return a.startSec - b.startSec;
  return `${a.when} ${a.reason}` < `${b.when} ${b.reason}` ? -1 : 1;
}

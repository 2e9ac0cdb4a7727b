import { daySec } from "../../core/clock/calendar.js";
import { BelfryError } from "../../core/errors.js";
import { type CalendarLine, type CalendarPart, linesNamed, textOf } from "./parts.js";

/** The wall clock of a zone: the first instant at which it shows a time, or in a gap a later one. In seconds from 1970. */
export interface CalendarClock {
  instantOf(localSec: number): number;
}

/** A day or a second as a calendar writes it, counted on its own clock; null: the clock of whoever reads it. */
export interface CalendarTime {
  readonly isDay: boolean;
  readonly localSec: number;
  readonly clock: CalendarClock | null;
}

/** Whole days on the wall clock, then seconds that pass. */
export interface CalendarLength {
  readonly days: number;
  readonly seconds: number;
}

/** The clock that a calendar means by a `TZID`. */
export type ClockNamed = (tzid: string) => CalendarClock;

const utc: CalendarClock = { instantOf: (localSec) => localSec };

const duration = /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The instant of a time, or where it has no clock its count on the wall clock. */
export function secondsOf({ clock, localSec }: CalendarTime): number {
  return clock === null ? localSec : clock.instantOf(localSec);
}

/** A calendar that does not obey RFC 5545, or says what is not read here. */
export function calendarError(message: string): BelfryError {
  return new BelfryError("invalid_manifest", message);
}

/** The time of the first line of a name; null if there is none. */
export function findTime(part: CalendarPart, name: string, clockNamed: ClockNamed): CalendarTime | null {
  const [line] = linesNamed(part, name);
  return line === undefined ? null : (timesIn(line, clockNamed, null)[0] ?? null);
}

/** The times of a line; those that name no clock are on `clock`. */
export function timesIn(
  line: CalendarLine,
  clockNamed: ClockNamed,
  clock: CalendarClock | null,
): CalendarTime[] {
  const [name, { tzid }, , ...values] = line;
  return values.map((value) => {
    const { isDay, localSec, isUtc } = readTime(name, value);
    if (isDay) return { isDay, localSec, clock: null };
    if (isUtc) return { isDay, localSec, clock: utc };
    return { isDay, localSec, clock: typeof tzid === "string" ? clockNamed(tzid) : clock };
  });
}

/** Reads `2026-12-24`, `2026-12-24T18:00:00` or the same with `Z`; `name` is the line's. */
export function readTime(name: string, value: unknown): { isDay: boolean; isUtc: boolean; localSec: number } {
  // Some programs leave VALUE=DATE out: the library then reads 20261224 as a time without digits.
  const text = typeof value === "string" ? value.replace(/T::$/, "") : "";
  const bare = text.replace(/Z$/, "");
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/.test(bare)
    ? Date.parse(`${bare}${isDate(bare) ? "" : "Z"}`)
    : NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(bare)) {
    throw calendarError(`its ${name.toUpperCase()} is no date or time that there is.`);
  }
  return { isDay: isDate(bare), isUtc: text.endsWith("Z"), localSec: ms / 1000 };
}

function isDate(text: string): boolean {
  return !text.includes("T");
}

/** How long an event is, by its `DTEND` or `DURATION`; without both a day, or for a time nothing. */
export function lengthOf(event: CalendarPart, start: CalendarTime, clockNamed: ClockNamed): CalendarLength {
  const end = findTime(event, "dtend", clockNamed);
  const length =
    end === null ? writtenLength(event) : { days: 0, seconds: secondsOf(end) - secondsOf(start) };
  if (!start.isDay) return length;
  // Some programs end a day on itself.
  return { days: Math.max(1, Math.ceil(length.days + length.seconds / daySec)), seconds: 0 };
}

function writtenLength(event: CalendarPart): CalendarLength {
  const written = textOf(event, "duration") ?? "PT0S";
  const match = duration.exec(written);
  if (match === null) throw calendarError("its DURATION cannot be read.");
  const [weeks, days, hours, minutes, seconds] = match.slice(2).map((digits) => Number(digits ?? 0));
  const sign = match[1] === "-" ? -1 : 1;
  return { days: sign * (weeks! * 7 + days!), seconds: sign * (hours! * 3600 + minutes! * 60 + seconds!) };
}

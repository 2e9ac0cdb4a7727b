import { blackoutError } from "./error.js";
import { daySec, monthLength } from "../clock/calendar.js";
import { readInstant, type WrittenInstant } from "../clock/zoned-instant.js";

/** Days of each year, counted in a leap year from 0. Both are within; the last may be in the next year. */
export interface YearlyDays {
  readonly kind: "yearly";
  readonly firstDay: number;
  readonly lastDay: number;
}

/** A stretch that comes once: on the wall clock in seconds from 1970 (`clock`), or in milliseconds (`instants`). */
export interface OnceStretch {
  readonly kind: "clock" | "instants";
  readonly start: number;
  readonly end: number;
}

const aLeapYear = 2028;
const yearly = /^(\d\d)-(\d\d)(?: ?- ?(\d\d)-(\d\d))?$/;
const fromTo = /^(\d{4}-.+?) ?- ?(\d{4}-\d\d-\d\d(?!\d).*)$/;

/** Reads `12-25` or `12-24 - 01-01`, with single blanks. */
export function readYearly(when: string): YearlyDays {
  const match = yearly.exec(when);
  if (match === null) throw notYearly(when);
  const firstDay = dayOfLeapYear(when, match[1]!, match[2]!);
  const lastDay = match[3] === undefined ? firstDay : dayOfLeapYear(when, match[3], match[4]!);
  return { kind: "yearly", firstDay, lastDay };
}

/** Reads `2026-12-25`, `2026-12-24 - 2027-01-01` or `2026-12-24T18:00 - 2026-12-26T06:00`, with single blanks. */
export function readOnce(when: string): OnceStretch {
  const [from, to] = sidesOf(when);
  const [start, end] = [readInstant(from), readInstant(to)];
  if (from === to && start.kind !== "day") throw notAStretch(when);
  if ((start.kind === "instant") !== (end.kind === "instant")) {
    const right = "Write it at both, or at neither for the schedule's own zone.";
    throw blackoutError(when, "Z or an offset stands at one end only", right);
  }
  const stretch = { start: startOf(start), end: endOf(end) };
  if (stretch.end <= stretch.start) throw endsTooSoon(when, stretch);
  return { kind: start.kind === "instant" ? "instants" : "clock", ...stretch };
}

/** What stands before and after the `-` of a range; a text without one is both. */
function sidesOf(when: string): [from: string, to: string] {
  const match = fromTo.exec(when);
  if (match !== null) return [match[1]!, match[2]!];
  const [from, to] = when.split(" - ");
  if (to === undefined) return [when, when];
  const right = `Write all of it, as in ${from!.slice(0, 10)} - ${aLeapYear}-01-01.`;
  throw blackoutError(when, `The end ${to} has no date with a year`, right);
}

function startOf(written: WrittenInstant): number {
  return written.kind === "instant" ? written.ms : written.localSec;
}

function endOf(written: WrittenInstant): number {
  return written.kind === "day" ? written.localSec + daySec : startOf(written);
}

function notAStretch(when: string): Error {
  const right = "Write from when until when, as in 2026-12-24T18:00 - 2026-12-26T06:00.";
  return blackoutError(when, "This is one instant, or no length of time", right);
}

function endsTooSoon(when: string, { start, end }: { start: number; end: number }): Error {
  if (start === end) return notAStretch(when);
  return blackoutError(when, "The end comes before the beginning", "Write the earlier one first.");
}

function dayOfLeapYear(when: string, month: string, day: string): number {
  const fits = isDay(Number(month), Number(day));
  if (!fits) {
    const turned = isDay(Number(day), Number(month));
    const right = turned ? `Did you mean ${day}-${month}?` : "The month comes first, as in 12-25.";
    throw blackoutError(when, `${month}-${day} is not a day of the year`, right);
  }
  return (Date.UTC(aLeapYear, Number(month) - 1, Number(day)) - Date.UTC(aLeapYear, 0, 1)) / (daySec * 1000);
}

function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(aLeapYear, month);
}

function notYearly(when: string): Error {
  const right = "Write days of each year as 12-25 or 12-24 - 01-01, and times of day as 09:00-17:00.";
  return blackoutError(when, "This is neither days of the year nor times of day", right);
}

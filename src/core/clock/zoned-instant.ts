import { daySec, firstYear, lastYear, monthLength } from "./calendar.js";
import { BelfryError } from "../errors.js";
import { type Zone, zoneOf } from "./zone.js";

/** What a text names: an instant as it stands, a time on whatever wall clock is meant, or a whole day there. */
export type WrittenInstant =
  | { readonly kind: "instant"; readonly ms: number }
  | { readonly kind: "time"; readonly localSec: number }
  | { readonly kind: "day"; readonly localSec: number };

const longestShown = 60;

// 2026-12-24, 2026-12-24T18:00, 2026-12-24 18:00:30, 2026-12-24T18:00:30.5Z, 2026-12-24T18:00-05:00
const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:(?:T| +)(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9})(?=[Z+-]))?)?(Z|([+-])(\d\d):?(\d\d)?)?)?$/i;

/**
 * The instant that a text names in a zone: one with `Z` or an offset as it stands; one without on the zone's wall clock,
 * where a time that a clock change left out is the first instant after the gap; one that came twice is the first with
 * `start`, and the last with `end`; a date is its day's first millisecond with `start`, and its last with `end`. The years are 1900 to 2199. Throws
 * `invalid_request` for any other text and for a day that the zone skipped, `invalid_timezone` for an unknown zone.
 */
export function instantIn(text: string, timeZone: string, edge: "start" | "end"): Date {
  const written = readInstant(text);
  if (written.kind === "instant") return new Date(written.ms);
  const zone = zoneOf(timeZone);
  const startMs = 1000 * firstInstantOf(zone, written.localSec);
  if (written.kind === "time") {
    return new Date(edge === "start" ? startMs : 1000 * lastInstantOf(zone, written.localSec));
  }
  const nextDayMs = 1000 * firstInstantOf(zone, written.localSec + daySec);
  if (nextDayMs === startMs) throw skippedDay(text, timeZone);
  return new Date(edge === "start" ? startMs : nextDayMs - 1);
}

/** Reads a text in one of the forms of `instantIn`, before a zone is known; throws `invalid_request` for any other. */
export function readInstant(text: string): WrittenInstant {
  const written = text.trim();
  const match = form.exec(written);
  if (match === null) throw noInstant(written);
  const dateSec = dateSecOf(match, written);
  if (match[4] === undefined) return { kind: "day", localSec: dateSec };
  const localSec = dateSec + timeSecOf(match[4], match[5]!, match[6] ?? "0", written);
  if (match[8] === undefined) return { kind: "time", localSec };
  const fractionMs = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  return { kind: "instant", ms: (localSec - offsetSecOf(match, written)) * 1000 + fractionMs };
}

/** A time of day in seconds; `24:00` is the end of the day. Throws `invalid_request` for what no clock shows. */
export function timeSecOf(hour: string, minute: string, second: string, written: string): number {
  if (Number(hour) === 24 && Number(minute) === 0 && Number(second) === 0) return daySec;
  checkRange(written, "Hour", hour, "00-23");
  checkRange(written, "Minute", minute, "00-59");
  checkRange(written, "Second", second, "00-59");
  return Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

/** The first second at which the zone's wall clock shows a time, or in a gap a later one; both counted from 1970. */
export function firstInstantOf(zone: Zone, localSec: number): number {
  let index = zone.segmentAt(localSec - daySec);
  while (zone.segments[index]!.localEnd <= localSec) index += 1;
  const { startSec, offsetSec } = zone.segments[index]!;
  return Math.max(startSec, localSec - offsetSec);
}

/** The last second at which the zone's wall clock shows a time, or in a gap the first that shows a later one. */
export function lastInstantOf(zone: Zone, localSec: number): number {
  let index = zone.segmentAt(localSec + daySec);
  while (zone.segments[index]!.localStart > localSec) index -= 1;
  const { endSec, offsetSec } = zone.segments[index]!;
  return Math.min(endSec, localSec - offsetSec);
}

function dateSecOf([, year, month, day]: RegExpExecArray, written: string): number {
  checkRange(written, "Year", year!, `${firstYear}-${lastYear}`);
  checkRange(written, "Month", month!, "01-12");
  checkRange(written, "Day", day!, `01-${monthLength(Number(year), Number(month))}`);
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000;
}

function offsetSecOf(
  [, , , , , , , , zone, sign, hours, minutes = "0"]: RegExpExecArray,
  written: string,
): number {
  if (zone === "Z" || zone === "z") return 0;
  checkRange(written, "The offset's hour", hours!, "00-23");
  checkRange(written, "The offset's minute", minutes, "00-59");
  return (sign === "-" ? -60 : 60) * (Number(hours) * 60 + Number(minutes));
}

function checkRange(written: string, what: string, value: string, range: string): void {
  const [low, high] = range.split("-").map(Number);
  if (Number(value) >= low! && Number(value) <= high!) return;
  throw wrong(`${what} ${value} is out of range ${range} in "${written}".`);
}

function noInstant(written: string): BelfryError {
  const shown = written.length > longestShown ? `${written.slice(0, longestShown)}…` : written;
  const forms = "2026-12-24T18:00:00Z, 2026-12-24T18:00 on the zone's clock, or 2026-12-24 for a whole day";
  return wrong(`${JSON.stringify(shown)} is not an instant. Write it as ${forms}.`);
}

function skippedDay(text: string, timeZone: string): BelfryError {
  return wrong(
    `${timeZone} had no ${text.trim()}: its clocks skipped that day. Write the day before or after.`,
  );
}

function wrong(message: string): BelfryError {
  return new BelfryError("invalid_request", message);
}

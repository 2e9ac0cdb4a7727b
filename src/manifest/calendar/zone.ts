import { calendarEndSec, earliestSec } from "../../core/clock/calendar.js";
import { BelfryError } from "../../core/errors.js";
import { firstInstantOf } from "../../core/clock/zoned-instant.js";
import { zoneOf } from "../../core/clock/zone.js";
import { type CalendarPart, partsNamed, textOf } from "./parts.js";
import type { Effort } from "./recurrence.js";
import { seriesOf } from "./series.js";
import { type CalendarClock, calendarError, type ClockNamed, findTime } from "./time.js";

/** From an instant on, an offset from UTC; all in seconds. */
interface Onset {
  readonly atSec: number;
  readonly beforeSec: number;
  readonly offsetSec: number;
}

/** The clocks of a calendar: a zone that it describes is as described, another is that of the IANA database. */
export function clocksOf(calendar: CalendarPart, effort: Effort): ClockNamed {
  const described = new Map(partsNamed(calendar, "vtimezone").map((part) => [textOf(part, "tzid"), part]));
  const clocks = new Map<string, CalendarClock>();
  return (tzid) => {
    const part = described.get(tzid);
    const clock = clocks.get(tzid) ?? (part === undefined ? ianaClock(tzid) : describedClock(part, effort));
    clocks.set(tzid, clock);
    return clock;
  };
}

function ianaClock(tzid: string): CalendarClock {
  try {
    const zone = zoneOf(tzid);
    return { instantOf: (localSec) => firstInstantOf(zone, localSec) };
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    throw calendarError(`the calendar does not describe its zone, and ${error.message}`);
  }
}

function describedClock(zone: CalendarPart, effort: Effort): CalendarClock {
  const onsets = partsNamed(zone, "standard", "daylight").flatMap((part) => onsetsOf(part, effort));
  const [first, ...later] = onsets.toSorted((a, b) => a.atSec - b.atSec);
  if (first === undefined) throw calendarError("the calendar names its zone, but does not describe it.");
  const segments = [{ ...first, atSec: -Infinity, offsetSec: first.beforeSec }, first, ...later];
  return { instantOf: (localSec) => firstShowing(segments, localSec) };
}

/** The first instant at which the clock shows a time or a later one. */
function firstShowing(segments: readonly Onset[], localSec: number): number {
  const index = segments.findIndex(
    ({ offsetSec }, index) => (segments[index + 1]?.atSec ?? Infinity) + offsetSec > localSec,
  );
  const { atSec, offsetSec } = segments[index]!;
  return Math.max(atSec, localSec - offsetSec);
}

/** When the clocks were or will be set so, in the years of the calendar. */
function onsetsOf(part: CalendarPart, effort: Effort): Onset[] {
  const beforeSec = offsetOf(part, "tzoffsetfrom");
  const offsetSec = offsetOf(part, "tzoffsetto");
  const before: CalendarClock = { instantOf: (localSec) => localSec - beforeSec };
  const start = findTime(part, "dtstart", () => before);
  if (start === null) throw calendarError("its zone has a clock change without DTSTART.");
  const span = { fromSec: earliestSec, toSec: calendarEndSec, effort };
  const times = [...seriesOf(part, { ...start, clock: before }, () => before, span)];
  return times.map(({ clock, localSec }) => ({
    atSec: (clock ?? before).instantOf(localSec),
    beforeSec,
    offsetSec,
  }));
}

/** Reads `+01:00` or `-00:44:30`. */
function offsetOf(part: CalendarPart, name: string): number {
  const match = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(textOf(part, name) ?? "");
  if (match === null)
    throw calendarError(`its zone has a clock change whose ${name.toUpperCase()} cannot be read.`);
  const [, sign, hours, minutes, seconds = "0"] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}

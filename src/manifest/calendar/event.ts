import { daySec } from "../../core/clock/calendar.js";
import { type CalendarLine, type CalendarPart, linesNamed, textOf } from "./parts.js";
import { spend } from "./recurrence.js";
import { seriesOf, type Span } from "./series.js";
import {
  calendarError,
  type CalendarTime,
  type ClockNamed,
  findTime,
  lengthOf,
  secondsOf,
  timesIn,
} from "./time.js";

/** A time that an event takes: whole days or times on the clock of whoever reads it, or instants. In seconds from 1970. */
export interface CalendarStretch {
  readonly kind: "days" | "times" | "instants";
  readonly startSec: number;
  readonly endSec: number;
}

/** What is known while the events of a calendar are read. */
export interface EventReader {
  readonly clockNamed: ClockNamed;
  readonly span: Span;
  /** The occurrences of each series, by UID, in whose place the calendar has events of their own. */
  readonly replaced: ReadonlyMap<string, readonly CalendarPart[]>;
}

/** The stretches of an event, in no order; some may be outside the span, and some the same. None if it is cancelled. */
export function* stretchesOf(event: CalendarPart, reader: EventReader): Generator<CalendarStretch> {
  const { clockNamed, span } = reader;
  if (isWord(event, "status", "CANCELLED")) return;
  const start = findTime(event, "dtstart", clockNamed);
  if (start === null) throw calendarError("it has no DTSTART.");
  // Calendars of holidays call their days free, so that they block nobody's appointments: they are what is wanted here.
  if (isWord(event, "transp", "TRANSPARENT") && !start.isDay) return;
  const length = lengthOf(event, start, clockNamed);
  if (length.days < 0 || length.seconds < 0) throw calendarError("it ends before it begins.");
  const lengthSec = length.days * daySec + length.seconds;
  const isLeftOut = leftOutOf(event, start, reader);
  const times = seriesOf(event, start, clockNamed, { ...span, fromSec: span.fromSec - lengthSec });
  for (const time of times) {
    if (lengthSec === 0 || isLeftOut(time)) continue;
    const endSec = secondsOf({ ...time, localSec: time.localSec + length.days * daySec }) + length.seconds;
    yield { kind: kindOf(time), startSec: secondsOf(time), endSec };
  }
}

/** The occurrences that others stand for, by UID. */
export function replacedIn(events: readonly CalendarPart[]): Map<string, CalendarPart[]> {
  const replaced = new Map<string, CalendarPart[]>();
  for (const event of events) {
    const uid = textOf(event, "uid");
    if (uid === null || linesNamed(event, "recurrence-id").length === 0) continue;
    const others = replaced.get(uid);
    if (others === undefined) replaced.set(uid, [event]);
    else others.push(event);
  }
  return replaced;
}

function isWord(event: CalendarPart, name: string, word: string): boolean {
  return textOf(event, name)?.toUpperCase() === word;
}

function kindOf({ isDay, clock }: CalendarTime): CalendarStretch["kind"] {
  if (isDay) return "days";
  return clock === null ? "times" : "instants";
}

/** Whether `EXDATE`, or the `RECURRENCE-ID` of another event, takes a time out of the series. A date takes a whole day. */
function leftOutOf(
  event: CalendarPart,
  start: CalendarTime,
  { clockNamed, replaced, span }: EventReader,
): (time: CalendarTime) => boolean {
  const isReplacement = linesNamed(event, "recurrence-id").length > 0;
  const replacements = isReplacement ? [] : (replaced.get(textOf(event, "uid") ?? "") ?? []);
  const lines = [...linesNamed(event, "exdate"), ...replacements.flatMap(recurrenceIdOf)];
  spend(span.effort, lines.length);
  const out = lines.flatMap((line) => timesIn(line, clockNamed, start.clock));
  const days = new Set(out.filter(({ isDay }) => isDay).map(({ localSec }) => localSec));
  const seconds = new Set(out.filter(({ isDay }) => !isDay).map(secondsOf));
  return (time) => seconds.has(secondsOf(time)) || days.has(Math.floor(time.localSec / daySec) * daySec);
}

function recurrenceIdOf(event: CalendarPart): CalendarLine[] {
  const lines = linesNamed(event, "recurrence-id");
  if (lines.some(([, { range }]) => range !== undefined)) {
    throw calendarError("an event changes it with RANGE=THISANDFUTURE, which is not read here.");
  }
  return lines;
}

import { daySec } from "../../core/clock/calendar.js";
import { type CalendarPart, linesNamed } from "./parts.js";
import { type Effort, timesOf } from "./recurrence.js";
import { type CalendarRule, readRule } from "./rule.js";
import { calendarError, type CalendarTime, type ClockNamed, secondsOf, timesIn } from "./time.js";

/** From when until when a series is asked for, in seconds on its own wall clock, and what that may cost. */
export interface Span {
  readonly fromSec: number;
  readonly toSec: number;
  readonly effort: Effort;
}

/** All times of what begins at `start`, by its `RRULE` and `RDATE`; a time may come twice, and some before the span. */
export function* seriesOf(
  part: CalendarPart,
  start: CalendarTime,
  clockNamed: ClockNamed,
  span: Span,
): Generator<CalendarTime> {
  if (linesNamed(part, "exrule").length > 0) throw calendarError("it has an EXRULE, which is not read here.");
  const rules = linesNamed(part, "rrule");
  if (rules.length === 0) yield start;
  for (const [, , , rule] of rules) yield* byRule(readRule(rule, start), start, span);
  for (const line of linesNamed(part, "rdate")) {
    if (line[2] === "period") throw calendarError("it has an RDATE with periods, which is not read here.");
    yield* timesIn(line, clockNamed, start.clock);
  }
}

function* byRule(rule: CalendarRule, start: CalendarTime, span: Span): Generator<CalendarTime> {
  for (const localSec of timesOf(rule, start.localSec, span, span.effort)) {
    const time = { ...start, localSec };
    if (isPast(rule.until, time)) return;
    yield time;
  }
}

/** `UNTIL` is within; a date is until the end of its day, an instant is compared as one where the series has a clock. */
function isPast(until: CalendarRule["until"], time: CalendarTime): boolean {
  if (until === null) return false;
  if (until.isDay) return time.localSec >= until.localSec + daySec;
  return (until.isUtc ? secondsOf(time) : time.localSec) > until.localSec;
}

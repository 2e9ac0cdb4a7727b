import { earliestSec } from "../clock/calendar.js";
import { type ClockChange, type ClockEffect, clockChanges, effectOn } from "../clock/clock-changes.js";
import { cronsOf } from "../cron/cron.js";
import { type ExplainContext, instantWords } from "./context.js";
import { type FireTimes, lastFire } from "../fires/fire-times.js";
import { firesByItself, readyTiming } from "../fires/timing.js";

/** The instants from one on and until another, both included, in milliseconds. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** The clock changes of a span that touch the schedule's times, and what becomes of these. */
export function effectsWithin(
  { schedule, zone, timing }: ExplainContext,
  { fromMs, toMs }: Span,
): ClockEffect[] {
  if (timing === null || schedule.cron === null) return [];
  const specs = cronsOf(schedule.cron, schedule.name);
  // No clock was ever moved by more than a day.
  const near = clockChanges(zone, fromMs - 86_400_000, toMs + 86_400_000);
  return near
    .filter((change) => showsItselfIn(change, { fromMs, toMs }))
    .flatMap((change) => effectOn(specs, zone, schedule.dst, change) ?? []);
}

/** A gap is at its instant; times that come twice do so before it and after it. */
function showsItselfIn({ kind, atMs, localStart, localEnd }: ClockChange, { fromMs, toMs }: Span): boolean {
  const reachMs = kind === "gap" ? 0 : (localEnd - localStart) * 1000;
  return atMs - reachMs <= toMs && atMs + reachMs >= fromMs;
}

/** Why the schedule does not fire in a span in which it has no fire. */
export function reasonsForNone(span: Span, context: ExplainContext): string[] {
  const { schedule, timing, error } = context;
  if (!firesByItself(schedule)) return ["It runs by hand only, and has no fires."];
  if (timing === null) return [`Its times cannot be worked out: ${error}`];
  return [...bounds(span, context), ...moved(span, context), ...changed(span, context)];
}

function changed({ fromMs, toMs }: Span, { schedule, zone, nowMs }: ExplainContext): string[] {
  const { createdAt, updatedAt } = schedule;
  if (toMs < createdAt.getTime()) {
    return [`The schedule was created later, on ${instantWords(createdAt.getTime(), zone)}.`];
  }
  if (updatedAt.getTime() <= fromMs || fromMs >= nowMs) return [];
  const when = instantWords(updatedAt.getTime(), zone);
  return [`The schedule was changed on ${when}: until then it may have had other times.`];
}

function bounds({ fromMs, toMs }: Span, { schedule, zone }: ExplainContext): string[] {
  const { startsAt, endsAt } = schedule;
  if (startsAt !== null && toMs < startsAt.getTime()) {
    return [`Its fires begin later, on ${instantWords(startsAt.getTime(), zone)} (starts_at).`];
  }
  if (endsAt !== null && fromMs > endsAt.getTime()) {
    return [`Its fires ended before, on ${instantWords(endsAt.getTime(), zone)} (ends_at).`];
  }
  return [];
}

/** The times that the schedule names in a span, and that come later than named. */
function moved({ fromMs, toMs }: Span, context: ExplainContext): string[] {
  const { schedule, zone, timing } = context;
  const named = readyTiming({ ...schedule, spreadSec: 0, blackouts: [] }).fires;
  const namedMs = named.after(fromMs - 1);
  if (!(namedMs <= toMs)) return [];
  const comesMs = timing!.fires.after(namedMs);
  const comes = Number.isNaN(comesMs) ? "never comes" : `comes on ${instantWords(comesMs, zone)}`;
  const what = `Its fire of ${instantWords(namedMs, zone)}`;
  if (readyTiming({ ...schedule, spreadSec: 0 }).fires.after(namedMs - 1) === namedMs) {
    return [`${what} is moved by its spread, and ${comes}.`];
  }
  return [`${what} is in a blackout and waits for its end: it ${comes}.`];
}

/** The fires right before and after a span; NaN: there is none. */
export function neighbours(times: FireTimes, { fromMs, toMs }: Span): { beforeMs: number; afterMs: number } {
  return { beforeMs: lastFire(times, earliestSec * 1000, fromMs - 1), afterMs: times.after(toMs) };
}

import { blackoutWords, type ExplainContext, instantWords, spanWords } from "./context.js";
import type { FireVerdict } from "./verdict.js";

/** What is known of a fire that no row tells of. */
export interface Finding {
  verdict: FireVerdict;
  words: string;
}

/** What becomes of a fire that is still to come. */
export function explainFuture(fireMs: number, context: ExplainContext): Finding {
  const { schedule, nowMs } = context;
  const coming = `It is still to come, in ${spanWords(nowMs, fireMs)}`;
  const hindered = hindrance(context);
  if (hindered !== null) return { ...hindered, words: `${coming}, but ${hindered.words}.` };
  const blackout = blackoutWords(context, fireMs);
  if (blackout !== null)
    return { verdict: "blackout", words: `${coming}, and will not run: it is ${blackout}.` };
  const { maxRuns, runsMade } = schedule;
  const limit =
    maxRuns === null ? "" : `, unless it has made all its runs by then (${runsMade} of ${maxRuns} are made)`;
  return { verdict: "future", words: `${coming}${limit}.` };
}

/** Why the schedule will not fire by itself, or null if it will. */
function hindrance({ schedule, zone }: ExplainContext): Finding | null {
  const since = (instant: Date) => `since ${instantWords(instant.getTime(), zone)}`;
  const { retiredAt, enabled, pausedAt, lastError, lastErrorAt, nextFireAt } = schedule;
  if (retiredAt !== null) return { verdict: "retired", words: `the schedule is retired ${since(retiredAt)}` };
  if (!enabled) return { verdict: "off", words: "the schedule is off (enabled: false)" };
  if (pausedAt !== null) {
    const words = `the schedule is paused ${since(pausedAt)}${pauseReason(schedule.pauseReason)}`;
    return { verdict: "paused", words };
  }
  if (lastError !== null) {
    const words = `the schedule rests ${since(lastErrorAt!)}, because it could not be read: ${lastError.replace(/\.$/, "")}`;
    return { verdict: "schedule_error", words };
  }
  return nextFireAt === null ? { verdict: "ended", words: endedWords(schedule) } : null;
}

function pauseReason(reason: string | null): string {
  return reason === null ? "" : ` (${reason})`;
}

function endedWords({ maxRuns, runsMade }: ExplainContext["schedule"]): string {
  return maxRuns !== null && runsMade >= maxRuns
    ? `the schedule has made all the runs that it may (${maxRuns})`
    : "the fires of the schedule are over";
}

/** Why a fire that has come has no row. */
export function explainMissing(fireMs: number, context: ExplainContext): Finding {
  return (
    beforeIt(fireMs, context) ??
    stillOwed(fireMs, context) ??
    resting(fireMs, context) ??
    unknown(fireMs, context)
  );
}

function beforeIt(fireMs: number, { schedule, zone }: ExplainContext): Finding | null {
  if (schedule.createdAt.getTime() <= fireMs) return null;
  const words = `The schedule was created later, on ${instantWords(schedule.createdAt.getTime(), zone)}.`;
  return { verdict: "not_yet_created", words };
}

/** A fire that the schedule owes gets its row when it is looked at next. */
function stillOwed(fireMs: number, context: ExplainContext): Finding | null {
  const { schedule, zone } = context;
  const owedFrom = schedule.owedFrom ?? schedule.nextFireAt;
  if (owedFrom === null || fireMs < owedFrom.getTime()) return null;
  if (schedule.pausedAt !== null) return pausedWhenDue(fireMs, schedule.pausedAt, context);
  const blackout = blackoutWords(context, fireMs);
  const look = schedule.nextFireAt === null ? "" : ` ${nextLook(schedule.nextFireAt, context)}`;
  if (blackout !== null) {
    return {
      verdict: "blackout",
      words: `It does not run: it is ${blackout}. Its row is not written yet.${look}`,
    };
  }
  const due = `It is due since ${instantWords(fireMs, zone)}, and no server has ticked since.`;
  return { verdict: "pending_tick", words: `${due} It is fired, or told of, when a server is there.` };
}

function nextLook(nextFireAt: Date, { nowMs, zone }: ExplainContext): string {
  const at = nextFireAt.getTime();
  return at > nowMs
    ? `The schedule is looked at next on ${instantWords(at, zone)}.`
    : "No server has ticked since.";
}

function pausedWhenDue(fireMs: number, pausedAt: Date, { schedule, zone }: ExplainContext): Finding {
  const when = `${instantWords(pausedAt.getTime(), zone)}${pauseReason(schedule.pauseReason)}`;
  const how =
    fireMs < pausedAt.getTime()
      ? `No server had fired it when the schedule was paused on ${when}.`
      : `It did not run: the schedule is paused since ${when}.`;
  return { verdict: "paused", words: `${how} When it is resumed a row will tell of what was missed.` };
}

/** Why a schedule that is at rest did not fire. If it was changed since, it may have been for another reason. */
function resting(fireMs: number, context: ExplainContext): Finding | null {
  const hindered = hindrance(context);
  const { updatedAt } = context.schedule;
  if (hindered === null || updatedAt.getTime() > fireMs) return null;
  const words = `It did not run: ${hindered.words}`;
  if (hindered.verdict !== "off") return { verdict: hindered.verdict, words: `${words}.` };
  const since = instantWords(updatedAt.getTime(), context.zone);
  return { verdict: "off", words: `${words}, since ${since} at the latest.` };
}

function unknown(fireMs: number, { schedule, zone }: ExplainContext): Finding {
  if (schedule.updatedAt.getTime() > fireMs) {
    const when = instantWords(schedule.updatedAt.getTime(), zone);
    const doubt = "it may have had other times, or been off, until then";
    const words = `There is no row for it. The schedule was changed after it, on ${when}: ${doubt}.`;
    return { verdict: "changed_since", words };
  }
  const perhaps = "its row may have been deleted, or the server knew other clock changes then";
  return { verdict: "unknown", words: `There is no row for it, and nothing says why: ${perhaps}.` };
}

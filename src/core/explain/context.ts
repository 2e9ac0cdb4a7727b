import { formatDuration } from "../duration.js";
import { messageOf } from "../errors.js";
import type { Schedule } from "../schedule.js";
import { type ReadyTiming, readyTiming } from "../fires/timing.js";
import { dateWords, timeWords } from "../clock/wall-clock-words.js";
import { type Zone, zoneOf } from "../clock/zone.js";

/** What an explanation of a schedule's fires needs to know, whatever it explains. */
export interface ExplainContext {
  readonly schedule: Schedule;
  readonly nowMs: number;
  /** The schedule's zone, or UTC if there is none of that name. */
  readonly zone: Zone;
  /** Null: the times of the schedule cannot be worked out; `error` says why. */
  readonly timing: ReadyTiming | null;
  readonly error: string | null;
}

export function explainContext(schedule: Schedule, now: Date): ExplainContext {
  const known = { schedule, nowMs: now.getTime() };
  try {
    const zone = zoneOf(schedule.timezone);
    return { ...known, zone, timing: readyTiming(schedule), error: null };
  } catch (error) {
    return { ...known, zone: zoneOrUtc(schedule.timezone), timing: null, error: messageOf(error) };
  }
}

function zoneOrUtc(timeZone: string): Zone {
  try {
    return zoneOf(timeZone);
  } catch {
    return zoneOf("UTC");
  }
}

/** An instant on the wall clock of a zone, such as `Tue 24 Nov 2026 03:00`. */
export function instantWords(ms: number, zone: Zone): string {
  const atSec = Math.floor(ms / 1000);
  const local = atSec + zone.offsetSecAt(atSec);
  return `${dateWords(local)} ${timeWords(local)}`;
}

/** What a fire is in that a blackout skips, as `it is in a blackout (Christmas Day)`; null if no blackout skips it. */
export function blackoutWords({ timing }: ExplainContext, fireMs: number): string | null {
  const reason = timing?.skipping?.reasonAt(fireMs) ?? null;
  return reason === null ? null : `in a blackout (${reason})`;
}

/** How long after one instant another is. */
export function spanWords(fromMs: number, toMs: number): string {
  return formatDuration(toMs - fromMs);
}

import { missedFires, type OwedFire } from "../core/fires/owed-fires.js";
import type { SkipReason } from "../core/run.js";
import type { Schedule } from "../core/schedule.js";
import { readyTiming } from "../core/fires/timing.js";
import type { At } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { type FireRow, insertFires } from "../store/fires.js";

/** A schedule that something is done to, and why the fires that it has missed until then will not run. */
export interface Interrupted {
  schedule: Schedule;
  reason: SkipReason;
}

/**
 * Writes one skipped row for the fires that each schedule has missed until now, so that none of them is lost without a
 * word: it is paused, resumed, edited or retired, which never replays. The schedules must be locked.
 */
export async function accountForMissed(
  session: Queryable,
  interrupted: readonly Interrupted[],
  { now, at }: { now: Date; at: At },
): Promise<void> {
  const rows = interrupted.flatMap(({ schedule, reason }) => {
    const missed = missedUntil(schedule, now);
    if (missed === null) return [];
    return [skippedRow(schedule.id, { ...missed, fireReason: "schedule" }, reason)];
  });
  await insertFires(session, rows, at);
}

function missedUntil(schedule: Schedule, now: Date): OwedFire | null {
  const from = schedule.owedFrom ?? schedule.nextFireAt ?? firstSinceError(schedule);
  if (from === null || from > now) return null;
  try {
    return missedFires(readyTiming(schedule), from.getTime(), now.getTime());
  } catch {
    // What cannot be read any more cannot be counted; the one fire that was due is known.
    const fireMs = from.getTime();
    return { fireMs, coversFromMs: fireMs, coversCount: 1, givenUp: null, caughtUp: false };
  }
}

/** While a schedule rests because it could not be read, nobody knew its fires; once it can be read they are known. */
function firstSinceError(schedule: Schedule): Date | null {
  if (schedule.lastErrorAt === null) return null;
  try {
    const fireMs = readyTiming(schedule).fires.after(schedule.lastErrorAt.getTime());
    return Number.isNaN(fireMs) ? null : new Date(fireMs);
  } catch {
    return null;
  }
}

type Covering = Pick<FireRow, "fireMs" | "coversFromMs" | "coversCount" | "fireReason">;

/** The row that says why fires did not run. */
export function skippedRow(
  scheduleId: string,
  { fireMs, coversFromMs, coversCount, fireReason }: Covering,
  skipReason: SkipReason,
): FireRow {
  const fire = { fireMs, coversFromMs, coversCount, fireReason };
  return { scheduleId, ...fire, skipReason, priority: 0, startDeadlineSec: null };
}

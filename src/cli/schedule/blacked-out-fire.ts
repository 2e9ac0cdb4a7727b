import type { ScheduleJson } from "../../api/public/shapes.js";
import { readyTiming } from "../../core/fires/timing.js";
import { timingOf } from "../../core/fires/timing-json.js";

/** The next fire of a schedule, if a blackout skips it, and what the blackout is for. */
export function blackedOutFire(schedule: ScheduleJson, now: Date): { fireAt: Date; reason: string } | null {
  try {
    const { fires, skipping } = readyTiming({ ...timingOf(schedule), name: schedule.name });
    const fireMs = fires.after(now.getTime());
    const reason = Number.isNaN(fireMs) ? null : (skipping?.reasonAt(fireMs) ?? null);
    return reason === null ? null : { fireAt: new Date(fireMs), reason };
  } catch {
    return null; // This machine may know less of time zones than the server.
  }
}

import type { ScheduleJson } from "../../api/public/shapes.js";
import { firesByItself } from "../../core/fires/timing.js";
import type { ScheduleState } from "../../core/schedule.js";

type StateFields = Pick<
  ScheduleJson,
  "retiredAt" | "enabled" | "pausedAt" | "lastError" | "nextFireAt" | "cron" | "everySec" | "at"
>;

/** What a schedule is up to, in a word: the strongest reason why it does not fire, else `on`. */
export function scheduleState(schedule: StateFields): ScheduleState {
  if (schedule.retiredAt !== null) return "retired";
  if (!schedule.enabled) return "off";
  if (schedule.pausedAt !== null) return "paused";
  if (schedule.lastError !== null) return "error";
  return schedule.nextFireAt === null && firesByItself(schedule) ? "ended" : "on";
}

/** The colour of each state. */
export const stateColor = {
  on: "green",
  paused: "yellow",
  off: "gray",
  ended: "gray",
  retired: "gray",
  error: "red",
} as const satisfies Record<ScheduleState, string>;

/** When it fires next, also in a blackout, or null if nothing will make it fire. */
export function nextFireOf(schedule: ScheduleJson): Date | null {
  return mayFire(schedule) && schedule.nextFireAt !== null ? new Date(schedule.nextFireAt) : null;
}

/** When it runs next, or null if nothing will make it run. */
export function nextRunOf(schedule: ScheduleJson): Date | null {
  return mayFire(schedule) && schedule.nextRunAt !== null ? new Date(schedule.nextRunAt) : null;
}

function mayFire(schedule: ScheduleJson): boolean {
  const state = scheduleState(schedule);
  return state === "on" || state === "error";
}

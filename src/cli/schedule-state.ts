import type { ScheduleJson } from "../api/public/shapes.js";

export type ScheduleState = "on" | "paused" | "off" | "retired" | "error";

/** What a schedule is up to, in a word: the strongest reason why it does not fire, else `on`. */
export function scheduleState(
  schedule: Pick<ScheduleJson, "retiredAt" | "enabled" | "pausedAt" | "lastError">,
): ScheduleState {
  if (schedule.retiredAt !== null) return "retired";
  if (!schedule.enabled) return "off";
  if (schedule.pausedAt !== null) return "paused";
  return schedule.lastError === null ? "on" : "error";
}

/** The colour of each state. */
export const stateColor = {
  on: "green",
  paused: "yellow",
  off: "gray",
  retired: "gray",
  error: "red",
} as const satisfies Record<ScheduleState, string>;

/** When it fires next, or null if nothing will make it fire. */
export function nextFireOf(schedule: ScheduleJson): Date | null {
  const state = scheduleState(schedule);
  const fires = state === "on" || state === "error";
  return fires && schedule.nextFireAt !== null ? new Date(schedule.nextFireAt) : null;
}

import type { ScheduleJson } from "../../api/public/shapes.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { relativeTime } from "../relative-time.js";
import { coloredStatus } from "../run/run-status.js";
import { nextRunOf, scheduleState, stateColor } from "./schedule-state.js";
import { renderTable } from "../table.js";
import { timingText } from "./timing-text.js";
import { zonedTime, type ZonedTime } from "../zoned-time.js";

const columns = ["NAME", "CRON", "ZONE", "OVERLAP", "STATE", "NEXT RUN", "", "LAST RUN"];

/** Schedules for people, each next run on the clock of its schedule's own zone. */
export function scheduleTable(schedules: readonly ScheduleJson[], now: Date, colors: Colors): string {
  const zones = new Set(schedules.map(({ timezone }) => timezone));
  const clocks = new Map([...zones].map((zone) => [zone, zonedTime(zone)])); // making one costs a millisecond
  const head = columns.map((title) => colors.dim(title));
  const rows = schedules.map((schedule) => rowOf(schedule, clocks.get(schedule.timezone)!, now, colors));
  return renderTable([head, ...rows]);
}

function rowOf(schedule: ScheduleJson, clock: ZonedTime, now: Date, colors: Colors): string[] {
  const state = scheduleState(schedule);
  const next = nextRunOf(schedule);
  return [
    printable(schedule.name),
    printable(timingText(schedule)),
    printable(schedule.timezone),
    printable(schedule.overlap),
    colors[stateColor[state]](state),
    next === null ? "-" : clock(next, now),
    next === null ? "" : untilFire(next, now),
    schedule.lastRun === null ? "-" : coloredStatus(schedule.lastRun, colors),
  ];
}

/** `in 3 min`, or `due` once the instant has come. */
export function untilFire(next: Date, now: Date): string {
  return next <= now ? "due" : relativeTime(next, now);
}

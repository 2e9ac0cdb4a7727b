import type { ScheduleJson } from "../api/public/shapes.js";
import { formatDuration } from "../core/duration.js";
import { factSheet } from "./fact-sheet.js";
import type { Colors } from "./io.js";
import { printable } from "./printable.js";
import { relativeTime } from "./relative-time.js";
import { statusText } from "./run-status.js";
import { nextFireOf, scheduleState, stateColor } from "./schedule-state.js";
import { untilFire } from "./schedule-table.js";
import { zonedTime } from "./zoned-time.js";

/** All about one schedule for people, with instants on its own clock. */
export function schedulePage(schedule: ScheduleJson, now: Date, colors: Colors): string {
  const state = scheduleState(schedule);
  const title = `${printable(schedule.name)}: ${colors[stateColor[state]](state)}\n`;
  return title + factSheet([...definition(schedule), ...history(schedule, now)], colors);
}

function definition(schedule: ScheduleJson): [string, string | null][] {
  return [
    ["description", schedule.description],
    ["cron", schedule.cron ?? "none: it runs by hand only"],
    ["zone", schedule.timezone],
    ["overlap", schedule.overlap],
    ["timeout", formatDuration(schedule.timeoutSec * 1000)],
    ["command", commandText(schedule.run)],
    ["directory", schedule.cwd],
    ["environment", schedule.env.join(" ")],
    ["installation", schedule.installationId === null ? null : String(schedule.installationId)],
    ["owner", schedule.source],
  ];
}

function history(schedule: ScheduleJson, now: Date): [string, string | null][] {
  const clock = zonedTime(schedule.timezone);
  const at = (instant: string) =>
    `${clock(new Date(instant), now)} (${relativeTime(new Date(instant), now)})`;
  const next = nextFireOf(schedule);
  const { lastRun, pausedAt, retiredAt, lastErrorAt } = schedule;
  return [
    ["next fire", next && `${clock(next, now)} (${untilFire(next, now)})`],
    ["last run", lastRun && `${lastRun.id}: ${statusText(lastRun)}, ${at(lastRun.createdAt)}`],
    ["paused", pausedAt && [at(pausedAt), schedule.pauseReason].filter(Boolean).join(": ")],
    ["retired", retiredAt && at(retiredAt)],
    ["last error", lastErrorAt && `${at(lastErrorAt)}: ${schedule.lastError}`],
    ["created", at(schedule.createdAt)],
    ["updated", at(schedule.updatedAt)],
  ];
}

/** A command as one would type it. */
function commandText(command: ScheduleJson["run"]): string {
  if (typeof command === "string") return command;
  return command.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

import type { ScheduleJson } from "../../api/public/shapes.js";
import { formatDuration } from "../../core/duration.js";
import { blackedOutFire } from "./blacked-out-fire.js";
import { factSheet } from "../fact-sheet.js";
import { commandText } from "../plan/field-text.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { relativeTime } from "../relative-time.js";
import { statusText } from "../run/run-status.js";
import { policyFacts } from "./policy-facts.js";
import { nextFireOf, nextRunOf, scheduleState, stateColor } from "./schedule-state.js";
import { untilFire } from "./table.js";
import { timingFacts } from "./timing-facts.js";
import { zonedTime, type ZonedTime } from "../zoned-time.js";

/** All about one schedule for people, with instants on its own clock. */
export function schedulePage(schedule: ScheduleJson, now: Date, colors: Colors): string {
  const state = scheduleState(schedule);
  const title = `${printable(schedule.name)}: ${colors[stateColor[state]](state)}\n`;
  return title + factSheet([...definition(schedule, now), ...history(schedule, now)], colors);
}

function definition(schedule: ScheduleJson, now: Date): [string, string | null][] {
  return [
    ["description", schedule.description],
    ...timingFacts(schedule, now),
    ["overlap", schedule.overlap],
    ["timeout", formatDuration(schedule.timeoutSec * 1000)],
    ...policyFacts(schedule),
    ["command", commandText(schedule.run)],
    ["directory", schedule.cwd],
    ["environment", schedule.env.join(" ")],
    ["secrets", schedule.secrets.join(" ")],
    ["installation", schedule.installationId === null ? null : String(schedule.installationId)],
    ["owner", schedule.source],
  ];
}

function history(schedule: ScheduleJson, now: Date): [string, string | null][] {
  const clock = zonedTime(schedule.timezone);
  const at = (instant: string) =>
    `${clock(new Date(instant), now)} (${relativeTime(new Date(instant), now)})`;
  const next = nextRunOf(schedule);
  const { lastRun, pausedAt, retiredAt, lastErrorAt } = schedule;
  return [
    ["next run", next && `${clock(next, now)} (${untilFire(next, now)})`],
    ["next fire", skippedFire(schedule, clock, now)],
    ["last run", lastRun && `${lastRun.id}: ${statusText(lastRun)}, ${at(lastRun.createdAt)}`],
    ["circuit breaker", breakerText(schedule, at)],
    ["paused", pausedAt && [at(pausedAt), schedule.pauseReason].filter(Boolean).join(": ")],
    ["retired", retiredAt && at(retiredAt)],
    ["last error", lastErrorAt && `${at(lastErrorAt)}: ${schedule.lastError}`],
    ["created", at(schedule.createdAt)],
    ["updated", at(schedule.updatedAt)],
  ];
}

/** Nothing while it is closed. */
function breakerText({ breaker }: ScheduleJson, at: (instant: string) => string): string | null {
  if (!breaker?.since || !breaker.probeAt) return null;
  const since = `since ${at(breaker.since)}`;
  if (breaker.state === "half_open") return `open ${since}; the next fire tries whether it works again`;
  return `open ${since}; fires are skipped until ${at(breaker.probeAt)}`;
}

/** The next fire, if it is another than the next run. */
function skippedFire(schedule: ScheduleJson, clock: ZonedTime, now: Date): string | null {
  if (nextFireOf(schedule) === null || schedule.nextFireAt === schedule.nextRunAt) return null;
  const fire = blackedOutFire(schedule, now);
  if (fire === null) return null;
  return `${clock(fire.fireAt, now)} (${untilFire(fire.fireAt, now)}), in a blackout: ${fire.reason}`;
}

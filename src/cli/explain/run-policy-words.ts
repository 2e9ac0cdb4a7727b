import type { ScheduleJson } from "../../api/public/shapes.js";
import type { OverlapPolicy } from "../../core/decide.js";
import { formatDuration } from "../../core/duration.js";
import { listed } from "../../core/listed.js";
import type { ExitAction } from "../../core/policies/exit-action.js";
import type { RetryOn, RetryPolicy } from "../../core/policies/retry.js";

type Fact = [string, string | null];

/** How a schedule's runs are limited, tried, ended and kept, as names and plain sentences. */
export function runPolicyFacts(schedule: ScheduleJson): Fact[] {
  const { timeoutSec, graceSec, exitCodes, priority } = schedule;
  return [
    ["overlap", overlapWords(schedule)],
    ["queue", queueWords(schedule)],
    ["group", groupWords(schedule)],
    ["priority", priority === 0 ? null : priorityWords(priority)],
    ["start deadline", deadlineWords(schedule)],
    ["timeout", `A run is ended after ${words(timeoutSec)}.`],
    ["grace", `A job that is to end gets SIGTERM, and SIGKILL ${words(graceSec)} later.`],
    ["retry", retryWords(schedule.retry)],
    ["exit codes", exitCodeWords(exitCodes)],
    ["breaker", breakerWords(schedule)],
    ["history", historyWords(schedule)],
  ];
}

function words(seconds: number): string {
  return formatDuration(seconds * 1000);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function overlapWords({ overlap, maxConcurrent }: ScheduleJson): string {
  if (overlap === "concurrent" && maxConcurrent === null) return "A fire runs beside those before it.";
  const most = maxConcurrent ?? 1;
  const others = most === 1 ? "a run before it is at work" : `${most} runs before it are at work`;
  return overlapSentences[overlap as OverlapPolicy]?.(others) ?? overlap;
}

const overlapSentences: Record<OverlapPolicy, (others: string) => string> = {
  skip: (others) => `A fire does not run while ${others}.`,
  queue: (others) => `A fire waits while ${others}.`,
  concurrent: (others) => `A fire waits while ${others}.`,
  replace: (others) => `While ${others}, a fire takes the place of the oldest, which is cancelled.`,
};

function queueWords({ queueDepth }: ScheduleJson): string | null {
  if (queueDepth === null) return null;
  if (queueDepth === 0) return "None waits: a fire that would have to does not run.";
  return `At most ${counted(queueDepth, "run")} may wait; a fire beyond that does not run.`;
}

function groupWords({ concurrencyGroup: group }: ScheduleJson): string | null {
  if (group === null) return null;
  return `At most ${counted(group.limit, "run")} of the group "${group.name}" may be at work at once, over all its schedules.`;
}

function priorityWords(priority: number): string {
  const order = priority > 0 ? "before" : "after";
  return `${priority}: of the runs that are ready, its own start ${order} those of an ordinary schedule.`;
}

function deadlineWords({ startDeadlineSec }: ScheduleJson): string | null {
  return startDeadlineSec === null
    ? null
    : `A run that could not be started within ${words(startDeadlineSec)} is skipped.`;
}

function retryWords(retry: RetryPolicy | null): string {
  if (retry === null) return "A run that fails is not tried again.";
  const { attempts, on } = retry;
  return `A run that fails is tried again, up to ${attempts} attempts in all, ${pauseWords(retry)}; after ${listed(on.map(failureWords), "or")}.`;
}

function pauseWords({ backoff, delaySec, maxDelaySec }: RetryPolicy): string {
  if (backoff === "fixed" || delaySec === maxDelaySec) return `each ${words(delaySec)} after the last`;
  return `first after ${words(delaySec)}, then after twice as long each time, up to ${words(maxDelaySec)}`;
}

const failureNames: Record<Exclude<RetryOn, number>, string> = {
  exit_code: "any exit code",
  signal: "a signal",
  timeout: "a timeout",
  spawn: "a command that could not be started",
  dispatch: "a runner that could not be started",
  shutdown: "the loss of its runner",
  secret: "a secret that could not be had",
};

function failureWords(failure: RetryOn): string {
  return typeof failure === "number" ? `exit code ${failure}` : failureNames[failure];
}

const actionWords: Record<ExitAction, string> = {
  retry: "asks for another attempt",
  skip: "means that there was nothing to do",
  fail: "is never tried again",
};

function exitCodeWords(exitCodes: ScheduleJson["exitCodes"]): string | null {
  const each = Object.entries(exitCodes).map(([code, action]) => `${code} ${actionWords[action] ?? action}`);
  return each.length === 0 ? null : `${each.join("; ")}.`;
}

function breakerWords({ pauseAfter, coolDownSec }: ScheduleJson): string | null {
  if (pauseAfter === null) return null;
  const failures = pauseAfter === 1 ? "a failure" : `${pauseAfter} failures in a row`;
  return `After ${failures} its fires do not run; ${words(coolDownSec)} after the last of them one run tries whether it works again.`;
}

function historyWords({ keepSec, keepRuns }: ScheduleJson): string | null {
  const time = keepSec === null ? "" : ` for ${words(keepSec)}`;
  const count = keepRuns === null ? "" : `, at most the newest ${keepRuns}`;
  return time + count === "" ? null : `Runs that have ended are kept${time}${count}.`;
}

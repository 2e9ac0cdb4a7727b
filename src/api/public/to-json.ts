import { type Attempt, attemptsOf } from "../../core/run-attempts.js";
import { nextRunAt } from "../../core/fires/next-run.js";
import type { Run } from "../../core/run.js";
import type { Schedule } from "../../core/schedule.js";
import type { Breaker } from "../../core/policies/breaker.js";
import { policiesOf } from "../../core/policies/policies.js";
import { secretNamesOf } from "../../core/secrets/reference.js";
import { timingJson } from "../../core/fires/timing-json.js";
import type { RunEvent } from "../../store/run-events.js";
import type { LogEntry } from "../../store/run-logs.js";
import type { LogEntryJson, RunDetailJson, RunJson, ScheduleJson } from "./shapes.js";

export function runJson(run: Run): RunJson {
  return {
    id: run.id,
    scheduleName: run.scheduleName,
    status: run.status,
    errorKind: run.errorKind,
    errorMessage: run.errorMessage,
    skipReason: run.skipReason,
    attempt: run.attempt,
    failures: run.failures,
    retryAt: iso(run.retryAt),
    priority: run.priority,
    fireTime: iso(run.fireTime),
    fireReason: run.fireReason,
    coversFrom: iso(run.coversFrom),
    coversCount: run.coversCount,
    backfillId: run.backfillId,
    rerunOf: run.rerunOf,
    parameters: { ...run.parameters },
    exitCode: run.exitCode,
    exitSignal: run.exitSignal,
    cancelRequestedAt: iso(run.cancelRequestedAt),
    createdAt: run.createdAt.toISOString(),
    dispatchedAt: iso(run.dispatchedAt),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
  };
}

export function runDetailJson(run: Run, events: readonly RunEvent[]): RunDetailJson {
  return {
    ...runJson(run),
    attempts: attemptsOf(run, events).map(attemptJson),
    events: events.map((event) => ({ ...event, at: event.at.toISOString() })),
  };
}

function attemptJson({
  dispatchedAt,
  startedAt,
  endedAt,
  ...attempt
}: Attempt): RunDetailJson["attempts"][number] {
  return { ...attempt, dispatchedAt: iso(dispatchedAt), startedAt: iso(startedAt), endedAt: iso(endedAt) };
}

export function logEntryJson(entry: LogEntry): LogEntryJson {
  return { ...entry, at: entry.at.toISOString() };
}

/** What is known of a schedule beside its row. */
export interface ScheduleFacts {
  lastRun: Run | undefined;
  breaker: Breaker | undefined;
}

/** Of the environment only the names are given away: values may be private. */
export function scheduleJson(schedule: Schedule, { lastRun, breaker }: ScheduleFacts): ScheduleJson {
  return {
    id: schedule.id,
    name: schedule.name,
    description: schedule.description,
    ...timingJson(schedule),
    ...policiesOf(schedule),
    overlap: schedule.overlap,
    timeoutSec: schedule.timeoutSec,
    run: typeof schedule.run === "string" ? schedule.run : [...schedule.run],
    cwd: schedule.cwd,
    env: Object.keys(schedule.env),
    secrets: secretNamesOf(schedule),
    installationId: schedule.installationId,
    source: schedule.source,
    enabled: schedule.enabled,
    pausedAt: iso(schedule.pausedAt),
    pauseReason: schedule.pauseReason,
    retiredAt: iso(schedule.retiredAt),
    breaker: breaker === undefined ? null : breakerJson(breaker),
    nextFireAt: iso(schedule.nextFireAt),
    nextRunAt: iso(nextRunAt(schedule)),
    runsMade: schedule.runsMade,
    lastError: schedule.lastError,
    lastErrorAt: iso(schedule.lastErrorAt),
    createdAt: schedule.createdAt.toISOString(),
    updatedAt: schedule.updatedAt.toISOString(),
    revision: schedule.revision,
    lastRun: lastRun === undefined ? null : runJson(lastRun),
  };
}

function breakerJson({ state, sinceMs, probeMs }: Breaker): ScheduleJson["breaker"] {
  return { state, since: isoOf(sinceMs), probeAt: isoOf(probeMs) };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function iso(instant: Date | null): string | null {
  return instant === null ? null : instant.toISOString();
}

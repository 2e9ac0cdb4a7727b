import type { OverlapPolicy } from "../core/decide.js";
import type { ErrorKind, FireReason, Run, RunStatus, SkipReason } from "../core/run.js";
import type { Command, Schedule } from "../core/schedule.js";

// The only place where snake_case becomes camelCase.

export interface ScheduleRow {
  id: string;
  name: string;
  description: string;
  cron: string | null;
  timezone: string;
  overlap_policy: string;
  timeout_sec: number;
  command: Command;
  cwd: string | null;
  env: Record<string, string>;
  installation_id: string | null;
  source: string | null;
  enabled: boolean;
  paused_at: Date | null;
  pause_reason: string | null;
  retired_at: Date | null;
  next_fire_at: Date | null;
  last_error: string | null;
  last_error_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface RunRow {
  id: string;
  schedule_id: string;
  schedule_name: string;
  status: RunStatus;
  error_kind: ErrorKind | null;
  error_message: string | null;
  skip_reason: SkipReason | null;
  attempt: number;
  fire_time: Date | null;
  fire_reason: FireReason;
  covers_from: Date | null;
  covers_count: number;
  exit_code: number | null;
  exit_signal: string | null;
  cancel_requested_at: Date | null;
  created_at: Date;
  dispatched_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
}

/** The columns of a RunRow, from `runs r` and `schedules s`. */
export const runColumns = `
  r.id, r.schedule_id, s.name as schedule_name, r.status, r.error_kind, r.error_message, r.skip_reason,
  r.attempt, r.fire_time, r.fire_reason, r.covers_from, r.covers_count, r.exit_code, r.exit_signal,
  r.cancel_requested_at, r.created_at, r.dispatched_at, r.started_at, r.finished_at`;

export function toSchedule(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    cron: row.cron,
    timezone: row.timezone,
    overlap: row.overlap_policy as OverlapPolicy,
    timeoutSec: row.timeout_sec,
    run: row.command,
    cwd: row.cwd,
    env: row.env,
    installationId: row.installation_id === null ? null : Number(row.installation_id),
    source: row.source,
    enabled: row.enabled,
    pausedAt: row.paused_at,
    pauseReason: row.pause_reason,
    retiredAt: row.retired_at,
    nextFireAt: row.next_fire_at,
    lastError: row.last_error,
    lastErrorAt: row.last_error_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    scheduleId: row.schedule_id,
    scheduleName: row.schedule_name,
    status: row.status,
    errorKind: row.error_kind,
    errorMessage: row.error_message,
    skipReason: row.skip_reason,
    attempt: row.attempt,
    fireTime: row.fire_time,
    fireReason: row.fire_reason,
    coversFrom: row.covers_from,
    coversCount: row.covers_count,
    exitCode: row.exit_code,
    exitSignal: row.exit_signal,
    cancelRequestedAt: row.cancel_requested_at,
    createdAt: row.created_at,
    dispatchedAt: row.dispatched_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

import type { Blackout } from "../core/blackout/blackout.js";
import type { OverlapPolicy } from "../core/decide.js";
import type { DstRule } from "../core/clock/dst-rule.js";
import type { ErrorKind, FireReason, Run, RunStatus, SkipReason } from "../core/run.js";
import type { Command, Schedule, ScheduleDefinition } from "../core/schedule.js";
import { type Env, secretKeysOf } from "../core/secrets/reference.js";
import type { Policies } from "../core/policies/policies.js";
import type { RetryPolicy } from "../core/policies/retry.js";
import type { BlackoutPolicy, CatchUpPolicy, NamedTiming } from "../core/fires/timing.js";

// The only place where snake_case becomes camelCase.

/** The columns that say when a schedule fires. */
export interface TimingRow {
  name: string;
  cron: string | null;
  timezone: string;
  every_sec: number | null;
  anchor_at: Date | null;
  at: Date | null;
  starts_at: Date | null;
  ends_at: Date | null;
  max_runs: number | null;
  spread_sec: number;
  dst_gap: string;
  dst_fold: string;
  blackouts: Blackout[];
  blackout_policy: string;
  catch_up: string;
  catch_up_window_sec: number | null;
}

export const timingColumns = `name, cron, timezone, every_sec, anchor_at, at, starts_at, ends_at, max_runs, spread_sec,
  dst_gap, dst_fold, blackouts, blackout_policy, catch_up, catch_up_window_sec`;

/** The columns that say how a schedule's runs are tried, limited, stopped and kept. */
interface PolicyRow {
  retry: RetryPolicy | null;
  exit_codes: Policies["exitCodes"];
  grace_sec: number;
  queue_depth: number | null;
  max_concurrent: number | null;
  concurrency_group: string | null;
  group_limit: number | null;
  priority: number;
  start_deadline_sec: number | null;
  pause_after: number | null;
  cool_down_sec: number;
  keep_sec: number | null;
  keep_runs: number | null;
}

export interface ScheduleRow extends TimingRow, PolicyRow {
  id: string;
  description: string;
  overlap_policy: string;
  timeout_sec: number;
  command: Command;
  cwd: string | null;
  env: Env;
  installation_id: string | null;
  source: string | null;
  enabled: boolean;
  paused_at: Date | null;
  pause_reason: string | null;
  breaker_reset_at: Date | null;
  retired_at: Date | null;
  next_fire_at: Date | null;
  owed_from: Date | null;
  runs_made: number;
  last_error: string | null;
  last_error_at: Date | null;
  created_at: Date;
  updated_at: Date;
  revision: string;
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
  failures: number;
  retry_at: Date | null;
  priority: number;
  fire_time: Date | null;
  fire_reason: FireReason;
  covers_from: Date | null;
  covers_count: number;
  backfill_id: string | null;
  rerun_of: string | null;
  parameters: Record<string, string> | null;
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
  r.attempt, r.failures, r.retry_at, r.priority, r.fire_time, r.fire_reason, r.covers_from, r.covers_count, r.backfill_id,
  r.rerun_of, r.parameters, r.exit_code, r.exit_signal,
  r.cancel_requested_at, r.created_at, r.dispatched_at, r.started_at, r.finished_at`;

export function toTiming(row: TimingRow): NamedTiming {
  return {
    name: row.name,
    cron: row.cron,
    timezone: row.timezone,
    everySec: row.every_sec,
    anchorAt: row.anchor_at,
    at: row.at,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    maxRuns: row.max_runs,
    spreadSec: row.spread_sec,
    dst: { gap: row.dst_gap, fold: row.dst_fold } as DstRule,
    blackouts: row.blackouts,
    blackoutPolicy: row.blackout_policy as BlackoutPolicy,
    catchUp: row.catch_up as CatchUpPolicy,
    catchUpWindowSec: row.catch_up_window_sec,
  };
}

/** The columns of a definition, as JSON for `jsonb_to_recordset`. */
export function definitionRow(definition: ScheduleDefinition) {
  return {
    name: definition.name,
    description: definition.description,
    cron: definition.cron,
    timezone: definition.timezone,
    every_sec: definition.everySec,
    anchor_at: definition.anchorAt,
    at: definition.at,
    starts_at: definition.startsAt,
    ends_at: definition.endsAt,
    max_runs: definition.maxRuns,
    spread_sec: definition.spreadSec,
    dst_gap: definition.dst.gap,
    dst_fold: definition.dst.fold,
    blackouts: definition.blackouts,
    blackout_policy: definition.blackoutPolicy,
    catch_up: definition.catchUp,
    catch_up_window_sec: definition.catchUpWindowSec,
    ...policyRow(definition),
    overlap_policy: definition.overlap,
    timeout_sec: definition.timeoutSec,
    command: definition.run,
    cwd: definition.cwd,
    env: definition.env,
    secret_keys: secretKeysOf(definition.env),
    installation_id: definition.installationId,
    enabled: definition.enabled,
  };
}

function policyRow(policies: Policies): PolicyRow {
  return {
    retry: policies.retry,
    exit_codes: policies.exitCodes,
    grace_sec: policies.graceSec,
    queue_depth: policies.queueDepth,
    max_concurrent: policies.maxConcurrent,
    concurrency_group: policies.concurrencyGroup?.name ?? null,
    group_limit: policies.concurrencyGroup?.limit ?? null,
    priority: policies.priority,
    start_deadline_sec: policies.startDeadlineSec,
    pause_after: policies.pauseAfter,
    cool_down_sec: policies.coolDownSec,
    keep_sec: policies.keepSec,
    keep_runs: policies.keepRuns,
  };
}

function toPolicies(row: PolicyRow): Policies {
  return {
    retry: row.retry,
    exitCodes: row.exit_codes,
    graceSec: row.grace_sec,
    queueDepth: row.queue_depth,
    maxConcurrent: row.max_concurrent,
    concurrencyGroup:
      row.concurrency_group === null ? null : { name: row.concurrency_group, limit: row.group_limit! },
    priority: row.priority,
    startDeadlineSec: row.start_deadline_sec,
    pauseAfter: row.pause_after,
    coolDownSec: row.cool_down_sec,
    keepSec: row.keep_sec,
    keepRuns: row.keep_runs,
  };
}

export function toSchedule(row: ScheduleRow): Schedule {
  return {
    ...toTiming(row),
    ...toPolicies(row),
    id: row.id,
    description: row.description,
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
    breakerResetAt: row.breaker_reset_at,
    retiredAt: row.retired_at,
    nextFireAt: row.next_fire_at,
    owedFrom: row.owed_from,
    runsMade: row.runs_made,
    lastError: row.last_error,
    lastErrorAt: row.last_error_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
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
    failures: row.failures,
    retryAt: row.retry_at,
    priority: row.priority,
    fireTime: row.fire_time,
    fireReason: row.fire_reason,
    coversFrom: row.covers_from,
    coversCount: row.covers_count,
    backfillId: row.backfill_id,
    rerunOf: row.rerun_of,
    parameters: row.parameters ?? {},
    exitCode: row.exit_code,
    exitSignal: row.exit_signal,
    cancelRequestedAt: row.cancel_requested_at,
    createdAt: row.created_at,
    dispatchedAt: row.dispatched_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

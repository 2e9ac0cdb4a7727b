import { BelfryError } from "../core/errors.js";
import { isFinal } from "../core/run-state.js";
import type { Outcome, RunStatus } from "../core/run.js";
import type { Command } from "../core/schedule.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** The right of one runner to one attempt, as its token proves it. */
export interface AttemptKey {
  runId: string;
  attempt: number;
  tokenHash: string;
}

/** What the runner of a started attempt is to do. */
export interface Job {
  scheduleName: string;
  fireTime: Date;
  /** The oldest of the fires that the run stands for; the fire time itself if there is but one. */
  coversFrom: Date;
  coversCount: number;
  command: Command;
  cwd: string | null;
  env: Record<string, string>;
  timeoutSec: number;
  graceSec: number;
}

interface JobRow {
  schedule_name: string;
  fire_time: Date;
  covers_from: Date;
  covers_count: number;
  command: Command;
  cwd: string | null;
  env: Record<string, string>;
  timeout_sec: number;
  grace_sec: number;
}

/**
 * Starts an attempt, once: a compare-and-set on (run, attempt). The same runner may ask again, since an answer can be
 * lost. Throws `run_already_started`, `run_ended`, `token_stale` or `run_not_found`.
 */
export async function startAttempt(
  db: Queryable,
  key: AttemptKey,
  { runnerId, leaseMs }: { runnerId: string; leaseMs: number },
  at: At,
): Promise<Job> {
  const begin = async () =>
    await db.query<JobRow>(
      `-- prepared start_attempt
     with started as (
       update runs
          set status = 'running', runner_id = $4,
              started_at = coalesce($5::timestamptz, now()), heartbeat_at = coalesce($5::timestamptz, now()),
              lease_expires_at = coalesce($5::timestamptz, now()) + $6::float8 * interval '1 ms'
        where id = $1 and attempt = $2 and runner_token_hash = $3 and status = 'dispatched'
       returning id, attempt, started_at
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.started', started_at from started
     ), renewed as (
       update runs
          set lease_expires_at = coalesce($5::timestamptz, now()) + $6::float8 * interval '1 ms'
        where id = $1 and attempt = $2 and runner_token_hash = $3 and status = 'running' and runner_id = $4
       returning id
     )
     select s.name as schedule_name, coalesce(r.fire_time, r.created_at) as fire_time,
            coalesce(r.covers_from, r.fire_time, r.created_at) as covers_from, r.covers_count,
            s.command, s.cwd, s.env, s.timeout_sec, s.grace_sec, pg_notify('belfry', 'run ' || r.id)
       from runs r
       join schedules s on s.id = r.schedule_id
      where r.id = $1
        and (exists (select from started) or exists (select from renewed))`,
      [key.runId, key.attempt, key.tokenHash, runnerId, at, leaseMs],
    );
  // Asked again while the first is under way, it waits for that one, and sees what that did only when it looks anew.
  const row = (await begin()).rows[0] ?? (await begin()).rows[0];
  if (row === undefined) throw await refusalOf(db, key);
  return {
    scheduleName: row.schedule_name,
    fireTime: row.fire_time,
    coversFrom: row.covers_from,
    coversCount: row.covers_count,
    command: row.command,
    cwd: row.cwd,
    env: row.env,
    timeoutSec: row.timeout_sec,
    graceSec: row.grace_sec,
  };
}

/**
 * Notes that the attempt's runner lives, renews its lease, and answers whether it should cancel. Throws as `startAttempt`
 * does.
 */
export async function recordHeartbeat(
  db: Queryable,
  key: AttemptKey,
  leaseMs: number,
  at: At,
): Promise<boolean> {
  const { rows } = await db.query<{ cancel: boolean }>(
    `-- prepared record_heartbeat
     update runs
        set heartbeat_at = coalesce($4::timestamptz, now()),
            lease_expires_at = coalesce($4::timestamptz, now()) + $5::float8 * interval '1 ms'
      where id = $1 and attempt = $2 and runner_token_hash = $3 and status = 'running'
     returning cancel_requested_at is not null as cancel`,
    [key.runId, key.attempt, key.tokenHash, at, leaseMs],
  );
  if (rows[0] === undefined) throw await refusalOf(db, key);
  return rows[0].cancel;
}

/** How an attempt ended for good. `skipped`: its exit code says that there was nothing to do. */
export interface FinalOutcome extends Omit<Outcome, "status"> {
  status: Outcome["status"] | "skipped";
  /** How long ago, in milliseconds. */
  endedAgoMs: number;
}

/** What was ended, for the log. */
export interface FinishedAttempt {
  scheduleName: string;
  durationMs: number;
}

/**
 * Ends an attempt, unless something has moved the run since it began. Throws as `startAttempt` does:
 * `run_ended` also answers a report that was handed in twice.
 */
export async function finishAttempt(
  db: Queryable,
  key: AttemptKey,
  outcome: FinalOutcome,
  at: At,
): Promise<FinishedAttempt> {
  const { rows } = await db.query<{ schedule_name: string; duration_ms: number }>(
    `-- prepared finish_attempt
     with ended as (
       update runs
          set status = $4, skip_reason = case when $4 = 'skipped' then 'exit_code' end, error_kind = $5, error_message = $6, exit_code = $7, exit_signal = $8,
              finished_at = greatest(started_at, coalesce($9::timestamptz, now()) - $10::float8 * interval '1 ms')
        where id = $1 and attempt = $2 and runner_token_hash = $3 and status = 'running'
       returning id, schedule_id, backfill_id, attempt, status, started_at, finished_at
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.' || status, finished_at from ended
     )
     select s.name as schedule_name, extract(epoch from (e.finished_at - e.started_at))::float8 * 1000 as duration_ms,
            pg_notify('belfry', 'run ' || e.id), pg_notify('belfry', 'ready'),
            case when e.backfill_id is not null then pg_notify('belfry', 'feed') end
       from ended e
       join schedules s on s.id = e.schedule_id`,
    [
      key.runId,
      key.attempt,
      key.tokenHash,
      outcome.status,
      outcome.errorKind,
      outcome.errorMessage,
      outcome.exitCode,
      outcome.exitSignal,
      at,
      outcome.endedAgoMs,
    ],
  );
  if (rows[0] === undefined) throw await refusalOf(db, key);
  return { scheduleName: rows[0].schedule_name, durationMs: rows[0].duration_ms };
}

/** Why a runner's call changed nothing. */
export async function refusalOf(db: Queryable, key: AttemptKey): Promise<BelfryError> {
  const { rows } = await db.query<{ status: RunStatus; attempt: number; runner_token_hash: string | null }>(
    "select status, attempt, runner_token_hash from runs where id = $1",
    [key.runId],
  );
  const run = rows[0];
  const { runId, attempt } = key;
  if (run === undefined) return new BelfryError("run_not_found", `There is no run ${runId}.`);
  if (run.attempt !== attempt) {
    return new BelfryError(
      "token_stale",
      `Run ${runId} is at attempt ${run.attempt}; the token is of attempt ${attempt}.`,
    );
  }
  if (run.runner_token_hash !== key.tokenHash) {
    return new BelfryError(
      "token_invalid",
      `The run token is refused: it is not the one given out for run ${runId}.`,
    );
  }
  if (isFinal(run.status))
    return new BelfryError("run_ended", `Run ${runId} has ended: it is ${run.status}.`);
  if (run.status === "running") {
    return new BelfryError(
      "run_already_started",
      `Attempt ${attempt} of run ${runId} was started by another runner.`,
    );
  }
  return new BelfryError(
    "run_not_running",
    `Run ${runId} is ${run.status}: its attempt has not been started.`,
  );
}

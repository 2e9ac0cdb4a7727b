import { BelfryError } from "../core/errors.js";
import { isFinal } from "../core/run-state.js";
import type { Outcome, RunParameters, RunStatus } from "../core/run.js";
import type { Command } from "../core/schedule.js";
import type { Env } from "../core/secrets/reference.js";
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
  env: Env;
  timeoutSec: number;
  graceSec: number;
  /** What whoever asked for the run gives to it. */
  parameters: RunParameters;
}

interface JobRow {
  id: string;
  schedule_name: string;
  fire_time: Date;
  covers_from: Date;
  covers_count: number;
  command: Command;
  cwd: string | null;
  env: Env;
  timeout_sec: number;
  grace_sec: number;
  parameters: RunParameters | null;
}

/** A runner that asks for the start of its attempt. */
export interface AttemptStart extends AttemptKey {
  runnerId: string;
}

/**
 * Starts attempts of as many runs, each once: a compare-and-set on (run, attempt). The same runner may ask again, since an
 * answer can be lost. Answers the jobs in the same order; null for one that was refused.
 */
export async function startAttempts(
  db: Queryable,
  starts: readonly AttemptStart[],
  { leaseMs, at }: { leaseMs: number; at: At },
): Promise<(Job | null)[]> {
  // The sub-selects hide the lengths of the arrays, as in `writeFires`.
  const { rows } = await db.query<JobRow>(
    `-- prepared start_attempts
     with asked as (
       select *
         from unnest((select $1::bigint[]), (select $2::int[]), (select $3::text[]), (select $4::text[]))
           as a (run_id, attempt, token_hash, runner_id)
     ), locked as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where id in (select run_id from asked) and status in ('dispatched', 'running')
        order by id
          for no key update
     ), started as (
       update runs r
          set status = 'running', runner_id = a.runner_id,
              started_at = coalesce($5::timestamptz, now()), heartbeat_at = coalesce($5::timestamptz, now()),
              lease_expires_at = coalesce($5::timestamptz, now()) + $6::float8 * interval '1 ms'
         from asked a, locked l
        where r.id = l.id and a.run_id = l.id
          and r.attempt = a.attempt and r.runner_token_hash = a.token_hash and r.status = 'dispatched'
       returning r.id, r.attempt, r.started_at
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.started', started_at from started
     ), renewed as (
       update runs r
          set lease_expires_at = coalesce($5::timestamptz, now()) + $6::float8 * interval '1 ms'
         from asked a, locked l
        where r.id = l.id and a.run_id = l.id and r.runner_id = a.runner_id
          and r.attempt = a.attempt and r.runner_token_hash = a.token_hash and r.status = 'running'
       returning r.id
     )
     select r.id, s.name as schedule_name, coalesce(r.fire_time, r.repeats_fire, r.created_at) as fire_time,
            coalesce(r.covers_from, r.fire_time, r.repeats_fire, r.created_at) as covers_from, r.covers_count,
            r.parameters,
            s.command, s.cwd, s.env, s.timeout_sec, s.grace_sec, pg_notify('belfry', 'run ' || r.id)
       from (select id from started union all select id from renewed) begun
       join runs r on r.id = begun.id
       join schedules s on s.id = r.schedule_id`,
    [...columnsOf(starts), starts.map((start) => start.runnerId), at, leaseMs],
  );
  const jobs = new Map(rows.map((row) => [row.id, toJob(row)]));
  return starts.map(({ runId }) => jobs.get(runId) ?? null);
}

function columnsOf(keys: readonly AttemptKey[]): unknown[][] {
  return [keys.map((key) => key.runId), keys.map((key) => key.attempt), keys.map((key) => key.tokenHash)];
}

function toJob(row: JobRow): Job {
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
    parameters: row.parameters ?? {},
  };
}

/**
 * Notes that the attempt's runner lives, renews its lease, and answers whether it should cancel. Throws as
 * `AttemptDesk.start` does.
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

/** A runner's report of the end of its attempt. */
export interface AttemptFinish extends AttemptKey, FinalOutcome {}

/**
 * Ends attempts of as many runs, each unless something has moved its run since it began. Answers in the same order; null for
 * one that was refused, as is a report that was handed in twice.
 */
export async function finishAttempts(
  db: Queryable,
  ends: readonly AttemptFinish[],
  at: At,
): Promise<(FinishedAttempt | null)[]> {
  // The sub-selects hide the lengths of the arrays, as in `writeFires`.
  const { rows } = await db.query<{ id: string; schedule_name: string; duration_ms: number }>(
    `-- prepared finish_attempts
     with asked as (
       select *
         from unnest((select $1::bigint[]), (select $2::int[]), (select $3::text[]), (select $4::text[]),
                     (select $5::text[]), (select $6::text[]), (select $7::int[]), (select $8::text[]),
                     (select $9::float8[]))
           as a (run_id, attempt, token_hash, status, error_kind, error_message, exit_code, exit_signal, ended_ago_ms)
     ), locked as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where id in (select run_id from asked) and status = 'running'
        order by id
          for no key update
     ), ended as (
       update runs r
          set status = a.status, skip_reason = case when a.status = 'skipped' then 'exit_code' end,
              error_kind = a.error_kind, error_message = a.error_message,
              exit_code = a.exit_code, exit_signal = a.exit_signal,
              finished_at = greatest(r.started_at, coalesce($10::timestamptz, now()) - a.ended_ago_ms * interval '1 ms')
         from asked a, locked l
        where r.id = l.id and a.run_id = l.id
          and r.attempt = a.attempt and r.runner_token_hash = a.token_hash and r.status = 'running'
       returning r.id, r.schedule_id, r.backfill_id, r.attempt, r.status, r.started_at, r.finished_at
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.' || status, finished_at from ended
     )
     select e.id, s.name as schedule_name,
            extract(epoch from (e.finished_at - e.started_at))::float8 * 1000 as duration_ms,
            pg_notify('belfry', 'run ' || e.id), pg_notify('belfry', 'ready'),
            case when e.backfill_id is not null then pg_notify('belfry', 'feed') end
       from ended e
       join schedules s on s.id = e.schedule_id`,
    [
      ...columnsOf(ends),
      ends.map((end) => end.status),
      ends.map((end) => end.errorKind),
      ends.map((end) => end.errorMessage),
      ends.map((end) => end.exitCode),
      ends.map((end) => end.exitSignal),
      ends.map((end) => end.endedAgoMs),
      at,
    ],
  );
  const finished = new Map(
    rows.map((row) => [row.id, { scheduleName: row.schedule_name, durationMs: row.duration_ms }]),
  );
  return ends.map(({ runId }) => finished.get(runId) ?? null);
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

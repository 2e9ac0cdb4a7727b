import type { ErrorKind } from "../core/run.js";
import type { Policies } from "../core/policies/policies.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** An attempt, and what its schedule says of failures. */
export interface AttemptPolicies extends Pick<Policies, "retry" | "exitCodes"> {
  /** How many attempts of the run failed before this one. */
  failures: number;
}

/** What a run's schedule says of its failures; null if there is no such run. */
export async function findAttemptPolicies(db: Queryable, runId: string): Promise<AttemptPolicies | null> {
  const { rows } = await db.query<AttemptPolicies>(
    `select s.retry, s.exit_codes as "exitCodes", r.failures
       from runs r
       join schedules s on s.id = r.schedule_id
      where r.id = $1`,
    [runId],
  );
  return rows[0] ?? null;
}

/** How an attempt failed, and what becomes of its run. */
export interface AttemptEnd {
  runId: string;
  attempt: number;
  errorKind: ErrorKind;
  errorMessage: string;
  exitCode: number | null;
  exitSignal: string | null;
  /** How long ago that was, in milliseconds. */
  endedAgoMs: number;
  /** When the run is tried again, in milliseconds from now; null: it is not. */
  retryInMs: number | null;
  /** If it is the runner itself that reports: the hash of its token. */
  tokenHash: string | null;
  /** If the lease must have run out for it to count. */
  onlyExpired: boolean;
}

/** What was ended, for the log. */
export interface EndedAttempt {
  runId: string;
  scheduleName: string;
  status: "failed" | "cancelled" | "pending";
  durationMs: number;
  /** When it is tried again, if it is. */
  retryAt: Date | null;
}

interface EndedRow {
  id: string;
  schedule_name: string;
  status: EndedAttempt["status"];
  duration_ms: number | null;
  retry_at: Date | null;
}

/**
 * Ends attempts that failed: their runs fail, or wait for the next attempt. Whose cancel was asked for is cancelled, and
 * not tried again. Answers those that had not ended yet. Their runners, if they live, are told: they have lost the run.
 */
export async function endAttempts(
  db: Queryable,
  ends: readonly AttemptEnd[],
  at: At,
): Promise<EndedAttempt[]> {
  const { rows } = await db.query<EndedRow>(endAll, [JSON.stringify(ends.map(endRow)), at]);
  return rows.map((row) => ({
    runId: row.id,
    scheduleName: row.schedule_name,
    status: row.status,
    durationMs: row.duration_ms ?? 0,
    retryAt: row.retry_at,
  }));
}

function endRow(end: AttemptEnd) {
  return {
    run_id: end.runId,
    attempt: end.attempt,
    error_kind: end.errorKind,
    error_message: end.errorMessage.slice(0, 4000),
    exit_code: end.exitCode,
    exit_signal: end.exitSignal,
    ended_ago_ms: end.endedAgoMs,
    retry_in_ms: end.retryInMs,
    token_hash: end.tokenHash,
    only_expired: end.onlyExpired,
  };
}

const endAll = `with attempt_end as (
     select *
       from jsonb_to_recordset($1::jsonb)
         as e (run_id bigint, attempt int, error_kind text, error_message text, exit_code int, exit_signal text,
               ended_ago_ms float8, retry_in_ms float8, token_hash text, only_expired boolean)
   ), locked as (
     -- In order, as all who write several runs lock them: else two could wait for each other.
     select r.id, r.started_at, r.cancel_requested_at
       from runs r
       join attempt_end e on e.run_id = r.id
      where r.attempt = e.attempt and r.status in ('dispatched', 'running')
      order by r.id
        for no key update of r
   ), thought as (
     select e.*, l.started_at,
            case when l.cancel_requested_at is not null then 'cancelled'
                 when e.retry_in_ms is not null then 'pending' else 'failed' end as next_status,
            greatest(l.started_at, coalesce($2::timestamptz, now()) - e.ended_ago_ms * interval '1 ms') as ended_at,
            coalesce($2::timestamptz, now()) + e.retry_in_ms * interval '1 ms' as next_at
       from attempt_end e
       join locked l on l.id = e.run_id
   ), ended as (
     update runs r
        set status = t.next_status,
            error_kind = case when t.next_status = 'failed' then t.error_kind end,
            error_message = case when t.next_status <> 'pending' then t.error_message end,
            exit_code = case when t.next_status <> 'pending' then t.exit_code end,
            exit_signal = case when t.next_status <> 'pending' then t.exit_signal end,
            finished_at = case when t.next_status <> 'pending' then t.ended_at end,
            failures = r.failures + case when t.next_status = 'pending' then 1 else 0 end,
            retry_at = case when t.next_status = 'pending' then t.next_at end,
            waited_until = case when t.next_status = 'pending' then t.next_at else r.waited_until end,
            dispatched_at = case when t.next_status = 'pending' then null else r.dispatched_at end,
            started_at = case when t.next_status = 'pending' then null else r.started_at end,
            heartbeat_at = case when t.next_status = 'pending' then null else r.heartbeat_at end,
            lease_expires_at = case when t.next_status = 'pending' then null else r.lease_expires_at end,
            runner_token_hash = case when t.next_status = 'pending' then null else r.runner_token_hash end,
            exclusive = r.exclusive and t.next_status <> 'pending',
            concurrency_group = case when t.next_status <> 'pending' then r.concurrency_group end
       from thought t
      where r.id = t.run_id and r.attempt = t.attempt and r.status in ('dispatched', 'running')
        and (t.token_hash is null or (r.runner_token_hash = t.token_hash and r.status = 'running'))
        -- A dispatch that was answered too late did start its runner.
    and (t.error_kind <> 'dispatch' or r.status = 'dispatched')
    and (not t.only_expired or r.lease_expires_at < coalesce($2::timestamptz, now()))
     returning r.id, r.schedule_id, r.backfill_id, r.attempt, r.status, t.started_at, t.ended_at, r.retry_at
   ), told as (
     insert into run_events (run_id, attempt, name, at, details)
     select e.id, e.attempt, case when e.status = 'pending' then 'run.attempt_failed' else 'run.' || e.status end,
            e.ended_at,
            case when e.status = 'pending'
                 then jsonb_strip_nulls(jsonb_build_object(
                        'errorKind', t.error_kind, 'errorMessage', t.error_message, 'exitCode', t.exit_code,
                        'exitSignal', t.exit_signal, 'startedAt', e.started_at, 'retryAt', e.retry_at))
                 else '{}' end
       from ended e
       join thought t on t.run_id = e.id
   )
   select e.id, s.name as schedule_name, e.status, e.retry_at,
          extract(epoch from (e.ended_at - e.started_at))::float8 * 1000 as duration_ms,
          pg_notify('belfry', 'run ' || e.id), pg_notify('belfry', 'cancel ' || e.id), pg_notify('belfry', 'ready'),
          case when e.backfill_id is not null then pg_notify('belfry', 'feed') end
     from ended e
     join schedules s on s.id = e.schedule_id`;

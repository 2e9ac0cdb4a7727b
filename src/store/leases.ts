import type { Policies } from "../core/policies/policies.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { patienceSec } from "./orphans.js";

/**
 * Puts back what was claimed and not started before its first lease was over, so that it is dispatched again; answers the
 * ids. One that was claimed without a lease has `startWithinMs`. An orphan is left to the sweep.
 */
export async function requeueUnstarted(db: Queryable, startWithinMs: number, at: At): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with locked as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select r.id, r.attempt
         from runs r
         join schedules s on s.id = r.schedule_id
        where r.status = 'dispatched'
          and coalesce(r.lease_expires_at, r.dispatched_at + $1::float8 * interval '1 ms')
              < coalesce($2::timestamptz, now())
          and coalesce(r.waited_until, r.created_at)
              >= coalesce($2::timestamptz, now()) - make_interval(secs => ${patienceSec})
        order by r.id
          for no key update of r
     ), overdue as (
       update runs r
          set status = 'pending', runner_token_hash = null, exclusive = false, concurrency_group = null,
              dispatched_at = null, lease_expires_at = null
         from locked l
        where r.id = l.id and r.attempt = l.attempt and r.status = 'dispatched'
       returning r.id, r.attempt
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.start_overdue', coalesce($2::timestamptz, now()) from overdue
     )
     select id from overdue order by id`,
    [startWithinMs, at],
  );
  return rows.map((row) => row.id);
}

/** A running attempt whose runner has not been heard of in time, and what its schedule says of failures. */
export interface ExpiredLease extends Pick<Policies, "retry" | "exitCodes"> {
  runId: string;
  attempt: number;
  scheduleName: string;
  failures: number;
}

interface ExpiredRow extends Pick<Policies, "retry"> {
  id: string;
  attempt: number;
  schedule_name: string;
  failures: number;
  exit_codes: Policies["exitCodes"];
}

/** The running attempts whose lease is over, the oldest run first; at most `limit`. */
export async function listExpiredLeases(
  db: Queryable,
  { at, limit }: { at: At; limit: number },
): Promise<ExpiredLease[]> {
  const { rows } = await db.query<ExpiredRow>(
    `select r.id, r.attempt, r.failures, s.name as schedule_name, s.retry, s.exit_codes
       from runs r
       join schedules s on s.id = r.schedule_id
      where r.status = 'running' and r.lease_expires_at < coalesce($1::timestamptz, now())
      order by r.id
      limit $2`,
    [at, limit],
  );
  return rows.map((row) => ({
    runId: row.id,
    attempt: row.attempt,
    scheduleName: row.schedule_name,
    failures: row.failures,
    retry: row.retry,
    exitCodes: row.exit_codes,
  }));
}

/**
 * Gives every run under way a lease of at least `leaseMs` from now: there was no server that its runner could have renewed
 * it with.
 */
export async function prolongLeases(db: Queryable, leaseMs: number, at: At): Promise<void> {
  await db.query(
    `with under_way as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where status in ('dispatched', 'running')
        order by id
          for no key update
     )
     update runs
        set lease_expires_at = greatest(lease_expires_at, coalesce($2::timestamptz, now()) + $1::float8 * interval '1 ms')
      where id in (select id from under_way) and status in ('dispatched', 'running') and lease_expires_at is not null`,
    [leaseMs, at],
  );
}

/** Milliseconds until the next lease or start deadline is over; null if there is none. May be negative. */
export async function msUntilNextDeadline(db: Queryable, at: At): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select extract(epoch from (least(
              (select min(lease_expires_at) from runs where status in ('dispatched', 'running')),
              (select min(start_by) from runs where status = 'pending' and start_by is not null and attempt = 0)
            ) - coalesce($1::timestamptz, clock_timestamp())))::float8 * 1000 as ms`,
    [at],
  );
  return rows[0]!.ms;
}

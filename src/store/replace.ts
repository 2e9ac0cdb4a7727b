import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/**
 * Under the policy `replace`, ends as many of each schedule's older runs, the oldest first, as it takes for no more than its
 * limit to be left with the newest. One that was never tried is skipped as `replaced`, one that has not started is
 * cancelled, and the runner of one that has is told to end it. Runs of backfills are left alone, and so are the schedules of
 * any other policy. Wants a transaction in which the newest runs were inserted.
 */
export async function replaceOlder(
  session: Queryable,
  scheduleIds: readonly string[],
  at: At,
): Promise<void> {
  // The sub-select hides the length of the array, as in `writeFires`, and schedules are looked up one by one.
  await session.query(
    `with replaced as (
       select r.id, r.newest_id
         from unnest((select $1::bigint[])) as wanted (id)
        cross join lateral (
                select id, coalesce(max_concurrent, 1) as run_limit
                  from schedules
                 where id = wanted.id and overlap_policy = 'replace'
                offset 0) s
        cross join lateral (
                select id, first_value(id) over newest_first as newest_id, row_number() over newest_first as place
                  from runs
                 where schedule_id = s.id and status in ('pending', 'dispatched', 'running') and backfill_id is null
                   and cancel_requested_at is null
                window newest_first as (order by id desc)) r
        where r.place > s.run_limit
     ), live as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where id in (select id from replaced) and ${notEnding}
        order by id
          for no key update
     ), ended as (
       update runs
          set status = case when status = 'running' then status when ${untried} then 'skipped' else 'cancelled' end,
              skip_reason = case when ${untried} then 'replaced' end,
              error_message = case when status <> 'running' and not (${untried}) then 'A newer run replaced it.' end,
              cancel_requested_at = case when not (${untried}) then coalesce($2::timestamptz, now()) end,
              finished_at = case when status <> 'running' then coalesce($2::timestamptz, now()) end
        where id in (select id from live) and ${notEnding}
       returning id, attempt, status
     ), told as (
       insert into run_events (run_id, attempt, name, at, details)
       select e.id, e.attempt, case when e.status = 'running' then 'run.cancel_requested' else 'run.' || e.status end,
              coalesce($2::timestamptz, now()), jsonb_build_object('replacedBy', r.newest_id::text)
         from ended e
         join replaced r on r.id = e.id
     )
     select pg_notify('belfry', 'run ' || id), pg_notify('belfry', 'cancel ' || id), pg_notify('belfry', 'ready')
       from ended`,
    [scheduleIds, at],
  );
}

const notEnding = `status in ('pending', 'dispatched', 'running') and cancel_requested_at is null`;
const untried = `status = 'pending' and attempt = 0`;

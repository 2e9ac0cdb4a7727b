import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** The seconds after which a run is an orphan, of columns of `schedules`: a job may use up its grace after its timeout. */
export const patienceSec = "(timeout_sec + greatest(300, grace_sec + 60))";

/**
 * Fails every run that has not ended and is older than its timeout and 300 s (or than its timeout, grace and 60 s, if that is
 * longer), as `shutdown`; answers how many.
 * A run's age counts from its creation; if it had to wait for another run of its schedule, from the end of the wait.
 * One that still waits behind a live run is not an orphan.
 */
export async function failOrphans(db: Queryable, at: At): Promise<number> {
  // Schedules are looked up one by one: else the planner reads all of them for some hundred runs, at every tick.
  const { rows } = await db.query<{ swept: number }>(
    `with old as (
       select r.id, r.schedule_id, r.status, s.patience_sec
         from runs r
        cross join lateral (select ${patienceSec} as patience_sec from schedules where id = r.schedule_id offset 0) s
        where r.status in ('pending', 'dispatched', 'running')
          and coalesce(r.waited_until, r.created_at)
              < coalesce($1::timestamptz, now()) - make_interval(secs => s.patience_sec)
     ), orphan as (
       select o.id
         from old o
        where o.status <> 'pending'
           or not exists (
                select from runs b
                 where b.schedule_id = o.schedule_id and b.id <> o.id
                   and ((b.status in ('dispatched', 'running') or b.status = 'pending' and b.retry_at is not null)
                        and b.id not in (select id from old)
                        or b.finished_at > coalesce($1::timestamptz, now()) - make_interval(secs => o.patience_sec)
                           and b.status <> 'skipped'))
     ), locked as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where id in (select id from orphan) and status in ('pending', 'dispatched', 'running')
        order by id
          for no key update
     ), swept as (
       update runs r
          set status = 'failed', error_kind = 'shutdown', finished_at = coalesce($1::timestamptz, now()),
              error_message = case when r.status = 'running'
                then 'Its runner fell silent: nothing was heard of it until its timeout and 300 s had passed.'
                else 'It was not started until its timeout and 300 s had passed.' end
         from locked l
        where r.id = l.id and r.status in ('pending', 'dispatched', 'running')
       returning r.id, r.attempt, r.finished_at
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.failed', finished_at from swept
     ), notified as (
       select pg_notify('belfry', 'run ' || id), pg_notify('belfry', 'cancel ' || id), pg_notify('belfry', 'ready'),
              pg_notify('belfry', 'feed')
         from swept
     )
     select count(*)::int as swept from notified`,
    [at],
  );
  return rows[0]!.swept;
}

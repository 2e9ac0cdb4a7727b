import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** Skips the runs that were not tried before their start deadline, as `start_deadline`; answers how many. */
export async function skipUnstarted(db: Queryable, at: At): Promise<number> {
  const { rows } = await db.query<{ skipped: number }>(
    `with late as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where status = 'pending' and start_by < coalesce($1::timestamptz, now()) and attempt = 0
        order by id
          for no key update
     ), skipped as (
       update runs
          set status = 'skipped', skip_reason = 'start_deadline', finished_at = coalesce($1::timestamptz, now())
        where id in (select id from late) and status = 'pending'
       returning id
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, 0, 'run.skipped', coalesce($1::timestamptz, now()) from skipped
     ), notified as (
       select pg_notify('belfry', 'run ' || id), pg_notify('belfry', 'ready'),
              pg_notify('belfry', 'feed')
         from skipped
     )
     select count(*)::int as skipped from notified`,
    [at],
  );
  return rows[0]!.skipped;
}

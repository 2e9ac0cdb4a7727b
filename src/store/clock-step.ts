import type { Schedule } from "../core/schedule.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { type ScheduleRow, toSchedule } from "./rows.js";

/** How far in the future the newest run was made, in milliseconds; not above 0 unless the clock has gone back since. */
export async function msAheadOfNewestRun(db: Queryable, at: At): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `select extract(epoch from (created_at - coalesce($1::timestamptz, now())))::float8 * 1000 as ms
       from runs
      order by id desc
      limit 1`,
    [at],
  );
  return rows[0]?.ms ?? 0;
}

/** The schedules that wait for a fire after the instant. */
export async function listSchedulesNextAfter(db: Queryable, instant: Date): Promise<Schedule[]> {
  const { rows } = await db.query<ScheduleRow>(
    `select *
       from schedules
      where next_fire_at > $1 and enabled and paused_at is null and retired_at is null
      order by id`,
    [instant],
  );
  return rows.map(toSchedule);
}

/** Sets the next fire of a schedule that was read to an earlier one; says whether the schedule still waited for the one it had. */
export async function rearmEarlier(
  db: Queryable,
  { id, nextFireAt }: Pick<Schedule, "id" | "nextFireAt">,
  earlier: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update schedules
        set next_fire_at = $2, owed_from = null
      where id = $1 and date_trunc('milliseconds', next_fire_at) = $3 and paused_at is null and retired_at is null`,
    [id, earlier, nextFireAt],
  );
  return rowCount === 1;
}

/** The newest fire of each schedule that has its row already and lies between two instants of the future, by its id. */
export async function newestFiresBetween(
  db: Queryable,
  scheduleIds: readonly string[],
  { after, until }: { after: Date; until: Date },
): Promise<Map<string, Date>> {
  const { rows } = await db.query<{ id: string; fire_time: Date }>(
    `select wanted.id, newest.fire_time
       from unnest($1::bigint[]) as wanted (id)
      cross join lateral (
        select fire_time
          from runs
         where schedule_id = wanted.id and fire_time > $2 and fire_time <= $3
         order by fire_time desc
         limit 1
      ) newest`,
    [scheduleIds, after, until],
  );
  return new Map(rows.map(({ id, fire_time: fireTime }) => [id, fireTime]));
}

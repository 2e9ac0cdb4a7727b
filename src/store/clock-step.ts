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

/** Sets a schedule's next fire to an earlier one; says whether it was later, and the schedule still waits for it. */
export async function rearmEarlier(db: Queryable, id: string, nextFireAt: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update schedules
        set next_fire_at = $2, owed_from = null
      where id = $1 and next_fire_at > $2 and paused_at is null and retired_at is null`,
    [id, nextFireAt],
  );
  return rowCount === 1;
}

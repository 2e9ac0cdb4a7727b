import type { Pool } from "../src/store/database.js";

/** Everyday expressions in a few zones, so that thinking is not a matter of one cached answer. None is due for a day. */
export async function fill(pool: Pool, count: number): Promise<void> {
  await pool.query("truncate schedules, runs, run_events, run_logs restart identity");
  await pool.query(
    `insert into schedules (name, cron, timezone, command, next_fire_at)
     select 'job ' || n,
            (array['0 * * * *', '*/15 * * * *', '30 2 * * *', '0 9 * * MON-FRI', '15 4 1 * *'])[1 + n % 5],
            (array['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])[1 + n % 4],
            '["true"]',
            now() + interval '1 day' + n * interval '1 second'
       from generate_series(1, $1::int) n`,
    [count],
  );
  for (const statement of ["vacuum analyze schedules", "checkpoint"]) await pool.query(statement);
}

/** Makes the same `due` of all schedules due, evenly strewn among them, and forgets all runs. */
export async function makeDue(
  pool: Pool,
  { schedules, due, inMs = 0 }: { schedules: number; due: number; inMs?: number },
): Promise<Date> {
  await pool.query("truncate runs, run_events, run_logs");
  await pool.query("checkpoint");
  const { rows } = await pool.query<{ due_at: Date }>(
    "select date_trunc('second', clock_timestamp() + $1::int * interval '1 millisecond') as due_at",
    [inMs],
  );
  await pool.query(
    "update schedules set next_fire_at = $1::timestamptz, owed_from = null where id % $2::bigint = 0",
    [rows[0]!.due_at.toISOString(), Math.floor(schedules / due)],
  );
  await pool.query("vacuum analyze schedules");
  return rows[0]!.due_at;
}

export async function countRuns(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from runs");
  return rows[0]!.count;
}

export interface Steady {
  count: number;
  everySec: number;
  /** The first fires of two schedules are so far from each other. */
  apartMs: number;
  /** All fires of a second come at its beginning, as those of cron expressions do. */
  onWholeSeconds: boolean;
  command: string[];
  /** When the first of them fires: what comes before it must be done by then. */
  startsInMs: number;
}

/** Inserts schedules that fire one after another, evenly. Answers when the first fires. */
export async function insertSteady(pool: Pool, steady: Steady): Promise<Date> {
  const first = new Date(Math.ceil((Date.now() + steady.startsInMs) / 1000) * 1000);
  await pool.query(
    `insert into schedules (name, every_sec, anchor_at, overlap_policy, command, next_fire_at)
     select 'every ' || n, $2::int, at, 'concurrent', $3::jsonb, at
       from (select n, date_trunc($6::text, $4::timestamptz + n * $5::float8 * interval '1 millisecond') as at
               from generate_series(0, $1::int - 1) n) s`,
    [
      steady.count,
      steady.everySec,
      JSON.stringify(steady.command),
      first.toISOString(),
      steady.apartMs,
      steady.onWholeSeconds ? "second" : "milliseconds",
    ],
  );
  await pool.query("vacuum analyze schedules");
  return first;
}

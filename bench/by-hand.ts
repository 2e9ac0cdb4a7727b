import type { Pool, Queryable } from "../src/store/database.js";
import { inTransaction } from "../src/store/transaction.js";

// What somebody would write who needs nothing but "every N minutes" and knows PostgreSQL well: the yardsticks of the tick.

const batchSize = 1000;
const everyMs = 3_600_000;

interface Due {
  id: string;
  next_fire_at: Date;
  active_count?: number;
}

const activeCount = `,
  (select count(*)::int from runs r
    where r.schedule_id = s.id and r.status in ('pending', 'dispatched', 'running')) as active_count`;

/** Fires all that is due, in batches, each with a read that locks and one write. Answers how many. */
export async function fireByHand(pool: Pool, { overlap }: { overlap: boolean }): Promise<number> {
  for (let fired = 0; ;) {
    const count = await inTransaction(pool, (session) => fireBatch(session, overlap));
    fired += count;
    if (count < batchSize) return fired;
  }
}

async function fireBatch(session: Queryable, overlap: boolean): Promise<number> {
  const { rows } = await session.query<Due>(
    `select s.id, s.next_fire_at ${overlap ? activeCount : ""}
       from schedules s
      where s.next_fire_at <= now() and s.enabled and s.paused_at is null and s.retired_at is null
      order by s.next_fire_at
      limit $1
        for no key update of s skip locked`,
    [batchSize],
  );
  if (rows.length > 0) await writeBatch(session, rows);
  return rows.length;
}

async function writeBatch(session: Queryable, due: readonly Due[]): Promise<void> {
  const ready = due.filter((row) => (row.active_count ?? 0) === 0);
  await session.query(
    `with advanced as (
       update schedules s
          set next_fire_at = a.next_fire_at
         from unnest((select $1::bigint[]), (select $2::timestamptz[])) as a (id, next_fire_at)
        where s.id = a.id
     )
     insert into runs (schedule_id, fire_time, created_at)
     select f.schedule_id, f.fire_time, clock_timestamp()
       from unnest((select $3::bigint[]), (select $4::timestamptz[])) as f (schedule_id, fire_time)
     on conflict (schedule_id, fire_time) do nothing`,
    [
      due.map((row) => row.id),
      due.map((row) => new Date(row.next_fire_at.getTime() + everyMs).toISOString()),
      ready.map((row) => row.id),
      ready.map((row) => row.next_fire_at.toISOString()),
    ],
  );
}

/** The floor: the same rows, written by the database alone in one statement. */
export async function fireInOneStatement(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `with due as (
       select id, next_fire_at
         from schedules
        where next_fire_at <= now() and enabled and paused_at is null and retired_at is null
          for no key update skip locked
     ), advanced as (
       update schedules s
          set next_fire_at = s.next_fire_at + interval '1 hour'
         from due
        where s.id = due.id
     ), fired as (
       insert into runs (schedule_id, fire_time, created_at)
       select id, next_fire_at, clock_timestamp() from due
       returning 1
     )
     select count(*)::int as count from fired`,
  );
  return rows[0]!.count;
}

/** The floor of the floor: nothing but the rows, for nobody to find twice. */
export async function insertOnly(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `with fired as (
       insert into runs (schedule_id, fire_time, created_at)
       select id, next_fire_at, clock_timestamp()
         from schedules
        where next_fire_at <= now() and enabled and paused_at is null and retired_at is null
       returning 1
     )
     select count(*)::int as count from fired`,
  );
  return rows[0]!.count;
}

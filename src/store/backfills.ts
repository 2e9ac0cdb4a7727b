import type { Backfill } from "../core/backfill/backfill.js";
import type { OverlapPolicy } from "../core/decide.js";
import { BelfryError } from "../core/errors.js";
import { type RunStatus, runStatuses } from "../core/run.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

interface BackfillRow {
  id: string;
  schedule_id: string;
  schedule_name: string;
  timezone: string;
  from_at: Date;
  to_at: Date;
  overlap_policy: OverlapPolicy;
  parallel: number;
  fires: number;
  next_from: Date | null;
  cancelled_at: Date | null;
  created_at: Date;
  finished_at: Date | null;
}

function toBackfill(row: BackfillRow): Backfill {
  return {
    id: row.id,
    scheduleId: row.schedule_id,
    scheduleName: row.schedule_name,
    timezone: row.timezone,
    from: row.from_at,
    to: row.to_at,
    overlap: row.overlap_policy,
    parallel: row.parallel,
    fires: row.fires,
    nextFrom: row.next_from,
    cancelledAt: row.cancelled_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** What a new backfill is made of. */
export type NewBackfill = Pick<Backfill, "scheduleId" | "from" | "to" | "overlap" | "parallel" | "fires">;

/** Writes a backfill down; its runs are made by the next tick. */
export async function insertBackfill(db: Queryable, backfill: NewBackfill, at: At): Promise<Backfill> {
  const { rows } = await db.query<BackfillRow>(
    `with b as (
       insert into backfills (schedule_id, from_at, to_at, overlap_policy, parallel, fires, next_from, created_at)
       values ($1, $2::timestamptz, $3, $4, $5, $6, $2::timestamptz, coalesce($7::timestamptz, now()))
       returning *
     )
     select b.*, s.name as schedule_name, s.timezone, pg_notify('belfry', 'feed')
       from b
       join schedules s on s.id = b.schedule_id`,
    [
      backfill.scheduleId,
      backfill.from,
      backfill.to,
      backfill.overlap,
      backfill.parallel,
      backfill.fires,
      at,
    ],
  );
  return toBackfill(rows[0]!);
}

/** The backfill of that id; throws `backfill_not_found`. */
export async function getBackfill(db: Queryable, id: string): Promise<Backfill> {
  const { rows } = await db.query<BackfillRow>(
    `select b.*, s.name as schedule_name, s.timezone
       from backfills b
       join schedules s on s.id = b.schedule_id
      where b.id = $1`,
    [id],
  );
  if (rows[0] !== undefined) return toBackfill(rows[0]);
  throw new BelfryError("backfill_not_found", `There is no backfill ${id}.`);
}

/** A page of backfills, the newest first, older than the backfill `cursor`. */
export async function listBackfills(
  db: Queryable,
  filter: { cursor: string | null; limit: number; scheduleId: string | null },
): Promise<Backfill[]> {
  const { rows } = await db.query<BackfillRow>(
    `select b.*, s.name as schedule_name, s.timezone
       from backfills b
       join schedules s on s.id = b.schedule_id
      where ($1::bigint is null or b.id < $1)
        and ($3::bigint is null or b.schedule_id = $3)
      order by b.id desc
      limit $2`,
    [filter.cursor, filter.limit, filter.scheduleId],
  );
  return rows.map(toBackfill);
}

/** How many runs of each status there are. */
export type RunCounts = Record<RunStatus, number>;

/** The runs that backfills have so far, by the backfill's id. */
export async function countRunsOf(
  db: Queryable,
  backfillIds: readonly string[],
): Promise<Map<string, RunCounts>> {
  const { rows } = await db.query<{ backfill_id: string; status: RunStatus; count: number }>(
    `select backfill_id, status, count(*)::int as count
       from runs
      where backfill_id = any($1::bigint[])
      group by backfill_id, status`,
    [backfillIds],
  );
  const none = Object.fromEntries(runStatuses.map((status) => [status, 0])) as RunCounts;
  const counts = new Map(backfillIds.map((id): [string, RunCounts] => [id, { ...none }]));
  for (const { backfill_id: id, status, count } of rows) counts.get(id)![status] = count;
  return counts;
}

/** The backfills that have room for another run, or nothing left to wait for. Cheap if there are none. */
export async function listBackfillsToFeed(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select b.id
       from backfills b
      where b.finished_at is null
        and (select count(*)
               from runs r
              where r.schedule_id = b.schedule_id and r.status in ('pending', 'dispatched', 'running')
                and r.backfill_id = b.id) < case when b.next_from is null then 1 else b.parallel end
      order by b.id`,
  );
  return rows.map(({ id }) => id);
}

/** A backfill that has not ended, locked until the transaction ends; null if it has, or another server is at work on it. */
export async function lockBackfill(session: Queryable, id: string): Promise<Backfill | null> {
  const { rows } = await session.query<BackfillRow>(
    `select b.*, s.name as schedule_name, s.timezone
       from backfills b
       join schedules s on s.id = b.schedule_id
      where b.id = $1 and b.finished_at is null
        for update of b skip locked`,
    [id],
  );
  return rows[0] === undefined ? null : toBackfill(rows[0]);
}

/** Notes which fires are still to come; null: none. The backfill must be locked. */
export async function moveBackfill(session: Queryable, id: string, nextFrom: Date | null): Promise<void> {
  await session.query(
    `with moved as (
       update backfills set next_from = $2 where id = $1 returning id
     )
     select pg_notify('belfry', 'backfill ' || id) from moved`,
    [id, nextFrom],
  );
}

/** Lets a backfill make no more runs. Says whether it had not ended, and was not being cancelled. */
export async function stopBackfill(session: Queryable, id: string, at: At): Promise<boolean> {
  const { rows } = await session.query(
    `with stopped as (
       update backfills
          set cancelled_at = coalesce($2::timestamptz, now()), next_from = null
        where id = $1 and finished_at is null and cancelled_at is null
       returning id
     )
     select pg_notify('belfry', 'backfill ' || id), pg_notify('belfry', 'feed') from stopped`,
    [id, at],
  );
  return rows.length > 0;
}

/** Ends a backfill that has no run to come and none that has not ended. It must be locked. */
export async function finishBackfill(session: Queryable, id: string, at: At): Promise<void> {
  await session.query(
    `with finished as (
       update backfills set finished_at = coalesce($2::timestamptz, now()) where id = $1 returning id
     )
     select pg_notify('belfry', 'backfill ' || id) from finished`,
    [id, at],
  );
}

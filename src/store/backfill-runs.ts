import type { Backfill } from "../core/backfill/backfill.js";
import type { BackfillFire, FireRecord } from "../core/backfill/fires.js";
import type { CoveringRun } from "../core/backfill/preview.js";
import type { SkippedRange } from "../core/backfill/remainder.js";
import type { FireReason, RunStatus, SkipReason } from "../core/run.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** The rows of these fires, by their instants in milliseconds. */
export async function listFireRecords(
  db: Queryable,
  scheduleId: string,
  fires: readonly number[],
): Promise<Map<number, FireRecord>> {
  const { rows } = await db.query<{
    id: string;
    fire_time: Date;
    status: RunStatus;
    attempt: number;
    skip_reason: SkipReason | null;
  }>(
    `select id, fire_time, status, attempt, skip_reason
       from runs
      where schedule_id = $1 and fire_time = any($2::timestamptz[])`,
    [scheduleId, fires.map(isoOf)],
  );
  const records = rows.map((row) => ({
    fireMs: row.fire_time.getTime(),
    runId: row.id,
    status: row.status,
    attempt: row.attempt,
    skipReason: row.skip_reason,
  }));
  return new Map(records.map((record) => [record.fireMs, record]));
}

/** The runs that stand for several fires, one of them between the two instants. Skipped ones do not count. */
export async function listCoveringRuns(
  db: Queryable,
  scheduleId: string,
  { from, to }: { from: Date; to: Date },
): Promise<CoveringRun[]> {
  const { rows } = await db.query<{ id: string; covers_from: Date; fire_time: Date }>(
    `select id, covers_from, fire_time
       from runs
      where schedule_id = $1 and fire_time >= $2 and covers_from <= $3 and covers_count > 1 and status <> 'skipped'
      order by fire_time`,
    [scheduleId, from, to],
  );
  return rows.map((row) => ({
    runId: row.id,
    coversFromMs: row.covers_from.getTime(),
    fireMs: row.fire_time.getTime(),
  }));
}

/** How many runs that have not ended a backfill has, and its schedule has that others must wait for. */
export async function countActiveRuns(
  session: Queryable,
  { id, scheduleId }: Backfill,
): Promise<{ own: number; inTheWay: number }> {
  const { rows } = await session.query<{ own: number; in_the_way: number }>(
    `select count(*) filter (where r.backfill_id = $2)::int as own,
            count(*) filter (where coalesce(r.overlap_policy, s.overlap_policy) <> 'concurrent')::int as in_the_way
       from runs r
       join schedules s on s.id = r.schedule_id
      where r.schedule_id = $1 and r.status in ('pending', 'dispatched', 'running')`,
    [scheduleId, id],
  );
  return { own: rows[0]!.own, inTheWay: rows[0]!.in_the_way };
}

/** Writes the rows of fires that have none; one that has got its row in the meantime is left as it is. */
export async function insertBackfillRuns(
  session: Queryable,
  backfill: Backfill,
  fires: readonly BackfillFire[],
  at: At,
): Promise<void> {
  await session.query(
    `insert into runs (schedule_id, fire_reason, backfill_id, overlap_policy, fire_time, covers_from, covers_count,
                       priority, status, skip_reason, created_at, finished_at)
     select $1, 'backfill', $2, $3, f.fire_time, case when f.covers_count > 1 then f.covers_from end, f.covers_count,
            (select priority from schedules where id = $1),
            case when f.skip_reason is null then 'pending' else 'skipped' end,
            f.skip_reason,
            coalesce($8::timestamptz, clock_timestamp()),
            case when f.skip_reason is not null then coalesce($8::timestamptz, clock_timestamp()) end
       from unnest($4::timestamptz[], $5::timestamptz[], $6::int[], $7::text[])
         as f (fire_time, covers_from, covers_count, skip_reason)
      order by f.fire_time
     on conflict (schedule_id, fire_time) do nothing`,
    [
      backfill.scheduleId,
      backfill.id,
      backfill.overlap,
      fires.map(({ fireMs }) => isoOf(fireMs)),
      fires.map(({ coversFromMs }) => isoOf(coversFromMs)),
      fires.map(({ coversCount }) => coversCount),
      fires.map(({ skipReason }) => skipReason),
      at,
    ],
  );
}

/**
 * Takes skipped rows up for a backfill: they wait to be run, or are skipped once more. What each was until then is told
 * by an event. The age of a run that is taken up counts from now.
 */
export async function takeUpSkipped(
  session: Queryable,
  backfill: Backfill,
  fires: readonly BackfillFire[],
  at: At,
): Promise<void> {
  await session.query(
    `with fire as (
       select * from unnest($3::bigint[], $4::timestamptz[], $5::int[], $6::text[])
         as f (run_id, covers_from, covers_count, skip_reason)
     ), before as (
       select id, attempt, finished_at,
              jsonb_build_object('reason', skip_reason, 'fireReason', fire_reason,
                                 'coversFrom', to_char(coalesce(covers_from, fire_time) at time zone 'UTC',
                                                       'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                                 'coversCount', covers_count) as details
         from runs
        where id = any($3::bigint[]) and status = 'skipped' and attempt = 0
          for update
     ), taken as (
       update runs r
          set status = case when f.skip_reason is null then 'pending' else 'skipped' end,
              skip_reason = f.skip_reason,
              finished_at = case when f.skip_reason is not null then coalesce($7::timestamptz, now()) end,
              start_by = null, fire_reason = 'backfill', backfill_id = $1, overlap_policy = $2,
              priority = (select priority from schedules where id = r.schedule_id),
              covers_from = case when f.covers_count > 1 then f.covers_from end, covers_count = f.covers_count,
              waited_until = coalesce($7::timestamptz, now())
         from fire f, before b
        where r.id = f.run_id and b.id = r.id
       returning r.id
     )
     insert into run_events (run_id, attempt, name, at, details)
     select b.id, b.attempt, e.name, e.at, e.details
       from before b
       join taken t on t.id = b.id
      cross join lateral (values (1, 'run.skipped', b.finished_at, b.details),
                                 (2, 'run.backfilled', coalesce($7::timestamptz, now()),
                                  jsonb_build_object('backfillId', $1::text))) as e (n, name, at, details)
      order by b.id, e.n`,
    [
      backfill.id,
      backfill.overlap,
      fires.map(({ takesUp }) => takesUp),
      fires.map(({ coversFromMs }) => isoOf(coversFromMs)),
      fires.map(({ coversCount }) => coversCount),
      fires.map(({ skipReason }) => skipReason),
      at,
    ],
  );
}

/** A skipped row that stands for several fires. */
export interface SkippedRow extends SkippedRange {
  fireReason: FireReason;
  skippedAt: Date;
  /** Which of its fires have rows of their own, in order. In milliseconds. */
  ownMs: number[];
}

/** Those of the rows that stand for several fires. */
export async function listSkippedRanges(
  session: Queryable,
  runIds: readonly string[],
): Promise<SkippedRow[]> {
  const { rows } = await session.query<{
    fire_time: Date;
    covers_from: Date;
    covers_count: number;
    skip_reason: SkipReason;
    fire_reason: FireReason;
    finished_at: Date;
    own: Date[];
  }>(
    `select r.fire_time, r.covers_from, r.covers_count, r.skip_reason, r.finished_at,
            case when r.backfill_id is null then r.fire_reason else 'schedule' end as fire_reason,
            array(select o.fire_time
                    from runs o
                   where o.schedule_id = r.schedule_id and o.fire_time >= r.covers_from and o.fire_time < r.fire_time
                   order by o.fire_time) as own
       from runs r
      where r.id = any($1::bigint[]) and r.covers_count > 1 and r.status = 'skipped'`,
    [runIds],
  );
  return rows.map((row) => ({
    fireMs: row.fire_time.getTime(),
    coversFromMs: row.covers_from.getTime(),
    coversCount: row.covers_count,
    skipReason: row.skip_reason,
    fireReason: row.fire_reason,
    skippedAt: row.finished_at,
    ownMs: row.own.map((fireTime) => fireTime.getTime()),
  }));
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

import { BelfryError } from "../core/errors.js";
import type { Run, RunParameters, RunStatus } from "../core/run.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { replaceOlder } from "./replace.js";
import { type RunRow, runColumns, toRun } from "./rows.js";

/** What a run by hand is beside its schedule. */
export interface ManualRun {
  parameters?: RunParameters;
  /** The run that it repeats: it is told the same fire time. */
  rerunOf?: string | null;
}

/**
 * Asks for a run by hand, of a schedule that is not retired. It starts when its turn comes; under the policy `replace` it
 * takes the place of older ones. Throws `schedule_retired`.
 */
export async function insertManualRun(
  db: Queryable,
  scheduleId: string,
  at: At,
  { parameters = {}, rerunOf = null }: ManualRun = {},
): Promise<Run> {
  const given = Object.keys(parameters).length === 0 ? null : JSON.stringify(parameters);
  const { rows } = await db.query<RunRow & { replaces: boolean }>(
    `with r as (
       insert into runs
         (schedule_id, fire_reason, created_at, priority, start_by, parameters, rerun_of, repeats_fire, covers_from, covers_count)
       select s.id, 'manual', coalesce($2::timestamptz, now()), s.priority,
              coalesce($2::timestamptz, now()) + make_interval(secs => s.start_deadline_sec),
              $3::jsonb, $4::bigint, coalesce(o.fire_time, o.repeats_fire), o.covers_from, coalesce(o.covers_count, 1)
         from schedules s
         left join runs o on o.id = $4::bigint
        where s.id = $1 and s.retired_at is null
       returning *
     )
     select ${runColumns}, s.overlap_policy = 'replace' as replaces, pg_notify('belfry', 'ready')
       from r
       join schedules s on s.id = r.schedule_id`,
    [scheduleId, at, given, rerunOf],
  );
  if (rows[0] === undefined) {
    throw new BelfryError(
      "schedule_retired",
      "The schedule is retired; it cannot run. Put it back into its manifest, or create it again.",
    );
  }
  if (rows[0].replaces) await replaceOlder(db, [scheduleId], at);
  return toRun(rows[0]);
}

/** The run of that id; throws `run_not_found`. */
export async function getRun(db: Queryable, id: string): Promise<Run> {
  const { rows } = await db.query<RunRow>(
    `select ${runColumns} from runs r join schedules s on s.id = r.schedule_id where r.id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new BelfryError("run_not_found", `There is no run ${id}.`);
  return toRun(rows[0]);
}

/** Which runs a list is of; null: any. */
export interface RunFilter {
  scheduleId: string | null;
  /** Any of these. */
  statuses: readonly RunStatus[] | null;
  backfillId: string | null;
  /** Created at this instant or later. */
  from: Date | null;
  /** Created before this instant. */
  to: Date | null;
}

/** A page of runs, the newest first, older than the run `cursor`. */
export async function listRuns(
  db: Queryable,
  { cursor, limit }: { cursor: string | null; limit: number },
  filter: RunFilter,
): Promise<Run[]> {
  // Without a name it is planned for its values, so that a list of failures uses the index that has no others.
  const { rows } = await db.query<RunRow>(
    `select ${runColumns}
       from runs r
       join schedules s on s.id = r.schedule_id
      where ($1::bigint is null or r.id < $1)
        and ($3::bigint is null or r.schedule_id = $3)
        and ($4::text[] is null or r.status = any($4))
        and ($5::bigint is null or r.backfill_id = $5)
        and ($6::timestamptz is null or r.created_at >= $6)
        and ($7::timestamptz is null or r.created_at < $7)
      order by r.id desc
      limit $2`,
    [cursor, limit, filter.scheduleId, filter.statuses, filter.backfillId, filter.from, filter.to],
  );
  return rows.map(toRun);
}

/** The newest run of each of the schedules that have one, by the schedule's id. */
export async function lastRunsOf(db: Queryable, scheduleIds: readonly string[]): Promise<Map<string, Run>> {
  const { rows } = await db.query<RunRow>(
    `select ${runColumns}
       from unnest($1::bigint[]) as wanted (id)
       join schedules s on s.id = wanted.id
      cross join lateral (select * from runs where schedule_id = s.id order by id desc limit 1) r`,
    [scheduleIds],
  );
  return new Map(rows.map((row) => [row.schedule_id, toRun(row)]));
}

/**
 * Asks for a run's end. One that has not started is cancelled at once; the runner of one that has is told, and reports the
 * end. Says whether the run had not ended yet.
 */
export async function requestCancel(db: Queryable, id: string, at: At): Promise<boolean> {
  return cancelWhere(db, "id", id, at);
}

/** The same for all the runs of a backfill. */
export async function cancelRunsOfBackfill(db: Queryable, backfillId: string, at: At): Promise<boolean> {
  return cancelWhere(db, "backfill_id", backfillId, at);
}

async function cancelWhere(
  db: Queryable,
  column: "id" | "backfill_id",
  id: string,
  at: At,
): Promise<boolean> {
  const { rows } = await db.query(
    `with live as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where ${column} = $1 and status in ('pending', 'dispatched', 'running')
        order by id
          for no key update
     ), asked as (
       update runs
          set cancel_requested_at = coalesce(cancel_requested_at, $2::timestamptz, now()),
              status = case when status = 'running' then status else 'cancelled' end,
              finished_at = case when status = 'running' then null else coalesce($2::timestamptz, now()) end
        where id in (select id from live) and status in ('pending', 'dispatched', 'running')
       returning id, attempt, status, backfill_id
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, case when status = 'running' then 'run.cancel_requested' else 'run.cancelled' end,
              coalesce($2::timestamptz, now())
         from asked
     )
     select pg_notify('belfry', 'cancel ' || id), pg_notify('belfry', 'run ' || id), pg_notify('belfry', 'ready'),
            case when backfill_id is not null then pg_notify('belfry', 'feed') end
       from asked`,
    [id, at],
  );
  return rows.length > 0;
}

import { BelfryError } from "../core/errors.js";
import type { Run, RunStatus } from "../core/run.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { replaceOlder } from "./replace.js";
import { type RunRow, runColumns, toRun } from "./rows.js";

/**
 * Asks for a run by hand, of a schedule that is not retired. It starts when its turn comes; under the policy `replace` it
 * takes the place of older ones.
 */
export async function insertManualRun(db: Queryable, scheduleId: string, at: At): Promise<Run> {
  const { rows } = await db.query<RunRow & { replaces: boolean }>(
    `with r as (
       insert into runs (schedule_id, fire_reason, created_at, priority, start_by)
       select id, 'manual', coalesce($2::timestamptz, now()), priority,
              coalesce($2::timestamptz, now()) + make_interval(secs => start_deadline_sec)
         from schedules
        where id = $1 and retired_at is null
       returning *
     )
     select ${runColumns}, s.overlap_policy = 'replace' as replaces, pg_notify('belfry', 'ready')
       from r
       join schedules s on s.id = r.schedule_id`,
    [scheduleId, at],
  );
  if (rows[0] === undefined) {
    throw new BelfryError(
      "schedule_retired",
      "The schedule is retired; it cannot run. Put it back into its manifest.",
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

/** A page of runs, the newest first, older than the run `cursor`. */
export async function listRuns(
  db: Queryable,
  filter: {
    cursor: string | null;
    limit: number;
    scheduleId: string | null;
    status: RunStatus | null;
    backfillId: string | null;
  },
): Promise<Run[]> {
  const { rows } = await db.query<RunRow>(
    `select ${runColumns}
       from runs r
       join schedules s on s.id = r.schedule_id
      where ($1::bigint is null or r.id < $1)
        and ($3::bigint is null or r.schedule_id = $3)
        and ($4::text is null or r.status = $4)
        and ($5::bigint is null or r.backfill_id = $5)
      order by r.id desc
      limit $2`,
    [filter.cursor, filter.limit, filter.scheduleId, filter.status, filter.backfillId],
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

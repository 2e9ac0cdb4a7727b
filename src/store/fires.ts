import type { SkipReason } from "../core/run.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** A schedule whose next fire is not later than `now`, locked by the reading transaction. */
export interface DueSchedule {
  id: string;
  name: string;
  cron: string | null;
  timezone: string;
  overlapPolicy: string;
  nextFireAt: Date;
  now: Date;
  /** How many of its runs have not ended. */
  activeCount: number;
}

interface DueRow {
  id: string;
  name: string;
  cron: string | null;
  timezone: string;
  overlap_policy: string;
  next_fire_at: Date;
  now: Date;
  active_count: number;
}

/**
 * Reads and locks a batch of due schedules, the longest due first; those that another server holds are left to it.
 * `ids` narrows it to these schedules.
 */
export async function lockDueSchedules(
  session: Queryable,
  { at, limit, ids }: { at: At; limit: number; ids: readonly string[] | null },
): Promise<DueSchedule[]> {
  // No tie-breaker in the order: it costs a third of the read, and nothing depends on it.
  const { rows } = await session.query<DueRow>(
    `select s.id, s.name, s.cron, s.timezone, s.overlap_policy, s.next_fire_at,
            coalesce($1::timestamptz, now()) as now,
            (select count(*)::int
               from runs r
              where r.schedule_id = s.id and r.status in ('pending', 'dispatched', 'running')) as active_count
       from schedules s
      where s.next_fire_at <= coalesce($1::timestamptz, now())
        and s.enabled and s.paused_at is null and s.retired_at is null
        ${ids === null ? "" : "and s.id = any($3::bigint[])"}
      order by s.next_fire_at
      limit $2
        for no key update of s skip locked`,
    ids === null ? [at, limit] : [at, limit, ids],
  );
  return rows.map(toDueSchedule);
}

function toDueSchedule(row: DueRow): DueSchedule {
  return {
    id: row.id,
    name: row.name,
    cron: row.cron,
    timezone: row.timezone,
    overlapPolicy: row.overlap_policy,
    nextFireAt: row.next_fire_at,
    now: row.now,
    activeCount: row.active_count,
  };
}

/** What a tick has thought about one due schedule. */
export interface Fire {
  scheduleId: string;
  fireTime: Date;
  nextFireAt: Date | null;
  coversFrom: Date | null;
  coversCount: number;
  /** Null: the run may start, or waits for its turn. */
  skipReason: SkipReason | null;
  /** Why the schedule cannot fire any more. */
  error: string | null;
}

/**
 * Advances the schedules and inserts one run row per fire, in one statement. A fire that has its row already is left as
 * it is. The schedules must be locked by `lockDueSchedules` in the same transaction. Answers the ids of the
 * schedules that got a row.
 */
export async function writeFires(session: Queryable, fires: readonly Fire[], at: At): Promise<Set<string>> {
  // The sub-selects hide the length of the arrays: for some hundred fires of 100,000 schedules the planner would read all
  // schedules, which takes longer than the rest of the work.
  const { rows } = await session.query<{ schedule_id: string }>(
    `with fire as (
       select *
         from unnest((select $1::bigint[]), (select $2::timestamptz[]), (select $3::timestamptz[]),
                     (select $4::timestamptz[]), (select $5::int[]), (select $6::text[]), (select $7::text[]))
           as f (schedule_id, fire_time, next_fire_at, covers_from, covers_count, skip_reason, error)
     ), advanced as (
       update schedules s
          set next_fire_at = f.next_fire_at,
              last_error = f.error,
              last_error_at = case when f.error is not null then coalesce($8::timestamptz, now()) end
         from fire f
        where s.id = f.schedule_id
     )
     insert into runs (schedule_id, fire_time, covers_from, covers_count, status, skip_reason, created_at, finished_at)
     select f.schedule_id, f.fire_time, f.covers_from, f.covers_count,
            case when f.skip_reason is null then 'pending' else 'skipped' end,
            f.skip_reason,
            coalesce($8::timestamptz, clock_timestamp()),
            case when f.skip_reason is not null then coalesce($8::timestamptz, clock_timestamp()) end
       from fire f
     on conflict (schedule_id, fire_time) do nothing
     returning schedule_id`,
    [
      fires.map((fire) => fire.scheduleId),
      fires.map((fire) => isoOf(fire.fireTime)),
      fires.map((fire) => isoOf(fire.nextFireAt)),
      fires.map((fire) => isoOf(fire.coversFrom)),
      fires.map((fire) => fire.coversCount),
      fires.map((fire) => fire.skipReason),
      fires.map((fire) => fire.error),
      at,
    ],
  );
  return new Set(rows.map((row) => row.schedule_id));
}

// Ten times quicker than leaving a Date to the client library, which writes local time with an offset.
function isoOf(instant: Date | null): string | null {
  return instant === null ? null : instant.toISOString();
}

/** Milliseconds until the next fire of all, by the database's clock; null if none is to come. May be negative. */
export async function msUntilNextFire(db: Queryable, at: At): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select extract(epoch from (min(next_fire_at) - coalesce($1::timestamptz, clock_timestamp())))::float8 * 1000 as ms
       from schedules
      where enabled and paused_at is null and retired_at is null`,
    [at],
  );
  return rows[0]!.ms;
}

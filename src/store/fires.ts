import type { FireReason, SkipReason } from "../core/run.js";
import type { NamedTiming } from "../core/fires/timing.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { timingColumns, type TimingRow, toTiming } from "./rows.js";

/** A schedule whose next fire is not later than `now`, locked by the reading transaction. */
export interface DueSchedule {
  id: string;
  timing: NamedTiming;
  overlapPolicy: string;
  /** The oldest fire that is not accounted for. */
  owedFrom: Date;
  /** How many of the runs that `maxRuns` allows it has made. */
  runsMade: number;
  now: Date;
  /** How many of its runs have not ended, but for those of backfills: a fire waits for one, and is never skipped for it. */
  activeCount: number;
}

interface DueRow extends TimingRow {
  id: string;
  overlap_policy: string;
  owed_from: Date;
  runs_made: number;
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
    `select s.id, ${timingColumns}, s.overlap_policy, s.runs_made,
            coalesce(s.owed_from, s.next_fire_at) as owed_from,
            coalesce($1::timestamptz, now()) as now,
            (select count(*)::int
               from runs r
              where r.schedule_id = s.id and r.status in ('pending', 'dispatched', 'running')
                and r.backfill_id is null) as active_count
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
    timing: toTiming(row),
    overlapPolicy: row.overlap_policy,
    owedFrom: row.owed_from,
    runsMade: row.runs_made,
    now: row.now,
    activeCount: row.active_count,
  };
}

/** Where a tick leaves a schedule. */
export interface Advance {
  scheduleId: string;
  nextFireAt: Date | null;
  owedFrom: Date | null;
  /** Why the schedule cannot fire any more. */
  error: string | null;
}

/** A row for one fire, or for several that it stands for. */
export interface FireRow {
  scheduleId: string;
  fireTime: Date;
  fireReason: FireReason;
  /** The oldest of the fires it stands for, if there are several. */
  coversFrom: Date | null;
  coversCount: number;
  /** Null: the run may start, or waits for its turn. */
  skipReason: SkipReason | null;
}

/**
 * Advances the schedules and inserts the rows of their fires, in one statement. A fire that has its row already is left as
 * it is. The schedules must be locked by `lockDueSchedules` in the same transaction. Answers the keys (`fireKey`) of the
 * rows that were written.
 */
export async function writeFires(
  session: Queryable,
  advances: readonly Advance[],
  fires: readonly FireRow[],
  at: At,
): Promise<Set<string>> {
  // The sub-selects hide the length of the arrays: for some hundred fires of 100,000 schedules the planner would read all
  // schedules, which takes longer than the rest of the work.
  const { rows } = await session.query<WrittenRow>(
    `with advance as (
       select *
         from unnest((select $8::bigint[]), (select $9::timestamptz[]), (select $10::timestamptz[]), (select $11::text[]))
           as a (schedule_id, next_fire_at, owed_from, error)
     ), advanced as (
       update schedules s
          set next_fire_at = a.next_fire_at,
              owed_from = a.owed_from,
              last_error = a.error,
              last_error_at = case when a.error is not null then coalesce($7::timestamptz, now()) end
         from advance a
        where s.id = a.schedule_id
     )
     ${insertFireRows}`,
    [
      ...fireRowValues(fires, at),
      advances.map((advance) => advance.scheduleId),
      advances.map((advance) => isoOf(advance.nextFireAt)),
      advances.map((advance) => isoOf(advance.owedFrom)),
      advances.map((advance) => advance.error),
    ],
  );
  return keysOf(rows);
}

/** Inserts rows of fires, and advances nothing; see `writeFires`. */
export async function insertFires(
  session: Queryable,
  fires: readonly FireRow[],
  at: At,
): Promise<Set<string>> {
  if (fires.length === 0) return new Set();
  const { rows } = await session.query<WrittenRow>(insertFireRows, fireRowValues(fires, at));
  return keysOf(rows);
}

interface WrittenRow {
  schedule_id: string;
  fire_ms: number;
}

const insertFireRows = `insert into runs
       (schedule_id, fire_time, fire_reason, covers_from, covers_count, status, skip_reason, created_at, finished_at)
     select f.schedule_id, f.fire_time, f.fire_reason, f.covers_from, f.covers_count,
            case when f.skip_reason is null then 'pending' else 'skipped' end,
            f.skip_reason,
            coalesce($7::timestamptz, clock_timestamp()),
            case when f.skip_reason is not null then coalesce($7::timestamptz, clock_timestamp()) end
       from unnest((select $1::bigint[]), (select $2::timestamptz[]), (select $3::text[]),
                   (select $4::timestamptz[]), (select $5::int[]), (select $6::text[]))
         as f (schedule_id, fire_time, fire_reason, covers_from, covers_count, skip_reason)
     on conflict (schedule_id, fire_time) do nothing
     returning schedule_id, extract(epoch from fire_time)::float8 * 1000 as fire_ms`;

function fireRowValues(fires: readonly FireRow[], at: At): unknown[] {
  return [
    fires.map((fire) => fire.scheduleId),
    fires.map((fire) => isoOf(fire.fireTime)),
    fires.map((fire) => fire.fireReason),
    fires.map((fire) => isoOf(fire.coversFrom)),
    fires.map((fire) => fire.coversCount),
    fires.map((fire) => fire.skipReason),
    at,
  ];
}

/** Names a fire among those of all schedules. */
export function fireKey({ scheduleId, fireTime }: Pick<FireRow, "scheduleId" | "fireTime">): string {
  return `${scheduleId} ${fireTime.getTime()}`;
}

function keysOf(rows: readonly WrittenRow[]): Set<string> {
  return new Set(rows.map((row) => `${row.schedule_id} ${Math.round(row.fire_ms)}`));
}

/** Counts runs towards the limits of their schedules; one that has made all of its runs fires no more. */
export async function countRunsMade(
  session: Queryable,
  made: readonly { scheduleId: string; count: number }[],
): Promise<void> {
  await session.query(
    `update schedules s
        set runs_made = s.runs_made + m.count,
            next_fire_at = case when s.runs_made + m.count < s.max_runs then s.next_fire_at end,
            owed_from = case when s.runs_made + m.count < s.max_runs then s.owed_from end
       from unnest($1::bigint[], $2::int[]) as m (schedule_id, count)
      where s.id = m.schedule_id and s.max_runs is not null`,
    [made.map(({ scheduleId }) => scheduleId), made.map(({ count }) => count)],
  );
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

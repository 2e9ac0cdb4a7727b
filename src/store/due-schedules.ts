import { scheduleDefaults } from "../core/schedule.js";
import type { NamedTiming } from "../core/fires/timing.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { timingColumns, type TimingRow, toTiming } from "./rows.js";

/** A schedule whose next fire is not later than now, locked by the reading transaction. Instants in milliseconds. */
export interface DueSchedule {
  id: string;
  timing: NamedTiming;
  overlapPolicy: string;
  maxConcurrent: number | null;
  queueDepth: number | null;
  priority: number;
  startDeadlineSec: number | null;
  pauseAfter: number | null;
  coolDownSec: number;
  /** The oldest fire that is not accounted for. */
  owedMs: number;
  /** How many of the runs that `maxRuns` allows it has made. */
  runsMade: number;
  nowMs: number;
  /** How many of its runs have not ended, but for those of backfills: a fire waits for one, and is never skipped for it. */
  activeCount: number;
}

interface DueRow extends TimingRow {
  id: string;
  overlap_policy: string;
  max_concurrent: number | null;
  queue_depth: number | null;
  priority: number;
  start_deadline_sec: number | null;
  pause_after: number | null;
  cool_down_sec: number;
  owed_ms: number;
  runs_made: number;
  now_ms: number;
  active_count: number;
}

/** What nearly every schedule says in these columns: the database sends null for it, which is read many times quicker. */
const usual: Partial<DueRow> = {
  dst_gap: scheduleDefaults.dst.gap,
  dst_fold: scheduleDefaults.dst.fold,
  blackouts: [],
  blackout_policy: scheduleDefaults.blackoutPolicy,
  catch_up: scheduleDefaults.catchUp,
  overlap_policy: scheduleDefaults.overlap,
  cool_down_sec: scheduleDefaults.coolDownSec,
};
const usualColumns = Object.keys(usual) as "name"[];

const dueColumns =
  `${timingColumns}, overlap_policy, max_concurrent, queue_depth, priority, start_deadline_sec,
                    pause_after, cool_down_sec, runs_made`
    .split(/,\s*/)
    .map((column) => (column in usual ? nullIfUsual(column as keyof DueRow) : `s.${column}`))
    .join(", ");

function nullIfUsual(column: keyof DueRow): string {
  const value = usual[column];
  return `nullif(s.${column}, '${typeof value === "object" ? JSON.stringify(value) : value}') as ${column}`;
}

/**
 * Reads and locks a batch of schedules that are due, the longest due first; those that another transaction holds are left to
 * it. `until` leaves out what falls due later, and `ids` narrows it to these schedules.
 */
export async function lockDueSchedules(
  session: Queryable,
  { at, until, limit, ids }: { at: At; until: Date | null; limit: number; ids: readonly string[] | null },
): Promise<DueSchedule[]> {
  // No tie-breaker in the order: it costs a third of the read, and nothing depends on it.
  const { rows } = await session.query<DueRow>(
    `select s.id, ${dueColumns},
            date_part('epoch', coalesce(s.owed_from, s.next_fire_at)) * 1000 as owed_ms,
            date_part('epoch', coalesce($1::timestamptz, now())) * 1000 as now_ms,
            (select count(*)::int
               from runs r
              where r.schedule_id = s.id and r.status in ('pending', 'dispatched', 'running')
                and r.backfill_id is null) as active_count
       from schedules s
      where s.next_fire_at <= coalesce($2::timestamptz, $1::timestamptz, now())
        and s.enabled and s.paused_at is null and s.retired_at is null
        ${ids === null ? "" : "and s.id = any($4::bigint[])"}
      order by s.next_fire_at
      limit $3
        for no key update of s skip locked`,
    ids === null ? [at, until, limit] : [at, until, limit, ids],
  );
  return rows.map(toDueSchedule);
}

function toDueSchedule(row: DueRow): DueSchedule {
  for (const column of usualColumns) row[column] ??= usual[column]!;
  return {
    id: row.id,
    timing: toTiming(row),
    overlapPolicy: row.overlap_policy,
    maxConcurrent: row.max_concurrent,
    queueDepth: row.queue_depth,
    priority: row.priority,
    startDeadlineSec: row.start_deadline_sec,
    pauseAfter: row.pause_after,
    coolDownSec: row.cool_down_sec,
    owedMs: Math.round(row.owed_ms),
    runsMade: row.runs_made,
    nowMs: Math.round(row.now_ms),
    activeCount: row.active_count,
  };
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

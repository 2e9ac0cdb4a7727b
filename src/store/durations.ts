import type { Queryable } from "./database.js";

/** How long the last runs of a schedule took. */
export interface Duration {
  scheduleName: string;
  /** How many runs were measured. */
  runs: number;
  /** Half of them took no longer. */
  p50Ms: number;
  /** 19 of 20 took no longer. */
  p95Ms: number;
}

interface DurationRow {
  name: string;
  runs: number;
  p50_ms: number;
  p95_ms: number;
}

/**
 * How long the last 50 runs that succeeded or failed took, of each schedule that has one among its last 500 rows and is not
 * retired, in the order of their names.
 */
export async function listDurations(db: Queryable): Promise<Duration[]> {
  const { rows } = await db.query<DurationRow>(
    `select s.name, count(*)::int as runs,
            percentile_cont(0.5) within group (order by d.ms) as p50_ms,
            percentile_cont(0.95) within group (order by d.ms) as p95_ms
       from schedules s
      cross join lateral (
        -- Clocks of hosts disagree: a run may seem to end before it begins.
        select greatest(0, extract(epoch from r.finished_at - r.started_at) * 1000)::float8 as ms
          from (select * from runs where schedule_id = s.id order by id desc limit 500) r
         where r.status in ('succeeded', 'failed') and r.started_at is not null
         order by r.id desc
         limit 50
      ) d
      where s.retired_at is null
      group by s.id, s.name
      order by s.name`,
  );
  return rows.map(({ name, runs, p50_ms: p50Ms, p95_ms: p95Ms }) => ({
    scheduleName: name,
    runs,
    p50Ms: Math.round(p50Ms),
    p95Ms: Math.round(p95Ms),
  }));
}

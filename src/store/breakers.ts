import { type Breaker, breakerOf, type Verdicts } from "../core/policies/breaker.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

interface VerdictsRow {
  id: string;
  pause_after: number;
  cool_down_sec: number;
  failures: number;
  ended_ms: number | null;
  now_ms: number;
}

/** How the last runs of those of the schedules ended that have a breaker, by their ids. */
export async function readVerdicts(
  db: Queryable,
  scheduleIds: readonly string[],
): Promise<Map<string, Verdicts>> {
  const rows = await listVerdicts(db, scheduleIds, null);
  return new Map(rows.map((row) => [row.id, toVerdicts(row)]));
}

/** The breakers of those of the schedules that have one, by their ids, as they are now. */
export async function findBreakers(
  db: Queryable,
  scheduleIds: readonly string[],
  at: At,
): Promise<Map<string, Breaker>> {
  const rows = await listVerdicts(db, scheduleIds, at);
  return new Map(
    rows.map((row) => {
      const policy = { pauseAfter: row.pause_after, coolDownSec: row.cool_down_sec };
      return [row.id, breakerOf(policy, toVerdicts(row), row.now_ms)];
    }),
  );
}

async function listVerdicts(db: Queryable, scheduleIds: readonly string[], at: At): Promise<VerdictsRow[]> {
  // Of the last runs, as many as it takes to open the breaker, those count that were made since it was reset. The others are
  // older than all of these, so there is no need to look further back for more.
  const { rows } = await db.query<VerdictsRow>(
    `select s.id, s.pause_after, s.cool_down_sec, v.failures, v.ended_ms,
            date_part('epoch', coalesce($2::timestamptz, now())) * 1000 as now_ms
       from unnest((select $1::bigint[])) as wanted (id)
      cross join lateral (
              select id, pause_after, cool_down_sec, coalesce(breaker_reset_at, '-infinity') as reset_at
                from schedules
               where id = wanted.id and pause_after is not null
              offset 0) s
      cross join lateral (
              select count(*) filter (where status = 'failed' and created_at > s.reset_at)::int as failures,
                     date_part('epoch', max(finished_at)) * 1000 as ended_ms
                from (select status, created_at, finished_at
                        from runs
                       where schedule_id = s.id and status in ('succeeded', 'failed')
                       order by id desc
                       limit s.pause_after) last) v`,
    [scheduleIds, at],
  );
  return rows;
}

function toVerdicts({ failures, ended_ms }: VerdictsRow): Verdicts {
  return { failures, endedMs: ended_ms === null ? null : Math.round(ended_ms) };
}

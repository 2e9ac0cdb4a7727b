import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** A pending run whose turn it is. */
export interface ReadyRun {
  runId: string;
  /** The attempts made so far. */
  attempt: number;
  scheduleName: string;
  timeoutSec: number;
  installationId: number | null;
}

interface ReadyRow {
  last_id: string | null;
  id: string | null;
  attempt: number;
  schedule_name: string;
  timeout_sec: number;
  installation_id: string | null;
}

/** Some of the ready runs, and after which run to go on looking; null when there is nothing more to look at. */
export interface ReadyPage {
  ready: ReadyRun[];
  next: string | null;
}

// A run's turn has come if its policy lets it overlap with others, or if none of the schedule's other runs is under way
// and none that waits comes before it: an older one, and before a backfill's whatever else waits. Those that overlap
// with others are in nobody's way.
const itsTurn = `(coalesce(r.overlap_policy, s.overlap_policy) = 'concurrent' or not exists (
       select from runs o
        where o.schedule_id = r.schedule_id and o.id <> r.id and o.status in ('pending', 'dispatched', 'running')
          and coalesce(o.overlap_policy, s.overlap_policy) <> 'concurrent'
          and (o.status <> 'pending' or (o.backfill_id is not null, o.id) < (r.backfill_id is not null, r.id))))`;

/** How many pending runs are looked at in one go. */
const pageSize = 1000;

/** Looks at the pending runs after the run `after`, the oldest first, for at most `limit` whose turn it is. */
export async function listReadyRuns(
  db: Queryable,
  { after, limit }: { after: string; limit: number },
): Promise<ReadyPage> {
  // The page is cut first, and apart: else the planner weighs the turn of every pending run, and sorts them. Its schedules
  // are looked up one by one: else it reads all schedules for a page.
  const { rows } = await db.query<ReadyRow>(
    `with page as materialized (
       select id, schedule_id, attempt, overlap_policy, backfill_id
         from runs
        where status = 'pending' and id > $1
        order by id
        limit ${pageSize}
     ), ready as (
       select r.id, r.attempt, s.name as schedule_name, s.timeout_sec, s.installation_id
         from page r
        cross join lateral (select * from schedules where id = r.schedule_id offset 0) s
        where ${itsTurn}
        order by r.id
        limit $2
     )
     select p.last_id, ready.*
       from (select case when count(*) = ${pageSize} then max(id) end as last_id from page) p
       left join ready on true
      order by ready.id`,
    [after, limit],
  );
  const ready = rows.flatMap((row) => (row.id === null ? [] : [toReadyRun(row, row.id)]));
  return { ready, next: ready.length === limit ? ready.at(-1)!.runId : rows[0]!.last_id };
}

function toReadyRun(row: ReadyRow, runId: string): ReadyRun {
  return {
    runId,
    attempt: row.attempt,
    scheduleName: row.schedule_name,
    timeoutSec: row.timeout_sec,
    installationId: row.installation_id === null ? null : Number(row.installation_id),
  };
}

export interface Claim {
  runId: string;
  /** The attempt that begins. */
  attempt: number;
  tokenHash: string;
}

/**
 * Claims pending runs for their next attempt, and answers the ids of those that it won: a server that was quicker has the
 * others.
 */
export async function claimRuns(db: Queryable, claims: readonly Claim[], at: At): Promise<Set<string>> {
  try {
    return await claimAll(db, claims, at);
  } catch (error) {
    if (!isRunUnderWay(error)) throw error;
    return claims.length === 1 ? new Set() : claimOneByOne(db, claims, at);
  }
}

async function claimAll(db: Queryable, claims: readonly Claim[], at: At): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `with claim as (
       select * from unnest($1::bigint[], $2::int[], $3::text[]) as c (run_id, attempt, token_hash)
     ), claimed as (
       update runs r
          set status = 'dispatched', attempt = c.attempt, runner_token_hash = c.token_hash, runner_id = null,
              exclusive = coalesce(r.overlap_policy, s.overlap_policy) <> 'concurrent',
              dispatched_at = coalesce($4::timestamptz, clock_timestamp()),
              waited_until = case when r.attempt = 0
                                   and coalesce($4::timestamptz, now()) - r.created_at > interval '5 seconds'
                                  then coalesce($4::timestamptz, now()) else r.waited_until end
         from claim c, schedules s
        where r.id = c.run_id and s.id = r.schedule_id and r.status = 'pending' and r.attempt = c.attempt - 1
          and ${itsTurn}
       returning r.id, r.attempt, r.dispatched_at
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.dispatched', dispatched_at from claimed
     )
     select id from claimed`,
    [
      claims.map((claim) => claim.runId),
      claims.map((claim) => claim.attempt),
      claims.map((claim) => claim.tokenHash),
      at,
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** The index `runs_one_at_a_time` has seen what this statement could not: another run of the schedule, claimed just now. */
function isRunUnderWay(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === "23505" && constraint === "runs_one_at_a_time";
}

async function claimOneByOne(db: Queryable, claims: readonly Claim[], at: At): Promise<Set<string>> {
  const won = new Set<string>();
  for (const claim of claims) {
    for (const id of await claimRuns(db, [claim], at)) won.add(id);
  }
  return won;
}

/**
 * Puts back what was dispatched `startWithinMs` ago or longer and has not been started, so that it is dispatched again;
 * answers the ids. What is older than its timeout and 300 s is left to the sweep.
 */
export async function requeueUnstarted(db: Queryable, startWithinMs: number, at: At): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with locked as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select r.id, r.attempt
         from runs r
         join schedules s on s.id = r.schedule_id
        where r.status = 'dispatched'
          and r.dispatched_at < coalesce($2::timestamptz, now()) - $1::float8 * interval '1 ms'
          and coalesce(r.waited_until, r.created_at)
              >= coalesce($2::timestamptz, now()) - make_interval(secs => s.timeout_sec + 300)
        order by r.id
          for no key update of r
     ), overdue as (
       update runs r
          set status = 'pending', runner_token_hash = null, exclusive = false, dispatched_at = null
         from locked l
        where r.id = l.id and r.attempt = l.attempt and r.status = 'dispatched'
       returning r.id, r.attempt
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.start_overdue', coalesce($2::timestamptz, now()) from overdue
     )
     select id from overdue order by id`,
    [startWithinMs, at],
  );
  return rows.map((row) => row.id);
}

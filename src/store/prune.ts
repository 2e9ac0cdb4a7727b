import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** What is kept of ended runs, unless their schedule says otherwise. */
export interface Keep {
  keepMs: number;
  /** So many ended runs of each schedule. Null: any number. */
  keepRuns: number | null;
}

/** So many runs go in one transaction at most. */
const runsAtOnce = 250;
/** And so many pieces of their output. */
const logsAtOnce = 2500;
/** So many schedules are looked at in one go. */
const schedulesAtOnce = 500;

/**
 * Keeps all others from pruning until the transaction ends; says false if another is at it. Nothing else waits for this
 * lock but a backfill that is asked for.
 */
export async function tryLockPruning(session: Queryable): Promise<boolean> {
  // Compiling the look at some hundred schedules would take longer than the look.
  const { rows } = await session.query<{ locked: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('belfry.prune')) as locked, set_config('jit', 'off', true)",
  );
  return rows[0]!.locked;
}

/** Waits until the batch that is being pruned is through, and lets no other begin until the transaction ends. */
export async function holdPruning(session: Queryable): Promise<void> {
  await session.query("select pg_advisory_xact_lock_shared(hashtext('belfry.prune'))");
}

/** Runs that may go, locked by the reading transaction, and where the next look begins. */
export interface RunsToPrune {
  runIds: string[];
  /** The last schedule that was looked at; null: there are none behind it. */
  next: string | null;
  /** There are more of the same schedules. */
  more: boolean;
}

// What some schedules keep: since when, how many, and the runs of the fires that they need to know to be made. And of the
// verdicts that a circuit breaker is derived from as many as it asks for, one at least.
const slice = `
       select s.id, coalesce(s.pause_after, 1) as verdicts, coalesce(s.keep_runs, $3::bigint) as keep_runs,
              n.now - coalesce(s.keep_sec * interval '1 second', $2::float8 * interval '1 ms') as since,
              least(n.now, s.owed_from, s.next_fire_at, s.last_error_at) as needed_from
         from schedules s, (select coalesce($1::timestamptz, now()) as now) n
        where s.id > $4
        order by s.id
        limit ${schedulesAtOnce}`;

// Those of them with too many runs, or an old one, and their newest run, and the first verdict to keep. The oldest run
// tells whether there are old ones, and an index alone whether there are too many: so a look at schedules with nothing to
// remove reads next to nothing of the runs.
const crowded = `
       select s.*, surplus.id as beyond,
              (select max(id) from runs where schedule_id = s.id) as newest,
              coalesce((select id
                          from runs
                         where schedule_id = s.id and status in ('succeeded', 'failed')
                         order by id desc
                        offset s.verdicts - 1
                         limit 1), 0) as first_verdict
         from slice s
        cross join lateral (
          select created_at from runs where schedule_id = s.id order by id limit 1
        ) oldest
         left join lateral (
          select id
            from runs
           where schedule_id = s.id
             and id <> all(array(select id
                                   from runs
                                  where schedule_id = s.id and status in ('pending', 'dispatched', 'running')))
           order by id desc
          offset s.keep_runs
           limit 1
        ) surplus on s.keep_runs is not null
        where oldest.created_at < s.since or surplus.id is not null`;

// A backfill that has not ended needs the rows of its range too, to know which of its fires have run.
const ofOpenBackfill = `exists (
            select from backfills b
             where b.schedule_id = s.id and b.finished_at is null
               and (b.id = r.backfill_id
                    or r.fire_time >= b.from_at and coalesce(r.covers_from, r.fire_time) <= b.to_at))`;

/**
 * Locks some of the runs that need not be kept, of the schedules after `after`. Those that somebody else has locked are left
 * for another time.
 */
export async function lockRunsToPrune(
  session: Queryable,
  { keepMs, keepRuns, after, at }: Keep & { after: string; at: At },
): Promise<RunsToPrune> {
  const { rows } = await session.query<{ next: string | null; ids: string[]; full: boolean }>(
    `with slice as materialized (${slice}
     ), crowded as materialized (${crowded}
     ), removable as materialized (
       select r.id
         from crowded s
        cross join lateral (
          select * from runs where schedule_id = s.id order by id limit ${runsAtOnce} + s.verdicts
        ) r
        where r.finished_at is not null
          and (r.finished_at < s.since or r.id <= s.beyond)
          and (r.fire_time is null or r.fire_time < s.needed_from)
          and r.id <> s.newest
          and (r.status not in ('succeeded', 'failed') or r.id < s.first_verdict)
          and not ${ofOpenBackfill}
        limit ${runsAtOnce}
     ), locked as materialized (
       -- In order, as all who write several runs lock them; and nobody is waited for.
       select id
         from runs
        where id = any(array(select id from removable)) and finished_at is not null
        order by id
          for update skip locked
     )
     select (select case when count(*) = ${schedulesAtOnce} then max(id) end from slice)::text as next,
            array(select id::text from locked) as ids,
            (select count(*) = ${runsAtOnce} from removable) as full`,
    [at, keepMs, keepRuns, after],
  );
  const { next, ids: runIds, full } = rows[0]!;
  return { runIds, next, more: full && runIds.length > 0 };
}

/** How much was removed. */
export interface Removed {
  runs: number;
  events: number;
  logs: number;
}

/**
 * Removes runs that were locked, with their events and their output. Of output that is too much for one transaction only
 * a part goes, and its run stays until the rest has gone too.
 */
export async function deleteRuns(session: Queryable, runIds: readonly string[]): Promise<Removed> {
  // Run by run, and no further than it takes: one run may have a hundred thousand pieces.
  const { rows: logs } = await session.query<{ count: number }>(
    `with gone as (
       delete from run_logs
        where ctid = any(array(
          select piece.place
            from unnest($1::bigint[]) as wanted (id)
           cross join lateral (
             select ctid as place
               from run_logs
              where run_id = wanted.id
              order by attempt, seq
              limit ${logsAtOnce}
           ) piece
           limit ${logsAtOnce}))
       returning 1
     )
     select count(*)::int from gone`,
    [runIds],
  );
  const { rows } = await session.query<{ runs: number; events: number }>(
    `with bare as materialized (
       select id
         from unnest($1::bigint[]) as wanted (id)
        where not exists (select from run_logs where run_id = wanted.id)
     ), gone as (
       delete from runs where id = any(array(select id from bare)) returning 1
     ), forgotten as (
       delete from run_events where run_id = any(array(select id from bare)) returning 1
     )
     select (select count(*)::int from gone) as runs, (select count(*)::int from forgotten) as events`,
    [runIds],
  );
  return { ...rows[0]!, logs: logs[0]!.count };
}

/** Removes some backfills that ended long ago and of which no run is left; answers how many. */
export async function deleteBackfills(
  session: Queryable,
  { keepMs, at }: { keepMs: number; at: At },
): Promise<number> {
  const { rows } = await session.query<{ count: number }>(
    `with gone as (
       delete from backfills
        where id = any(array(
          select b.id
            from backfills b
            join schedules s on s.id = b.schedule_id
           where b.finished_at < coalesce($1::timestamptz, now())
                                 - coalesce(s.keep_sec * interval '1 second', $2::float8 * interval '1 ms')
             and not exists (select from runs where backfill_id = b.id)
           limit ${runsAtOnce}))
       returning 1
     )
     select count(*)::int from gone`,
    [at, keepMs],
  );
  return rows[0]!.count;
}

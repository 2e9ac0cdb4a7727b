import type { Queryable } from "./database.js";

/** The database server itself. */
export interface Vitals {
  version: string;
  autovacuum: boolean;
  maxConnections: number;
  usedConnections: number;
  /** The oldest transaction that this user may see; null if there is none. */
  oldestTransactionMs: number | null;
}

/** A question of the doctor answers with at most so many; a thousand are as bad as more. */
export const mostCounted = 1000;

/** What the database server says of itself. */
export async function readVitals(db: Queryable): Promise<Vitals> {
  const { rows } = await db.query<Vitals>(
    `select current_setting('server_version') as version,
            current_setting('autovacuum') = 'on' as autovacuum,
            current_setting('max_connections')::int as "maxConnections",
            (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as "usedConnections",
            (select extract(epoch from now() - min(xact_start))::float8 * 1000
               from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()) as "oldestTransactionMs"`,
  );
  return rows[0]!;
}

/** The version of the schema; null if Belfry was never here. */
export async function readSchemaVersion(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ there: boolean }>(
    "select to_regclass('belfry_migrations') is not null as there",
  );
  if (!rows[0]!.there) return null;
  const versions = await db.query<{ version: number | null }>(
    "select max(version) as version from belfry_migrations",
  );
  return versions.rows[0]!.version;
}

/** How many there are, a thousand at most, and the age of the oldest in milliseconds. */
export interface Counted {
  count: number;
  oldestMs: number | null;
}

/** Schedules that have been due for longer than `ms`, which some server should have fired. */
export function countOverdueSchedules(db: Queryable, ms: number): Promise<Counted> {
  return countOf(
    db,
    `select next_fire_at as since
       from schedules
      where enabled and paused_at is null and retired_at is null
        and next_fire_at < now() - $1::float8 * interval '1 ms'
      order by next_fire_at`,
    ms,
  );
}

/** Runs under way whose lease has been over for longer than `ms`, which some server should have taken back. */
export function countLostRuns(db: Queryable, ms: number): Promise<Counted> {
  return countOf(
    db,
    `select lease_expires_at as since
       from runs
      where status in ('dispatched', 'running') and lease_expires_at < now() - $1::float8 * interval '1 ms'`,
    ms,
  );
}

/** Runs that have been pending for longer than `ms`, and wait for no other run of their schedule. */
export function countWaitingRuns(db: Queryable, ms: number): Promise<Counted> {
  // The oldest thousand are looked at: where more wait, these tell enough.
  return countOf(
    db,
    `select greatest(r.created_at, r.retry_at, r.waited_until) as since
       from (select * from runs where status = 'pending' order by id limit ${mostCounted}) r
      where greatest(r.created_at, r.retry_at, r.waited_until) < now() - $1::float8 * interval '1 ms'
        and not exists (
              select from runs o
               where o.schedule_id = r.schedule_id and o.status in ('dispatched', 'running'))`,
    ms,
  );
}

async function countOf(db: Queryable, question: string, ms: number): Promise<Counted> {
  const { rows } = await db.query<Counted>(
    `select count(*)::int as count, extract(epoch from now() - min(since))::float8 * 1000 as "oldestMs"
       from (${question} limit ${mostCounted}) found`,
    [ms],
  );
  return rows[0]!;
}

/** The names of schedules whose next fire could not be worked out: the first, and how many there are. */
export async function listBrokenSchedules(db: Queryable): Promise<{ names: string[]; count: number }> {
  const { rows } = await db.query<{ names: string[] | null; count: number }>(
    `select (array_agg(name order by name))[1:3] as names, count(*)::int as count
       from schedules
      where last_error is not null and retired_at is null and enabled`,
  );
  return { names: rows[0]!.names ?? [], count: rows[0]!.count };
}

/** How many schedules have an open circuit breaker: their last runs, since it was reset, have all failed. */
export async function countOpenBreakers(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count
       from schedules s
      cross join lateral (
              select count(*) filter (where status = 'failed'
                                        and created_at > coalesce(s.breaker_reset_at, '-infinity')) as failures
                from (select status, created_at
                        from runs
                       where schedule_id = s.id and status in ('succeeded', 'failed')
                       order by id desc
                       limit s.pause_after) last) v
      where s.pause_after is not null and s.retired_at is null and s.enabled and s.paused_at is null
        and v.failures = s.pause_after`,
  );
  return rows[0]!.count;
}

/** A table as the server's statistics know it; its rows are an estimate. */
export interface TableFacts {
  name: string;
  rows: number;
  tableBytes: number;
  indexBytes: number;
  deadRows: number;
}

/** Belfry's tables, the largest first. Counts nothing, so that it is quick at any size. */
export async function listTables(db: Queryable): Promise<TableFacts[]> {
  const { rows } = await db.query<TableFacts>(
    `select c.relname as name, greatest(c.reltuples, 0)::float8 as rows,
            pg_table_size(c.oid)::float8 as "tableBytes", pg_indexes_size(c.oid)::float8 as "indexBytes",
            coalesce(pg_stat_get_dead_tuples(c.oid), 0)::float8 as "deadRows"
       from pg_class c
      where c.oid in (select to_regclass(name)
                        from unnest(array['schedules', 'runs', 'run_events', 'run_logs', 'backfills', 'servers']) as t (name))
      order by pg_total_relation_size(c.oid) desc, name`,
  );
  return rows;
}

/** How old the oldest run is that is kept, in milliseconds; null if there is none. */
export async function findOldestRunAge(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ age: number }>(
    "select extract(epoch from now() - created_at)::float8 * 1000 as age from runs order by id limit 1",
  );
  return rows[0]?.age ?? null;
}

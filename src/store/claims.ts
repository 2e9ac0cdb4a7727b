import type { At } from "./clock.js";
import type { Pool, Queryable } from "./database.js";
import { inTransaction } from "./transaction.js";
import { groupUnderWay, itsTurn } from "./turn.js";

/** A pending run whose turn it is. */
export interface ReadyRun {
  runId: string;
  /** The attempts made so far. */
  attempt: number;
  scheduleId: string;
  scheduleName: string;
  timeoutSec: number;
  graceSec: number;
  installationId: number | null;
  /** The secrets that its schedule refers to. */
  secretKeys: string[];
  /** The group that limits it, and its limit. */
  group: { name: string; limit: number } | null;
  /** Whether its schedule may have several runs under way, but not any number. */
  hasLimit: boolean;
}

/** Where a look at the pending runs goes on: after the run of that priority and id. */
export interface ReadyCursor {
  priority: number;
  id: string;
}

/** Some of the ready runs. */
export interface ReadyPage {
  ready: ReadyRun[];
  /** Where to go on looking; null when there is nothing more to look at. */
  next: ReadyCursor | null;
  /** Milliseconds until the next run that waits for another attempt may have it; null if none waits. */
  retryInMs: number | null;
}

interface ReadyRow {
  retry_in_ms: number | null;
  last_id: string | null;
  last_priority: number | null;
  id: string | null;
  attempt: number;
  priority: number;
  schedule_id: string;
  schedule_name: string;
  timeout_sec: number;
  grace_sec: number;
  installation_id: string | null;
  secret_keys: string[];
  concurrency_group: string | null;
  group_limit: number | null;
  has_limit: boolean;
}

/** How many pending runs are looked at in one go. */
const pageSize = 1000;
/** As a rule a run that waits is ready: who wants one looks at no thousand. */
const firstPageSize = (limit: number): number => Math.min(pageSize, Math.max(64, 4 * limit));

/** Looks at the pending runs after `after`, by priority and then the oldest first, for at most `limit` whose turn it is. */
export async function listReadyRuns(
  db: Queryable,
  { after, limit, at }: { after: ReadyCursor | null; limit: number; at: At },
): Promise<ReadyPage> {
  // The page is cut first, and apart: else the planner weighs the turn of every pending run, and sorts them. Its schedules
  // are looked up one by one: else it reads all schedules for a page.
  const { rows } = await db.query<ReadyRow>(
    `with page as materialized (
       select id, schedule_id, attempt, priority, overlap_policy, backfill_id
         from runs
        where status = 'pending' and (-priority, id) > ($1::smallint, $2::bigint)
          and (retry_at is null or retry_at <= coalesce($4::timestamptz, now()))
          and (start_by is null or attempt > 0 or start_by >= coalesce($4::timestamptz, now()))
        order by -priority, id
        limit $5
     ), ready as (
       select r.id, r.attempt, r.priority, r.schedule_id, s.name as schedule_name, s.timeout_sec, s.grace_sec, s.installation_id, s.secret_keys,
              s.concurrency_group, s.group_limit, coalesce(s.max_concurrent, 1) > 1 as has_limit
         from page r
        cross join lateral (select * from schedules where id = r.schedule_id offset 0) s
        where ${itsTurn}
        order by -r.priority, r.id
        limit $3
     )
     select retry.in_ms as retry_in_ms, p.last_id, p.last_priority, ready.*
       from (select extract(epoch from (min(retry_at) - coalesce($4::timestamptz, now())))::float8 * 1000 as in_ms
               from runs
              where status = 'pending' and retry_at > coalesce($4::timestamptz, now())) retry
       left join (select id as last_id, priority as last_priority
                    from page
                   where (select count(*) from page) = $5
                   order by -priority desc, id desc
                   limit 1) p on true
       left join ready on true
      order by -ready.priority, ready.id`,
    [
      after === null ? -32_768 : -after.priority,
      after?.id ?? "0",
      limit,
      at,
      after === null ? firstPageSize(limit) : pageSize,
    ],
  );
  const ready = rows.flatMap((row) => (row.id === null ? [] : [toReadyRun(row, row.id)]));
  const next = ready.length === limit ? cursorOf(rows.at(-1)!) : endOf(rows[0]!);
  return { ready, next, retryInMs: rows[0]!.retry_in_ms };
}

function cursorOf({ priority, id }: ReadyRow): ReadyCursor {
  return { priority, id: id! };
}

function endOf({ last_priority: priority, last_id: id }: ReadyRow): ReadyCursor | null {
  return id === null ? null : { priority: priority!, id };
}

function toReadyRun(row: ReadyRow, runId: string): ReadyRun {
  const { concurrency_group: name, group_limit: limit } = row;
  return {
    runId,
    attempt: row.attempt,
    scheduleId: row.schedule_id,
    scheduleName: row.schedule_name,
    timeoutSec: row.timeout_sec,
    graceSec: row.grace_sec,
    installationId: row.installation_id === null ? null : Number(row.installation_id),
    secretKeys: row.secret_keys,
    group: name === null || limit === null ? null : { name, limit },
    hasLimit: row.has_limit,
  };
}

export interface Claim {
  runId: string;
  /** The attempt that begins. */
  attempt: number;
  tokenHash: string;
  scheduleId: string;
  group: string | null;
  hasLimit: boolean;
}

export interface ClaimTerms {
  at: At;
  /** How long the runner may take to report its start, in milliseconds: the first lease. */
  startWithinMs: number;
  /** How many runs may be under way over all schedules. */
  total: number | null;
}

/**
 * Claims pending runs for their next attempt, and answers the ids of those that it won: a server that was quicker has the
 * others. Whoever counts towards a limit counts alone: such claims go one server at a time.
 */
export async function claimRuns(
  pool: Pick<Pool, "connect" | "query">,
  claims: readonly Claim[],
  terms: ClaimTerms,
): Promise<Set<string>> {
  const locks = locksFor(claims, terms);
  try {
    if (locks.length === 0) return await claimAll(pool, claims, terms);
    return await inTransaction(pool, async (session) => {
      await lockLimits(session, locks);
      return claimAll(session, claims, terms);
    });
  } catch (error) {
    if (!isRunUnderWay(error)) throw error;
    return claims.length === 1 ? new Set() : claimOneByOne(pool, claims, terms);
  }
}

/** What is counted by the claims, each with a name of its own. */
function locksFor(claims: readonly Claim[], { total }: ClaimTerms): string[] {
  const names = claims.flatMap(({ group, hasLimit, scheduleId }) => [
    ...(group === null ? [] : [`group ${group}`]),
    ...(hasLimit ? [`schedule ${scheduleId}`] : []),
  ]);
  return [...new Set(total === null ? names : ["total", ...names])];
}

/** In one order, else two servers could wait for each other. */
async function lockLimits(session: Queryable, names: readonly string[]): Promise<void> {
  await session.query(
    `select pg_advisory_xact_lock(key)
       from (select distinct hashtextextended('belfry ' || name, 0) as key
               from unnest($1::text[]) as n (name)
              order by key) k`,
    [names],
  );
}

async function claimAll(db: Queryable, wanted: readonly Claim[], terms: ClaimTerms): Promise<Set<string>> {
  const claims = placed(wanted);
  const { rows } = await db.query<{ id: string }>(
    `with claim as (
       select *
         from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $8::int[], $9::int[], $10::boolean[])
           as c (run_id, attempt, token_hash, group_name, place, group_place, has_limit)
     ), claimed as (
       update runs r
          set status = 'dispatched', attempt = c.attempt, runner_token_hash = c.token_hash, runner_id = null,
              exclusive = coalesce(s.max_concurrent,
                case when coalesce(r.overlap_policy, s.overlap_policy) = 'concurrent' then 2 else 1 end) = 1,
              concurrency_group = s.concurrency_group,
              retry_at = null,
              dispatched_at = coalesce($5::timestamptz, clock_timestamp()),
              lease_expires_at = coalesce($5::timestamptz, clock_timestamp()) + $6::float8 * interval '1 ms',
              waited_until = case when (r.attempt = 0 or r.retry_at is not null)
                                   and coalesce($5::timestamptz, now()) - coalesce(r.retry_at, r.created_at)
                                       > interval '5 seconds'
                                  then coalesce($5::timestamptz, now()) else r.waited_until end
         from claim c, schedules s
        where r.id = c.run_id and s.id = r.schedule_id and r.status = 'pending' and r.attempt = c.attempt - 1
          and (r.start_by is null or r.attempt > 0 or r.start_by >= coalesce($5::timestamptz, now()))
          -- Its locks are those of the limits that it had when it was read.
          and s.concurrency_group is not distinct from c.group_name
          and (coalesce(s.max_concurrent, 1) > 1) = c.has_limit
          and ${itsTurn}
          and (s.concurrency_group is null or ${groupUnderWay} + c.group_place <= s.group_limit)
          and ($7::bigint is null
               or (select count(*) from runs where status in ('dispatched', 'running')) + c.place <= $7)
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
      claims.map((claim) => claim.group),
      terms.at,
      terms.startWithinMs,
      terms.total,
      claims.map((claim) => claim.place),
      claims.map((claim) => claim.groupPlace),
      claims.map((claim) => claim.hasLimit),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** Each claim with its place among all and among those of its group, from 1; in the order in which runs are locked. */
function placed(claims: readonly Claim[]): (Claim & { place: number; groupPlace: number })[] {
  const counts = new Map<string | null, number>();
  return claims
    .map((claim, index) => {
      const groupPlace = (counts.get(claim.group) ?? 0) + 1;
      counts.set(claim.group, groupPlace);
      return { ...claim, place: index + 1, groupPlace };
    })
    .toSorted((a, b) => Number(BigInt(a.runId) - BigInt(b.runId)));
}

/** The index `runs_one_at_a_time` has seen what this statement could not: another run of the schedule, claimed just now. */
function isRunUnderWay(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === "23505" && constraint === "runs_one_at_a_time";
}

async function claimOneByOne(
  pool: Pick<Pool, "connect" | "query">,
  claims: readonly Claim[],
  terms: ClaimTerms,
): Promise<Set<string>> {
  const won = new Set<string>();
  for (const claim of claims) {
    for (const id of await claimRuns(pool, [claim], terms)) won.add(id);
  }
  return won;
}

/** How many runs are under way, over all schedules. */
export async function countUnderWay(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::int as count from runs where status in ('dispatched', 'running')",
  );
  return rows[0]!.count;
}

import { decide } from "../src/core/decide.js";
import { nextFire } from "../src/core/fires/next-fire.js";
import type { Deps } from "../src/scheduler/deps.js";
import type { Pool } from "../src/store/database.js";
import { inTransaction } from "../src/store/transaction.js";
import { tokenExpiry } from "../src/token/signer.js";

interface Due {
  id: string;
  name: string;
  cron: string;
  timezone: string;
  overlap_policy: string;
  timeout_sec: number;
  next_fire_at: Date;
}

/**
 * The fires as most schedulers write them, one schedule at a time, doing the same work on the same tables: a run row and the
 * next fire in a transaction, and the overlap policy. Stops after `limit`.
 */
export async function fireRowByRow({ pool }: Pick<Deps, "pool">, limit: number): Promise<number> {
  let fired = 0;
  for (const schedule of await listDue(pool, limit)) {
    if ((await fireOne(pool, schedule)) !== null) fired += 1;
  }
  return fired;
}

/** The whole tick of that kind: each fire is claimed, with its token and event, and dispatched as well. */
export async function tickRowByRow(deps: Deps, limit: number): Promise<number> {
  let dispatched = 0;
  for (const schedule of await listDue(deps.pool, limit)) {
    const runId = await fireOne(deps.pool, schedule);
    if (runId === null) continue;
    await dispatchOne(deps, schedule, runId);
    dispatched += 1;
  }
  return dispatched;
}

async function listDue(pool: Pool, limit: number): Promise<Due[]> {
  const { rows } = await pool.query<Due>(
    `select id, name, cron, timezone, overlap_policy, timeout_sec, next_fire_at
       from schedules
      where next_fire_at <= now() and enabled and paused_at is null and retired_at is null
      order by next_fire_at
      limit $1`,
    [limit],
  );
  return rows;
}

async function fireOne(pool: Pool, schedule: Due): Promise<string | null> {
  const next = nextFire(schedule.cron, schedule.timezone, new Date());
  const runId = await inTransaction(pool, async (session) => {
    const { rows } = await session.query<{ id: string }>(
      `insert into runs (schedule_id, fire_time, created_at) values ($1, $2, clock_timestamp())
       on conflict (schedule_id, fire_time) do nothing
       returning id`,
      [schedule.id, schedule.next_fire_at],
    );
    await session.query("update schedules set next_fire_at = $2 where id = $1", [schedule.id, next]);
    return rows[0]?.id ?? null;
  });
  if (runId === null) return null;
  const { rows } = await pool.query<{ active: number }>(
    `select count(*)::int as active
       from runs
      where schedule_id = $1 and id <> $2 and status in ('pending', 'dispatched', 'running')`,
    [schedule.id, runId],
  );
  return decide(schedule.overlap_policy, rows[0]!.active) === "dispatch" ? runId : null;
}

async function dispatchOne(deps: Deps, schedule: Due, runId: string): Promise<void> {
  const expiresAt = tokenExpiry(schedule.timeout_sec, new Date());
  const { token, hash } = await deps.signer.sign({ runId, attempt: 1, secretNames: [], expiresAt });
  await deps.pool.query(
    `with claimed as (
       update runs
          set status = 'dispatched', attempt = 1, runner_token_hash = $2, exclusive = true,
              dispatched_at = clock_timestamp()
        where id = $1 and status = 'pending'
       returning id, attempt, dispatched_at
     )
     insert into run_events (run_id, attempt, name, at)
     select id, attempt, 'run.dispatched', dispatched_at from claimed`,
    [runId, hash],
  );
  await deps.dispatcher.dispatch({
    runId,
    attempt: 1,
    scheduleName: schedule.name,
    binaryPath: deps.runnerBinary,
    args: ["runner", "--run-id", runId],
    env: { BELFRY_API_URL: deps.apiBaseUrl, BELFRY_RUN_ID: runId, BELFRY_RUN_TOKEN: token },
  });
}

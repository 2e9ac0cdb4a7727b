import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import type { Deps } from "../../src/scheduler/deps.js";
import type { Log } from "../../src/scheduler/log.js";
import type { Pool } from "../../src/store/database.js";
import { createInMemoryDispatcher, type InMemoryDispatcher } from "../../src/testing.js";
import { Signer } from "../../src/token/signer.js";

export interface Told {
  level: string;
  event: string;
  details: Record<string, unknown>;
}

/** A log that a test can read. */
export function createToldLog(): Log & { told: Told[] } {
  const told: Told[] = [];
  const tell = (level: string) => (details: object, event: string) => {
    told.push({ level, event, details: details as Record<string, unknown> });
  };
  return { told, debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") };
}

export interface TestDeps extends Deps {
  dispatcher: InMemoryDispatcher;
  log: Log & { told: Told[] };
}

/** A scheduler's collaborators on a real database, with a dispatcher that starts nothing. */
export function createTestDeps(pool: Pool, extra: Partial<Deps> = {}): TestDeps {
  return {
    pool,
    signer: new Signer(new Uint8Array(32).fill(7)),
    apiBaseUrl: "http://127.0.0.1:7717",
    runnerBinary: "/opt/belfry/bin/belfry",
    ...extra,
    dispatcher: (extra.dispatcher as InMemoryDispatcher | undefined) ?? createInMemoryDispatcher(),
    log: createToldLog(),
  };
}

/** A schedule that fires each minute, due since a moment ago. */
export async function createDueSchedule(pool: Pool, schedule: Partial<NewSchedule> & { name: string }) {
  const created = await createSchedule(pool, { cron: "* * * * *", run: ["true"], ...schedule });
  await makeDue(pool, created.name);
  return created;
}

/** Puts the next fire of a schedule to the newest full minute. */
export async function makeDue(pool: Pool, name: string): Promise<void> {
  await pool.query("update schedules set next_fire_at = date_trunc('minute', now()) where name = $1", [name]);
}

export interface RunFacts {
  id: string;
  name: string;
  status: string;
  attempt: number;
  fire_reason: string;
  fire_time: Date | null;
  skip_reason: string | null;
  error_kind: string | null;
  error_message: string | null;
  covers_count: number;
  covers_from: Date | null;
  created_at: Date;
}

/** All runs, oldest first. */
export async function allRuns(pool: Pool): Promise<RunFacts[]> {
  const { rows } = await pool.query<RunFacts>(
    "select r.*, s.name from runs r join schedules s on s.id = r.schedule_id order by r.id",
  );
  return rows;
}

/** Ends a run as its runner would. */
export async function endRun(pool: Pool, id: string): Promise<void> {
  await pool.query("update runs set status = 'succeeded', finished_at = now() where id = $1", [id]);
}

/** An embedded database takes seconds to open: tests that only need an empty one share it. */
export async function emptyTables(pool: Pool): Promise<void> {
  await pool.query(
    "truncate schedules, runs, run_events, run_logs, backfills, idempotency_keys restart identity",
  );
}

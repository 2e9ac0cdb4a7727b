import { Client } from "pg";
import type { EventRow, OutputRow, RunRow, ScheduleRow } from "./checker/evidence.js";

export interface Rows {
  schedules: ScheduleRow[];
  runs: RunRow[];
  events: EventRow[];
  outputs: OutputRow[];
}

/** All that the database tells of schedules and runs. */
export async function readRows(url: string): Promise<Rows> {
  return ask(url, async (client) => ({
    schedules: (await client.query<ScheduleRow>(schedulesSql)).rows,
    runs: (await client.query<RunRow>(runsSql)).rows,
    events: (await client.query<EventRow>(eventsSql)).rows,
    outputs: (await client.query<OutputRow>(outputsSql)).rows,
  }));
}

/** How many schedules have a fire that is due, and how many runs have not ended. */
export async function readOpen(url: string): Promise<{ due: number; open: number }> {
  return ask(url, async (client) => (await client.query<{ due: number; open: number }>(openSql)).rows[0]!);
}

/** The schedules that an operator keeps from firing. */
export async function readPaused(url: string): Promise<string[]> {
  return ask(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select name from schedules where paused_at is not null",
    );
    return rows.map(({ name }) => name);
  });
}

/** One statement of a bug to be planted. */
export async function runStatement(url: string, statement: string): Promise<void> {
  await ask(url, (client) => client.query(statement));
}

async function ask<T>(url: string, question: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await question(client);
  } finally {
    await client.end();
  }
}

const ms = (column: string) => `round(extract(epoch from ${column}) * 1000, 3)::float8`;

const schedulesSql = `
  select id, name, ${ms("created_at")} as "createdMs", ${ms("coalesce(owed_from, next_fire_at)")} as "owedMs"
    from schedules
   order by id`;

const runsSql = `
  select id, schedule_id as "scheduleId", status, attempt, failures, error_kind as "errorKind",
         skip_reason as "skipReason", exit_code as "exitCode", ${ms("fire_time")} as "fireMs",
         ${ms("covers_from")} as "coversFromMs", covers_count as "coversCount", ${ms("created_at")} as "createdMs"
    from runs
   order by id`;

const eventsSql = `
  select run_id as "runId", attempt, name, ${ms("at")} as "atMs"
    from run_events
   order by run_id, id`;

const outputsSql = `
  select run_id as "runId", attempt, count(*)::int as chunks, min(seq) as "firstSeq", max(seq) as "lastSeq",
         coalesce(string_agg(text, '' order by seq) filter (where stream = 'stdout'), '') as text
    from run_logs
   group by run_id, attempt`;

const openSql = `
  select (select count(*)::int from schedules
           where enabled and paused_at is null and retired_at is null
             and next_fire_at < now() - interval '1 second') as due,
         (select count(*)::int from runs where status in ('pending', 'dispatched', 'running')) as open`;

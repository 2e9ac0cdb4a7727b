// A tick over many due schedules, beside a row-by-row tick of the same work. Run: npx tsx bench/tick.ts
import Table from "cli-table3";
import { fireDueSchedules } from "../src/scheduler/fire.js";
import type { Deps } from "../src/scheduler/deps.js";
import { tick } from "../src/scheduler/tick.js";
import type { Pool } from "../src/store/database.js";
import { openDatabase } from "../src/store/open-database.js";
import { Signer } from "../src/token/signer.js";
import { startPostgres } from "../test/support/postgres.js";
import { median } from "./median.js";
import { tickRowByRow } from "./row-by-row.js";

async function main(): Promise<void> {
  const server = await startPostgres({ fsync: true });
  try {
    const database = await openDatabase({ url: server.url });
    await database.migrate();
    await compare(createDeps(database.pool));
    await database.close();
  } finally {
    await server.stop();
  }
}

/** A dispatcher that starts nothing: what is measured is the scheduler. */
function createDeps(pool: Pool): Deps {
  return {
    pool,
    signer: new Signer(new Uint8Array(32)),
    dispatcher: { dispatch: async ({ runId }) => ({ id: runId }) },
    apiBaseUrl: "http://127.0.0.1:7717",
    runnerBinary: "/usr/bin/belfry",
    log: { debug() {}, info() {}, warn() {}, error: (details, event) => console.error(event, details) },
  };
}

async function compare(deps: Deps): Promise<void> {
  const table = new Table({
    style: { head: [], border: [] },
    head: ["schedules", "due", "fire only", "whole tick", "fires/s", "row by row", "fires/s", "times faster"],
  });
  for (const schedules of (process.argv[2] ?? "10000,100000").split(",").map(Number)) {
    await fill(deps.pool, schedules);
    for (const due of [1000, 10_000]) table.push(await measureCase(deps, schedules, due));
  }
  console.log(table.toString());
  console.log(
    "PostgreSQL with fsync on; medians: 5 for ours, 3 at 1,000 due and 1 at 10,000 due row by row.",
  );
  console.log("fire only: the run rows are there. whole tick: claimed, signed and dispatched as well.");
}

async function measureCase(deps: Deps, schedules: number, due: number): Promise<(string | number)[]> {
  const fireMs = await measure(5, deps.pool, due, async () => (await fireDueSchedules(deps)).ready);
  const tickMs = await measure(5, deps.pool, due, async () => (await tick(deps)).dispatched);
  const slowMs = await measure(due > 1000 ? 1 : 3, deps.pool, due, () => tickRowByRow(deps));
  return [
    schedules,
    due,
    `${fireMs.toFixed(0)} ms`,
    `${tickMs.toFixed(0)} ms`,
    Math.round((due / tickMs) * 1000),
    `${slowMs.toFixed(0)} ms`,
    Math.round((due / slowMs) * 1000),
    (slowMs / tickMs).toFixed(1),
  ];
}

async function measure(times: number, pool: Pool, due: number, work: () => Promise<number>): Promise<number> {
  const tookMs: number[] = [];
  for (let round = 0; round < times; round += 1) {
    await makeDue(pool, due);
    const began = performance.now();
    const fired = await work();
    tookMs.push(performance.now() - began);
    if (fired !== due) throw new Error(`Fired ${fired} of ${due}.`);
  }
  return median(tookMs);
}

/** Everyday expressions in a few zones, so that thinking is not a matter of one cached answer. */
async function fill(pool: Pool, count: number): Promise<void> {
  await pool.query("truncate schedules, runs, run_events, run_logs restart identity");
  await pool.query(
    `insert into schedules (name, cron, timezone, command)
     select 'job ' || n,
            (array['0 * * * *', '*/5 * * * *', '30 2 * * *', '0 9 * * MON-FRI', '15 4 1 * *'])[1 + n % 5],
            (array['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])[1 + n % 4],
            '["true"]'
       from generate_series(1, $1::int) n`,
    [count],
  );
}

async function makeDue(pool: Pool, due: number): Promise<void> {
  await pool.query("truncate runs, run_events, run_logs");
  await pool.query(
    `update schedules
        set next_fire_at = case when id <= $1 then date_trunc('second', now()) else now() + interval '1 day' end`,
    [due],
  );
  for (const statement of ["vacuum analyze schedules", "checkpoint"]) await pool.query(statement);
}

await main();

// Firing lag: how long after its nominal instant a run's row is there. Run: npx tsx bench/lag.ts [seconds]
import Table from "cli-table3";
import type { Deps } from "../src/scheduler/deps.js";
import { loop } from "../src/scheduler/loop.js";
import type { Database, Pool } from "../src/store/database.js";
import { openDatabase } from "../src/store/open-database.js";
import { Signer } from "../src/token/signer.js";
import { createGuardedFolder } from "../test/support/temporary-folder.js";
import { startPostgres } from "../test/support/postgres.js";
import { quantile } from "./median.js";

const schedules = 100;
const seconds = Number(process.argv[2] ?? 20);

interface Lags {
  fires: number;
  missed: number;
  created: number[];
  dispatched: number[];
}

async function measure(database: Database): Promise<Lags> {
  await database.migrate();
  await database.pool.query(
    `insert into schedules (name, cron, command, overlap_policy, next_fire_at)
     select 'second ' || n, '* * * * * *', '["true"]', 'concurrent', date_trunc('second', now()) + interval '2 seconds'
       from generate_series(1, $1::int) n`,
    [schedules],
  );
  await loop(createDeps(database.pool), {
    cadenceMs: 10_000,
    signal: AbortSignal.timeout((seconds + 2) * 1000),
  }).catch(() => {});
  return readLags(database.pool);
}

/** The runs are dispatched to nowhere: a Node.js process for each would be another measurement. */
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

async function readLags(pool: Pool): Promise<Lags> {
  const { rows } = await pool.query<{ created: number; dispatched: number | null; covers_count: number }>(
    `select extract(epoch from created_at - fire_time)::float8 * 1000 as created,
            extract(epoch from dispatched_at - fire_time)::float8 * 1000 as dispatched,
            covers_count
       from runs`,
  );
  return {
    fires: rows.length,
    missed: rows.reduce((sum, row) => sum + row.covers_count - 1, 0),
    created: rows.map((row) => row.created),
    dispatched: rows.flatMap((row) => (row.dispatched === null ? [] : [row.dispatched])),
  };
}

function row(name: string, lags: Lags): (string | number)[] {
  const of = (values: number[], q: number) => `${quantile(values, q).toFixed(1)} ms`;
  return [
    name,
    lags.fires,
    lags.missed,
    of(lags.created, 0.5),
    of(lags.created, 0.99),
    of(lags.created, 1),
    of(lags.dispatched, 0.5),
    of(lags.dispatched, 0.99),
  ];
}

const table = new Table({
  style: { head: [], border: [] },
  head: [
    `${schedules} schedules a second, ${seconds} s`,
    "fires",
    "coalesced",
    "row p50",
    "row p99",
    "row max",
    "claimed p50",
    "claimed p99",
  ],
});

const server = await startPostgres({ fsync: true });
const folder = await createGuardedFolder("lag");
try {
  const postgres = await openDatabase({ url: server.url });
  table.push(row("PostgreSQL, fsync on", await measure(postgres)));
  await postgres.close();
  const embedded = await openDatabase({ dataDir: folder.folder });
  table.push(row("embedded", await measure(embedded)));
  await embedded.close();
} finally {
  await server.stop();
  await folder.remove();
}
console.log(table.toString());

// Runs commands on a schedule, each in a process of its own, from within a program. Run: npx tsx examples/library/subprocess.ts [data directory]
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  belfryBinary,
  createSchedule,
  createSubprocessDispatcher,
  loop,
  openDatabase,
  openRunnerApi,
  Signer,
} from "belfry";

const database = await openDatabase({ dataDir: process.argv[2] ?? ".belfry-library" });
await database.migrate();
const { pool } = database;
const { rows } = await pool.query("select from schedules where name = 'date'");
if (rows.length === 0) await createSchedule(pool, { name: "date", cron: "* * * * * *", run: "date; exit 3" });

// Keep the key: a runner that outlives this program reports with a token that it signed.
const signer = new Signer(randomBytes(32));
const api = await openRunnerApi({ pool, signer });
const server = createServer(api.listener).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address() as AddressInfo;

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const watching = setInterval(() => void tellOfLastRun(), 500);

async function tellOfLastRun(): Promise<void> {
  const { rows: ended } = await pool.query(
    `select r.status, r.exit_code, l.text
       from runs r
       join run_logs l on l.run_id = r.id
      where r.status = 'failed'
      order by r.id desc
      limit 1`,
  );
  for (const run of ended) console.log(run.status, run.exit_code, run.text.trim());
}

await loop(
  {
    pool,
    signer,
    dispatcher: createSubprocessDispatcher({ maxRunners: 4 }),
    apiBaseUrl: `http://127.0.0.1:${port}`,
    runnerBinary: belfryBinary,
  },
  { cadenceMs: 10_000, signal: stop.signal },
).catch((reason: unknown) => {
  if (!stop.signal.aborted) throw reason;
});

clearInterval(watching);
await api.close();
server.close();
server.closeAllConnections();
await database.close();

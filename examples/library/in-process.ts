// Runs functions of this process on a schedule, durably. Run: npx tsx examples/library/in-process.ts [data directory]
import { randomBytes } from "node:crypto";
import {
  createSchedule,
  type Deps,
  type DispatchRequest,
  type JobDispatcher,
  loop,
  openDatabase,
  type Pool,
  Signer,
} from "belfry";

type Work = () => Promise<void>;

interface InProcessDispatcher extends JobDispatcher {
  /** Resolves when no function is at work. */
  idle(): Promise<void>;
}

/** Starts a function instead of a runner: the one that bears the schedule's name. */
function createInProcessDispatcher(pool: Pool, works: Record<string, Work>): InProcessDispatcher {
  const underWay = new Set<Promise<void>>();
  return {
    async dispatch(request) {
      const work = works[request.scheduleName];
      if (work === undefined) throw new Error(`There is no function for "${request.scheduleName}".`);
      const run = carryOut(pool, request, work).finally(() => underWay.delete(run));
      underWay.add(run);
      return { id: `function:${request.scheduleName}` };
    },
    capacity: () => 10 - underWay.size,
    async idle() {
      await Promise.all(underWay);
    },
  };
}

async function carryOut(pool: Pool, request: DispatchRequest, work: Work): Promise<void> {
  if (!(await recordStart(pool, request))) return; // It was cancelled in the meantime.
  const error = await work().then(
    () => null,
    (reason: unknown) => String(reason),
  );
  await recordEnd(pool, request, error);
}

/** Only the attempt that was dispatched may start. */
async function recordStart(pool: Pool, { runId, attempt }: DispatchRequest): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update runs set status = 'running', started_at = now()
      where id = $1 and attempt = $2 and status = 'dispatched'`,
    [runId, attempt],
  );
  return rowCount === 1;
}

/** Says how it ended, and wakes what waits for its place. */
async function recordEnd(
  pool: Pool,
  { runId, attempt }: DispatchRequest,
  error: string | null,
): Promise<void> {
  await pool.query(
    `with ended as (
       update runs
          set status = case when $3::text is null then 'succeeded' else 'failed' end,
              error_kind = case when $3::text is not null then 'exit_code' end,
              error_message = $3, exit_code = case when $3::text is null then 0 else 1 end, finished_at = now()
        where id = $1 and attempt = $2 and status = 'running'
       returning id
     )
     select pg_notify('belfry', 'ready') from ended`,
    [runId, attempt, error],
  );
}

const database = await openDatabase({ dataDir: process.argv[2] ?? ".belfry-library" });
await database.migrate();
const { pool } = database;

for (const [name, cron] of [
  ["say-hello", "* * * * * *"],
  ["fail", "*/2 * * * * *"],
] as const) {
  const { rows } = await pool.query("select from schedules where name = $1", [name]);
  if (rows.length === 0) await createSchedule(pool, { name, cron, run: ["in-process", name] });
}

const dispatcher = createInProcessDispatcher(pool, {
  "say-hello": async () => console.log("Hello!"),
  fail: () => Promise.reject(new Error("no disk")),
});
const deps: Deps = {
  pool,
  dispatcher,
  signer: new Signer(randomBytes(32)),
  apiBaseUrl: "http://127.0.0.1:7717", // where runners would report
  runnerBinary: "/usr/bin/belfry", // what a runner would be
};

const stop = new AbortController();
process.once("SIGINT", () => stop.abort(new Error("Stopped by Ctrl+C.")));
try {
  await loop(deps, { cadenceMs: 10_000, signal: stop.signal });
} catch (reason) {
  if (!stop.signal.aborted) throw reason;
}
await dispatcher.idle();

const { rows } = await pool.query<{ name: string; status: string; error_message: string | null }>(
  `select s.name, r.status, r.error_message
     from runs r
     join schedules s on s.id = r.schedule_id
    order by r.id desc
    limit 5`,
);
console.table(rows);
await database.close();

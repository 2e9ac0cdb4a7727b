// From due to done: `belfry serve` with its defaults and real processes. Run: npx tsx bench/end-to-end.ts [runs]
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "../src/store/database.js";
import { startProgram } from "../test/support/program.js";
import { findPostmaster, postgresClock } from "./cpu.js";
import { Ground, inDatabase, type Place } from "./ground.js";
import { p50AndP99, readLags, sayWhen } from "./lags.js";
import { aSecond, type Cell, inMs, ofACore, printTable } from "./print.js";
import { insertSteady, type Steady } from "./schedules.js";
import { Serving } from "./serving.js";

const runs = Number(process.argv[2] ?? 3000);
/** What has not ended by then is not waited for. */
const patienceMs = 30_000;
const steady = { aSecond: 50, seconds: 15 };
/** The server must be up before the first fire. */
const startsInMs = 10_000;

async function measureRate(place: Place, count: number): Promise<Cell[]> {
  const load: Omit<Steady, "startsInMs"> = {
    count,
    everySec: 86_400,
    apartMs: 0,
    onWholeSeconds: true,
    command: ["/bin/true"],
  };
  const [due, postmaster] = await prepare(place, load);
  const spent = await serveUntilEnded(place, { due, count, postmaster, withinMs: patienceMs });
  return inDatabase(place, async (pool) => {
    const { ended, complete, lastMs } = await readHistory(pool, due);
    const cpuOfRun = parts.map((part) => inMs(spent.cpuMs[part] / Math.max(1, spent.ended)));
    return [
      place.name,
      count,
      ended === count ? "all" : `${ended} in ${patienceMs / 1000} s`,
      aSecond(ended, lastMs),
      complete === ended ? "yes" : `no: ${ended - complete} lack events`,
      ...cpuOfRun,
    ];
  });
}

function prepare(place: Place, load: Omit<Steady, "startsInMs">): Promise<[Date, number | null]> {
  return inDatabase(place, async (pool) => {
    const postmaster = place.kind === "postgres" ? await findPostmaster(pool) : null;
    return [await insertSteady(pool, { ...load, startsInMs }), postmaster];
  });
}

const parts = ["server", "runners", "postgres"] as const;

interface Spent {
  /** How many runs had ended. */
  ended: number;
  tookMs: number;
  cpuMs: Record<(typeof parts)[number], number>;
}

/** Answers what server, runners and PostgreSQL took of the processor from the first fire on. */
async function serveUntilEnded(
  place: Place,
  load: { due: Date; count: number; postmaster: number | null; withinMs: number },
): Promise<Spent> {
  await using serving = await Serving.start(place);
  await sleep(load.due.getTime() - Date.now());
  const read = () => ({ ...serving.cpu(), postgres: postgresClock(load.postmaster), at: performance.now() });
  const before = read();
  await serving.untilEnded(load.count, load.withinMs);
  const after = read();
  const spent = (part: (typeof parts)[number]) => after[part] - before[part];
  return {
    ended: serving.ended,
    tookMs: after.at - before.at,
    cpuMs: { server: spent("server"), runners: spent("runners"), postgres: spent("postgres") },
  };
}

async function readHistory(
  pool: Pool,
  due: Date,
): Promise<{ ended: number; complete: number; lastMs: number }> {
  const { rows } = await pool.query<{ ended: number; complete: number; ms: number }>(
    `select count(*)::int as ended,
            count(*) filter (where (
              select array_agg(e.name order by e.id)::text[] @> '{run.dispatched,run.started,run.succeeded}'
                from run_events e
               where e.run_id = r.id))::int as complete,
            extract(epoch from max(finished_at) - $1::timestamptz)::float8 * 1000 as ms
       from runs r
      where status = 'succeeded'`,
    [due.toISOString()],
  );
  return { ...rows[0]!, lastMs: rows[0]!.ms };
}

async function measureLag(place: Place, onWholeSeconds: boolean): Promise<Cell[]> {
  const load: Omit<Steady, "startsInMs"> = {
    count: steady.aSecond,
    everySec: 1,
    apartMs: 1000 / steady.aSecond,
    onWholeSeconds,
    command: sayWhen,
  };
  const [due, postmaster] = await prepare(place, load);
  const count = steady.aSecond * steady.seconds;
  const spent = await serveUntilEnded(place, { due, count, postmaster, withinMs: patienceMs });
  const lags = await inDatabase(place, (pool) => readLags(pool, due, steady.seconds));
  return [
    `${place.name}, ${onWholeSeconds ? "on whole seconds" : "evenly"}`,
    `${lags.length} of ${count}`,
    ...p50AndP99(lags.map(({ row }) => row)),
    ...p50AndP99(lags.map(({ started }) => started)),
    ...p50AndP99(lags.map(({ job }) => job)),
    ...parts.map((part) => ofACore(spent.cpuMs[part], spent.tookMs)),
  ];
}

async function spawnAlone(): Promise<number> {
  const program = startProgram(new URL("programs/spawning.ts", import.meta.url), "2000", "8");
  const tookMs = Number(await program.nextLine());
  await program.kill("SIGTERM");
  return aSecond(2000, tookMs);
}

await using ground = new Ground();
const cpu = ["server", "host and jobs", "PostgreSQL"];
printTable(
  ["/bin/true, all due at once", "runs", "ended", "runs/s", "full history", ...cpu],
  [
    await measureRate(await ground.postgres(), runs),
    await measureRate(await ground.embedded(), Math.ceil(runs / 3)),
  ],
  [
    "From the nominal instant until the last has ended; and the processor time of each run.",
    `A Node.js process that starts /bin/true and does nothing else: ${await spawnAlone()} a second.`,
  ],
);
const lags: Cell[][] = [];
for (const onWholeSeconds of [false, true])
  lags.push(await measureLag(await ground.postgres(), onWholeSeconds));
for (const onWholeSeconds of [false, true])
  lags.push(await measureLag(await ground.embedded(), onWholeSeconds));
printTable(
  [
    `${steady.aSecond} a second, ${steady.seconds} s`,
    "runs",
    "row p50",
    "p99",
    "start p50",
    "p99",
    "job p50",
    "p99",
    ...cpu,
  ],
  lags,
  [
    "Since the nominal instant: the run's row is there, the run has started, the job's process is there, as it says itself.",
    "server, host and jobs, PostgreSQL: processor time in per cent of a core.",
  ],
);

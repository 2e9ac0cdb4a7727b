// How soon a run that is asked for through the API has its process. Run: npx tsx bench/run-now.ts [runs]
import { setTimeout as sleep } from "node:timers/promises";
import { Ground, inDatabase, type Place } from "./ground.js";
import { p50AndP99, saidAt, sayWhen } from "./lags.js";
import { type Cell, printTable } from "./print.js";
import { Serving } from "./serving.js";

const runs = Number(process.argv[2] ?? 200);

interface Asked {
  /** When the request was about to be sent, in whole milliseconds: the lags are at most one too long. */
  at: number;
  answeredMs: number;
}

interface Times {
  claimed: number;
  started: number;
  job: number;
}

async function measure(place: Place): Promise<Cell[]> {
  await inDatabase(place, async (pool) => {
    await pool.query(
      "insert into schedules (name, overlap_policy, command) values ('now', 'concurrent', $1)",
      [JSON.stringify(sayWhen)],
    );
  });
  const asked = await askForRuns(place);
  const times = await inDatabase(place, async (pool) => (await pool.query<Times>(timesQuery)).rows);
  const of = (part: keyof Times) => p50AndP99(times.map((time, index) => time[part] - asked[index]!.at));
  return [
    place.name,
    times.length,
    ...p50AndP99(asked.map(({ answeredMs }) => answeredMs)),
    ...of("claimed"),
    ...of("started"),
    ...of("job"),
  ];
}

/** One after another: each is asked for when the one before has ended. */
async function askForRuns(place: Place): Promise<Asked[]> {
  await using serving = await Serving.start(place);
  const ask = await serving.client();
  const asked: Asked[] = [];
  while (asked.length < runs) {
    const at = Date.now();
    const began = performance.now();
    await ask("POST", "/api/v1/schedules/now/trigger");
    asked.push({ at, answeredMs: performance.now() - began });
    await serving.untilEnded(asked.length, 30_000);
    await sleep(20);
  }
  return asked;
}

const msOf = (instant: string) => `extract(epoch from ${instant})::float8 * 1000`;
const timesQuery = `select ${msOf("dispatched_at")} as claimed, ${msOf("started_at")} as started, ${msOf(saidAt)} as job
    from runs r
   order by id`;

await using ground = new Ground();
printTable(
  ["run now", "runs", ...["answered", "claimed", "start", "job"].flatMap((name) => [`${name} p50`, "p99"])],
  [await measure(await ground.postgres()), await measure(await ground.embedded())],
  [
    "Since the request was sent: it is answered, the run is claimed, has started, its process is there, as it says itself.",
  ],
);

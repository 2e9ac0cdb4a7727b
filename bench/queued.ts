// How soon the next in line starts when the run before it has ended. Run: npx tsx bench/queued.ts [runs]
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ground, inDatabase, type Place } from "./ground.js";
import { p50AndP99, saidAt, since } from "./lags.js";
import { type Cell, printTable } from "./print.js";
import { Serving } from "./serving.js";

const runs = Number(process.argv[2] ?? 200);

interface Gap {
  claimed: number;
  started: number;
  job: number;
  /** From the word of one job to the word of the next. */
  turn: number;
}

/** All are asked for while the first waits at a gate, so that from then on there is always one in line. */
async function measure(place: Place): Promise<Cell[]> {
  const gate = join(place.dataDir, "gate");
  const command = ["sh", "-c", 'until [ -e "$0" ]; do sleep 0.05; done; exec date +%s.%N', gate];
  await inDatabase(place, async (pool) => {
    await pool.query("insert into schedules (name, overlap_policy, command) values ('line', 'queue', $1)", [
      JSON.stringify(command),
    ]);
  });
  await queueUp(place, gate);
  const gaps = await inDatabase(place, async (pool) => (await pool.query<Gap>(gapsQuery)).rows);
  const of = (part: keyof Gap) => p50AndP99(gaps.map((gap) => gap[part]));
  return [place.name, gaps.length, ...of("claimed"), ...of("started"), ...of("job"), ...of("turn")];
}

async function queueUp(place: Place, gate: string): Promise<void> {
  await using serving = await Serving.start(place);
  const ask = await serving.client();
  for (let asked = 0; asked <= runs; asked += 1) await ask("POST", "/api/v1/schedules/line/trigger");
  await writeFile(gate, "");
  await serving.untilEnded(runs + 1, 60_000);
}

const gapsQuery = `with line as (
    select r.id, dispatched_at, started_at, finished_at, ${saidAt} as said_at from runs r where status = 'succeeded'
  ), pairs as (
    select *, lag(finished_at) over (order by id) as before_at, lag(said_at) over (order by id) as said_before_at
      from line
  )
  select ${since("dispatched_at", "before_at")} as claimed,
         ${since("started_at", "before_at")} as started,
         ${since("said_at", "before_at")} as job,
         ${since("said_at", "said_before_at")} as turn
    from pairs
   where before_at is not null`;

await using ground = new Ground();
printTable(
  [
    "the next in line",
    "runs",
    ...["claimed", "start", "job", "whole turn"].flatMap((name) => [`${name} p50`, "p99"]),
  ],
  [await measure(await ground.postgres()), await measure(await ground.embedded())],
  [
    "Since the end of the job before: the run is claimed, has started, its process is there, as it says itself.",
    "whole turn: from the word of one job to the word of the next.",
  ],
);

// What a server costs that has nothing to do. Run: npx tsx bench/idle.ts [schedules] [seconds]
import { setTimeout as sleep } from "node:timers/promises";
import { findPostmaster, postgresClock } from "./cpu.js";
import { Ground, inDatabase, type Place } from "./ground.js";
import { type Cell, ofACore, printTable } from "./print.js";
import { fill } from "./schedules.js";
import { Serving } from "./serving.js";

const schedules = Number(process.argv[2] ?? 1_000_000);
const seconds = Number(process.argv[3] ?? 60);

async function measure(place: Place, count: number): Promise<Cell[]> {
  const postmaster = await inDatabase(place, async (pool) => {
    await fill(pool, count);
    return place.kind === "postgres" ? findPostmaster(pool) : null;
  });
  await using serving = await Serving.start(place);
  await sleep(10_000); // what a start costs is not idleness
  const read = () => ({ ...serving.cpu(), postgres: postgresClock(postmaster), at: performance.now() });
  const before = read();
  await sleep(seconds * 1000);
  const after = read();
  const parts = ["server", "runners", "postgres"] as const;
  return [
    place.name,
    count,
    ...parts.map((part) => ofACore(after[part] - before[part], after.at - before.at)),
  ];
}

await using ground = new Ground();
printTable(
  ["idle", "schedules", "server", "runner host", "PostgreSQL"],
  [
    await measure(await ground.postgres(), schedules),
    await measure(await ground.embedded(), Math.min(schedules, 10_000)),
  ],
  [
    `None due; processor time (user and system) over ${seconds} s, in per cent of a core. Linux counts in steps of 10 ms.`,
  ],
);

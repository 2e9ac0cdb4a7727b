// Firing lag: how long after its nominal instant a run's row is there. Run: npx tsx bench/lag.ts [seconds]
import { loop } from "../src/scheduler/loop.js";
import { Ground, inDatabase, type Place } from "./ground.js";
import { p50AndP99, readLags } from "./lags.js";
import { quantile } from "./median.js";
import { toNowhere } from "./nowhere.js";
import { type Cell, inMs, printTable } from "./print.js";
import { insertSteady } from "./schedules.js";

interface Load {
  schedules: number;
  aSecond: number;
  onWholeSeconds: boolean;
}

const seconds = Number(process.argv[2] ?? 20);

async function measure(place: Place, load: Load): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    const first = await insertSteady(pool, {
      count: load.schedules,
      everySec: load.schedules / load.aSecond,
      apartMs: 1000 / load.aSecond,
      onWholeSeconds: load.onWholeSeconds,
      command: ["true"],
      startsInMs: 12_000,
    });
    const signal = AbortSignal.timeout(first.getTime() - Date.now() + (seconds + 1) * 1000);
    await loop(toNowhere(pool), { cadenceMs: 10_000, signal }).catch(() => {});
    const lags = await readLags(pool, first, seconds);
    return [
      `${place.name}: ${load.aSecond} of ${load.schedules}, ${load.onWholeSeconds ? "on whole seconds" : "evenly"}`,
      lags.length,
      load.aSecond * seconds - lags.length,
      ...p50AndP99(lags.map(({ row }) => row)),
      inMs(
        quantile(
          lags.map(({ row }) => row),
          1,
        ),
      ),
      ...p50AndP99(lags.map(({ claimed }) => claimed)),
    ];
  });
}

await using ground = new Ground();
const rows: Cell[][] = [];
for (const onWholeSeconds of [false, true]) {
  rows.push(await measure(await ground.postgres(), { schedules: 100_000, aSecond: 500, onWholeSeconds }));
}
for (const onWholeSeconds of [false, true]) {
  rows.push(await measure(await ground.embedded(), { schedules: 10_000, aSecond: 100, onWholeSeconds }));
}
printTable(
  [
    `fires a second, for ${seconds} s`,
    "fires",
    "missing",
    "row p50",
    "row p99",
    "row max",
    "claimed p50",
    "claimed p99",
  ],
  rows,
  [
    "row: from the nominal instant until the run's row is written. claimed: until it is handed to the dispatcher, which starts nothing.",
    "on whole seconds: all fires of a second are due at its beginning, as those of cron expressions are.",
  ],
);

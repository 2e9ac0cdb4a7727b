// The tick over many due schedules, beside SQL by hand and row by row. Run: npx tsx bench/tick.ts [10000,100000,1000000]
import type { Deps } from "../src/scheduler/deps.js";
import { fireDueSchedules } from "../src/scheduler/fire.js";
import { tick } from "../src/scheduler/tick.js";
import { startProgram, type Program } from "../test/support/program.js";
import { fireByHand, fireInOneStatement, insertOnly } from "./by-hand.js";
import { Ground, inDatabase, type Place } from "./ground.js";
import { median } from "./median.js";
import { toNowhere } from "./nowhere.js";
import { aSecond, type Cell, inMs, printTable, times } from "./print.js";
import { fireRowByRow, tickRowByRow } from "./row-by-row.js";
import { countRuns, fill, makeDue } from "./schedules.js";

const due = 10_000;
const rounds = 5;
/** So many stand for all, row by row: the rest takes as long each. */
const sample = 1000;

type Shape = "belfry" | "by hand" | "by hand, overlap" | "one statement" | "insert only";

const shapes: Record<Shape, (deps: Deps) => Promise<number>> = {
  belfry: async (deps) => (await fireDueSchedules(deps)).ready,
  "by hand": ({ pool }) => fireByHand(pool, { overlap: false }),
  "by hand, overlap": ({ pool }) => fireByHand(pool, { overlap: true }),
  "one statement": ({ pool }) => fireInOneStatement(pool),
  "insert only": ({ pool }) => insertOnly(pool),
};

async function main(): Promise<void> {
  await using ground = new Ground();
  const sizes = (process.argv[2] ?? "10000,100000,1000000").split(",").map(Number);
  const fires: Cell[][] = [];
  for (const schedules of sizes) fires.push(await compareFires(await ground.postgres(), schedules));
  fires.push(await compareFires(await ground.embedded(), due));
  printFires(fires);
  const servers = [];
  for (const schedules of sizes) servers.push(await compareServers(await ground.postgres(), schedules));
  printServers(servers);
  const ticks = [await compareTicks(await ground.postgres()), await compareTicks(await ground.embedded())];
  printTable(["whole tick", "belfry", "fires/s", "row by row", "fires/s", "times faster"], ticks, [
    `${due} due of ${due}: fired, claimed, signed, and dispatched to nowhere. Row by row: a sample of ${sample}.`,
  ]);
}

async function compareFires(place: Place, schedules: number): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    const deps = toNowhere(pool);
    await fill(pool, schedules);
    const tookMs: Partial<Record<Shape, number[]>> = {};
    for (let round = 0; round <= rounds; round += 1) {
      for (const shape of Object.keys(shapes) as Shape[]) {
        const ms = await measure(deps, schedules, due, shapes[shape]);
        if (round > 0) (tookMs[shape] ??= []).push(ms); // the first is for warming up
      }
    }
    const slowMs =
      (await measure(deps, schedules, sample, () => fireRowByRow(deps, sample))) * (due / sample);
    return rowOf(place, schedules, (shape) => median(tookMs[shape]!), slowMs);
  });
}

function rowOf(place: Place, schedules: number, msOf: (shape: Shape) => number, slowMs: number): Cell[] {
  const ours = msOf("belfry");
  return [
    place.kind === "embedded" ? `${schedules}, embedded` : schedules,
    inMs(ours),
    aSecond(due, ours),
    ...(["by hand", "by hand, overlap"] as const).map(
      (shape) => `${aSecond(due, msOf(shape))} (${times(msOf(shape), ours)})`,
    ),
    aSecond(due, msOf("one statement")),
    aSecond(due, msOf("insert only")),
    `${aSecond(due, slowMs)} (${times(slowMs, ours)})`,
  ];
}

function printFires(rows: Cell[][]): void {
  const head = ["schedules", "belfry", "fires/s", "by hand", "with overlap", "one statement", "insert only"];
  printTable([...head, "row by row"], rows, [
    `${due} due until their run rows are there; medians of ${rounds} rounds, taken in turn. In brackets: belfry's rate as a multiple.`,
    "by hand: a locking read and one write for each 1,000, every schedule every hour, no time zone, policy or catch-up.",
    "with overlap: the same, and how many runs of each schedule are under way. one statement: the same rows, without a client.",
    `insert only: the run rows alone. row by row: a sample of ${sample}, the rest reckoned.`,
  ]);
}

async function measure(
  deps: Deps,
  schedules: number,
  wanted: number,
  work: (deps: Deps) => Promise<number>,
): Promise<number> {
  await makeDue(deps.pool, { schedules, due });
  const began = performance.now();
  const fired = await work(deps);
  const tookMs = performance.now() - began;
  if (fired !== wanted) throw new Error(`Fired ${fired} of ${wanted}.`);
  return tookMs;
}

/** Servers are processes of their own, started once and warm. */
async function compareServers(place: Place, schedules: number): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    await fill(pool, schedules);
    const servers = await startServers(place, 4);
    const tookMs: Record<number, number[]> = { 1: [], 2: [], 4: [] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const count of [1, 2, 4]) {
        await makeDue(pool, { schedules, due });
        const ms = await fireTogether(servers.slice(0, count));
        if ((await countRuns(pool)) !== due)
          throw new Error("The servers have not made one row for each fire.");
        if (round > 0) tookMs[count]!.push(ms); // the first is for warming up
      }
    }
    await Promise.all(servers.map((server) => server.kill("SIGTERM")));
    const [one, two, four] = [1, 2, 4].map((count) => median(tookMs[count]!)) as [number, number, number];
    const beside = (ms: number) => `${aSecond(due, ms)} (${times(one, ms)})`;
    return [schedules, aSecond(due, one), beside(two), beside(four)];
  });
}

function printServers(rows: Cell[][]): void {
  printTable(["schedules", "one server", "two", "four"], rows, [
    `fires/s, ${due} due at once; medians of ${rounds}. Each fire has one row, and no server did another's work.`,
  ]);
}

async function startServers({ location }: Place, count: number): Promise<Program[]> {
  const url = "url" in location ? location.url : "";
  const program = new URL("programs/firing-server.ts", import.meta.url);
  const servers = Array.from({ length: count }, () => startProgram(program, url));
  for (const server of servers) await server.nextLine();
  return servers;
}

/** Until the last of them finds nothing due any more. Throws if one has worked for nothing. */
async function fireTogether(servers: Program[]): Promise<number> {
  const began = performance.now();
  for (const server of servers) server.say("fire");
  const fired = await Promise.all(servers.map((server) => server.nextLine()));
  const tookMs = performance.now() - began;
  const sum = fired.reduce((total, count) => total + Number(count), 0);
  if (sum !== due) throw new Error(`The servers say that they fired ${sum} of ${due}.`);
  return tookMs;
}

async function compareTicks(place: Place): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    const deps = toNowhere(pool);
    await fill(pool, due);
    const tookMs: number[] = [];
    for (let round = 0; round < 3; round += 1)
      tookMs.push(await measure(deps, due, due, async () => (await tick(deps)).dispatched));
    const ours = median(tookMs);
    const slow = (await measure(deps, due, sample, () => tickRowByRow(deps, sample))) * (due / sample);
    return [place.name, inMs(ours), aSecond(due, ours), inMs(slow), aSecond(due, slow), times(slow, ours)];
  });
}

await main();

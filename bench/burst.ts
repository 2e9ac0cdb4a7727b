// Ten thousand schedules due in the same second, beside the peers. Run: npx tsx bench/burst.ts [schedules]
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "../src/store/database.js";
import { startProgram } from "../test/support/program.js";
import { Ground, inDatabase, type Place } from "./ground.js";
import { findNode, installPeers, startPeer, versionOf } from "./peers.js";
import { type Cell, printTable } from "./print.js";
import { startRedis } from "./redis.js";
import { fireRowByRow } from "./row-by-row.js";
import { countRuns, fill, makeDue } from "./schedules.js";
import { Serving } from "./serving.js";

const count = Number(process.argv[2] ?? 10_000);
const bursts = 3;
/** Who has not fired by then fires at a rate; that is told instead. */
const patienceMs = 60_000;

/** How long after `dueAt` all was there, or how much was there when patience was over. */
async function watch(dueAt: Date, countThem: () => Promise<number>): Promise<string> {
  await sleep(dueAt.getTime() - Date.now());
  for (;;) {
    const seen = await countThem();
    const tookMs = Date.now() - dueAt.getTime();
    if (seen >= count) return inSeconds(tookMs);
    if (tookMs > patienceMs) return `${seen} in ${patienceMs / 1000} s`;
    await sleep(5);
  }
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

async function burstsOf(pool: Pool): Promise<Cell[]> {
  const took: string[] = [];
  while (took.length < bursts) {
    const dueAt = await makeDue(pool, { schedules: count, due: count, inMs: 5000 });
    // As an edit of a schedule would, so that nobody sleeps past it.
    await pool.query("select pg_notify('belfry', 'schedule')");
    took.push(await watch(dueAt, () => countRuns(pool)));
  }
  return [took[0]!, took.at(-1)!];
}

async function measureLoop(place: Place): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    await fill(pool, count);
    const server = startProgram(new URL("programs/looping-server.ts", import.meta.url), urlOf(place));
    await server.nextLine();
    const took = await burstsOf(pool);
    await server.kill("SIGTERM");
    return ["Belfry, a loop that starts nothing", ...took];
  });
}

/** All of them start a process besides, as far as the server has places. */
async function measureServe(place: Place): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    await fill(pool, count);
    await using _ = await Serving.start(place);
    const dueAt = await makeDue(pool, { schedules: count, due: count, inMs: 5000 });
    await pool.query("select pg_notify('belfry', 'schedule')");
    return ["Belfry, belfry serve, which starts jobs", await watch(dueAt, () => countRuns(pool)), "-"];
  });
}

async function measureRowByRow(place: Place): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    await fill(pool, count);
    const dueAt = await makeDue(pool, { schedules: count, due: count, inMs: 5000 });
    const fired = sleep(dueAt.getTime() - Date.now()).then(() => fireRowByRow({ pool }, count));
    const took = await watch(dueAt, () => countRuns(pool));
    await fired;
    return ["row by row, on Belfry's tables", took, "-"];
  });
}

interface PostgresPeer {
  name: string;
  program: string;
  /** What a fire leaves behind. */
  rows: string;
}

const postgresPeers: PostgresPeer[] = [
  {
    name: "graphile-worker",
    program: "graphile-worker.mjs",
    rows: "select count(*)::int as count from graphile_worker._private_jobs",
  },
  {
    name: "pg-boss",
    program: "pg-boss.mjs",
    rows: "select count(*)::int as count from pgboss.job where name = 'fire'",
  },
];

async function measurePeer(
  node: string,
  place: Place,
  { name, program, rows }: PostgresPeer,
): Promise<Cell[]> {
  return inDatabase(place, async (pool) => {
    await using peer = startPeer(node, program, urlOf(place), String(count));
    const dueAt = new Date(Number(await peer.nextLine()));
    const took = await watch(dueAt, async () => (await pool.query<{ count: number }>(rows)).rows[0]!.count);
    return [`${name} ${versionOf(name)}`, took, "-"];
  });
}

async function measureBullmq(node: string, folder: string): Promise<Cell[]> {
  const name = `BullMQ ${versionOf("bullmq")}`;
  await using redis = await startRedis(folder);
  if (redis === null) return [name, "not measured: no redis-server found", "-"];
  await using peer = startPeer(node, "bullmq.mjs", String(redis.port), String(count));
  const dueAt = Number(await peer.nextLine());
  const patience = sleep(dueAt + patienceMs - Date.now(), null, { ref: false });
  const tookMs = await Promise.race([peer.nextLine(), patience]);
  return [name, tookMs === null ? `not in ${patienceMs / 1000} s` : inSeconds(Number(tookMs)), "-"];
}

/** What one of them cannot do here does not keep the others from being measured. */
async function orWhyNot(name: string, measure: () => Promise<Cell[]>): Promise<Cell[]> {
  try {
    return await measure();
  } catch (error) {
    return [name, `not measured: ${(error as Error).message}`, "-"];
  }
}

function urlOf({ location }: Place): string {
  if ("url" in location) return location.url;
  throw new Error("The embedded database has no URL.");
}

async function measurePeers(ground: Ground): Promise<Cell[][]> {
  installPeers();
  const node = findNode();
  if (node === null) return [["the peers", "not measured: they need Node.js 22", "-"]];
  const rows: Cell[][] = [];
  for (const peer of postgresPeers) {
    const place = await ground.postgres();
    rows.push(await orWhyNot(peer.name, () => measurePeer(node, place, peer)));
  }
  const folder = await ground.folder();
  return [...rows, await orWhyNot("BullMQ", () => measureBullmq(node, folder))];
}

await using ground = new Ground();
const ours = [
  await measureLoop(await ground.postgres()),
  await measureServe(await ground.postgres()),
  await measureRowByRow(await ground.postgres()),
];
printTable(
  [`${count} due in the same second`, "first burst", "third burst"],
  [...ours, ...(await measurePeers(ground))],
  [
    "From the nominal instant until the last row is visible to others; PostgreSQL with fsync on, all on the same one.",
    "BullMQ: until its worker has taken the last job, on a Redis that syncs each second. graphile-worker: its jobs wait.",
    "pg-boss: at the shortest intervals that it allows; how many it had sent when a minute was over.",
  ],
);

// Firing lag while people and programs ask the API of the same server. Run: npx tsx bench/visitors.ts [seconds]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Pool } from "../src/store/database.js";
import { Ground, inDatabase } from "./ground.js";
import { p50AndP99, readLags } from "./lags.js";
import { aSecond, type Cell, printTable } from "./print.js";
import { insertSteady } from "./schedules.js";

const seconds = Number(process.argv[2] ?? 20);
const [clients, streams, schedules, fires] = [200, 50, 100_000, 500];
const token = "the-token-of-the-benchmark";
const program = fileURLToPath(new URL("programs/visited-server.ts", import.meta.url));

// What a dashboard and its people ask for, again and again.
const paths = [
  "/schedules?limit=50",
  "/schedules/every%2042",
  "/runs?limit=50",
  "/runs?limit=20&status=running",
  "/runs/1",
  "/runs/1/logs",
  "/schedules/every%207/next?count=10",
  "/session",
];

interface Visits {
  answered: number;
  failed: number;
  tookMs: number[];
}

/** Each client asks, and waits until its next question is due, if they have a pace. */
async function visit(url: string, everyMs: number, signal: AbortSignal): Promise<Visits> {
  const visits: Visits = { answered: 0, failed: 0, tookMs: [] };
  const headers = { authorization: `Bearer ${token}` };
  const client = async (index: number): Promise<void> => {
    await sleep((everyMs * index) / clients);
    for (let count = index; !signal.aborted; count += 1) {
      const began = performance.now();
      const answer = await fetch(`${url}/api/v1${paths[count % paths.length]!}`, { headers }).catch(
        () => null,
      );
      await answer?.arrayBuffer();
      visits.tookMs.push(performance.now() - began);
      visits[answer?.ok === true ? "answered" : "failed"] += 1;
      await sleep(Math.max(0, everyMs - (performance.now() - began)), null, { signal }).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return visits;
}

/** Follows the output of a run that goes on, as a stream. */
async function follow(url: string, signal: AbortSignal): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
  let bytes = 0;
  try {
    const answer = await fetch(`${url}/api/v1/runs/1/logs/stream`, { headers, signal });
    if (!answer.ok) throw new Error(await answer.text());
    for await (const chunk of answer.body!) bytes += chunk.length;
  } catch (error) {
    if (!signal.aborted) console.error(error);
  }
  return bytes;
}

/** A run that goes on and says something ten times a second. */
async function speak(pool: Pool, signal: AbortSignal): Promise<void> {
  for (let seq = 0; !signal.aborted; seq += 1) {
    await pool.query(
      `with l as (
         insert into run_logs (run_id, attempt, seq, at, stream, text)
         values (1, 1, $1, now(), 'stdout', 'A line of output, as long as many are.' || chr(10))
       )
       select pg_notify('belfry', 'run 1')`,
      [seq],
    );
    await sleep(100, null, { signal }).catch(() => {});
  }
}

async function measure(name: string, everyMs: number | null): Promise<Cell[]> {
  const place = await ground.postgres();
  return inDatabase(place, async (pool) => {
    await pool.query("insert into schedules (name, command) values ('talkative', '[]')");
    await pool.query(
      `insert into runs (schedule_id, fire_reason, status, attempt, started_at, dispatched_at, lease_expires_at)
       select id, 'manual', 'running', 1, now(), now(), now() + interval '1 day' from schedules`,
    );
    const first = await insertSteady(pool, {
      count: schedules,
      everySec: schedules / fires,
      apartMs: 1000 / fires,
      onWholeSeconds: false,
      command: ["true"],
      startsInMs: 15_000,
    });
    const { location } = place;
    const server = spawn(
      process.execPath,
      ["--import", "tsx", program, (location as { url: string }).url, token],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [url] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
    const over = new AbortController();
    const began = performance.now();
    const guests = everyMs === null ? null : visit(url, everyMs, over.signal);
    const followers = everyMs === null ? [] : Array.from({ length: streams }, () => follow(url, over.signal));
    const speaker = everyMs === null ? null : speak(pool, over.signal);
    await sleep(first.getTime() - Date.now() + (seconds + 1) * 1000);
    over.abort();
    const tookMs = performance.now() - began;
    await speaker;
    const visits = await guests;
    const followed = await Promise.all(followers);
    server.kill("SIGKILL");
    const lags = await readLags(pool, first, seconds);
    return [
      name,
      fires * seconds - lags.length,
      ...p50AndP99(lags.map(({ row }) => row)),
      ...p50AndP99(lags.map(({ claimed }) => claimed)),
      visits === null ? "-" : aSecond(visits.answered, tookMs),
      visits?.failed ?? "-",
      ...(visits === null ? ["-", "-"] : p50AndP99(visits.tookMs)),
      followed.length === 0 ? "-" : Math.min(...followed),
    ];
  });
}

await using ground = new Ground();
printTable(
  [
    `${fires} fires a second, ${seconds} s`,
    "missing",
    "row p50",
    "p99",
    "claimed p50",
    "p99",
    "requests/s",
    "failed",
    "answer p50",
    "p99",
    "bytes of each stream",
  ],
  [
    await measure("nobody asks", null),
    await measure(`${clients} clients, each once a second, ${streams} streams`, 1000),
    await measure(`${clients} clients without a pause, ${streams} streams`, 0),
  ],
  [
    "One process fires and answers; the clients are on the same two cores. row: from the nominal instant until the run's row is written.",
  ],
);

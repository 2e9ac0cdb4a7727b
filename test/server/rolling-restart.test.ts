import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const names = ["one", "two", "three", "four", "five"];
/** Of each fire but the first there is a row, and no process: the first run does not end. */
const eachSecond = { cron: "* * * * * *", run: "sleep 600", overlap: "skip" };
/** Far more than it takes, on a machine that has other things to do. */
const latestMs = 5000;

let folder: string;
let home: TestDatabase;
let rows: Database;
let servers: BelfryServer[];

beforeEach(async () => {
  folder = await createTestFolder();
  home = await createTestDatabase();
  rows = await openDatabase({ url: home.url });
  servers = [];
  const schedules = Object.fromEntries(names.map((name) => [name, eachSecond]));
  await writeFile(join(folder, "belfry.yaml"), JSON.stringify({ version: 1, schedules }));
});

afterEach(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  await rows.close();
  await home.drop();
  await rm(folder, { recursive: true });
});

async function startServer(): Promise<BelfryServer> {
  const server = new BelfryServer({
    manifest: join(folder, "belfry.yaml"),
    dataDir: join(folder, String(servers.length)),
    databaseUrl: home.url,
    port: await findFreePort(),
    flags: ["--dispatcher", "subprocess"],
    env: { BELFRY_MASTER_KEY: "07".repeat(32) },
  });
  servers.push(server);
  await server.start();
  return server;
}

interface FireRow {
  name: string;
  fire_time: Date;
  covers_from: Date | null;
  created_at: Date;
}

async function fires(): Promise<FireRow[]> {
  const { rows: found } = await rows.pool.query<FireRow>(
    `select s.name, r.fire_time, r.covers_from, r.created_at
       from runs r
       join schedules s on s.id = r.schedule_id
      where r.fire_time is not null
      order by s.name, r.fire_time`,
  );
  return found;
}

/** Waits until each schedule has fired so many times more. */
async function untilFired(more: number): Promise<void> {
  const before = (await fires()).length;
  await eventually(async () => (await fires()).length >= before + more * names.length);
}

test("while servers are exchanged one by one, each fire has its row, and none is late", async () => {
  let current = await startServer();
  await untilFired(3);
  for (let exchanged = 0; exchanged < 3; exchanged += 1) {
    const next = await startServer();
    expect(await current.end("SIGTERM")).toEqual({ code: 0, signal: null });
    await untilFired(2);
    current = next;
  }
  await current.end("SIGTERM");

  const told = await fires();
  for (const name of names) expectNoHole(told.filter((fire) => fire.name === name));
  const lateMs = told.map(
    (fire) => fire.created_at.getTime() - (fire.covers_from ?? fire.fire_time).getTime(),
  );
  expect(Math.max(...lateMs)).toBeLessThan(latestMs);
});

/** Each second from the first fire to the last is accounted for once. */
function expectNoHole(told: readonly FireRow[]): void {
  expect(told.length).toBeGreaterThan(5);
  for (const [index, fire] of told.slice(1).entries()) {
    const from = (fire.covers_from ?? fire.fire_time).getTime();
    expect(from - told[index]!.fire_time.getTime()).toBe(1000);
  }
}

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createDatabase, startPostgres, type TestDatabase } from "../support/postgres.js";
import type { PostgresServer } from "../support/postgres-server.js";

const eachSecond = { cron: "* * * * * *", run: "true", overlap: "concurrent" };

let postgres: PostgresServer;
let database: TestDatabase;
let folder: string;
let port: number;
let server: BelfryServer;

beforeAll(async () => {
  postgres = await startPostgres({ fsync: true }); // what it has answered for must be there after a kill
});

afterAll(() => postgres.stop());

beforeEach(async () => {
  folder = await createTestFolder();
  port = await findFreePort();
  database = await createDatabase(postgres.url, `weather_${port}`);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await database.drop();
  await rm(folder, { recursive: true });
});

const dataDir = () => join(folder, "data");
const ask = (path: string, init?: RequestInit) => askServer({ port, dataDir: dataDir() }, path, init);

/** A server with these schedules, not started yet. */
async function prepare(schedules: Record<string, object>, cadence: string): Promise<void> {
  await writeManifest(schedules);
  server = new BelfryServer({
    manifest: join(folder, "belfry.yaml"),
    dataDir: dataDir(),
    databaseUrl: database.url.replace("//postgres@", "//postgres:s3cret@"),
    port,
    flags: ["--cadence", cadence],
  });
}

/** JSON is YAML too. */
const writeManifest = (schedules: Record<string, object>) =>
  writeFile(join(folder, "belfry.yaml"), JSON.stringify({ version: 1, schedules }));

test("a database that is not there when the server starts is asked until it is", async () => {
  await prepare({ "each-second": eachSecond }, "100ms");
  await postgres.kill();
  const started = server.start();
  started.catch(() => {});
  await server.untilLogged("database.unreachable", {}, 2);
  const [line] = server.logged("database.unreachable");
  expect(line!["error"]).toMatch(
    /^The database "weather_\d+" at 127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/,
  );
  expect(line!["retryMs"]).toBeGreaterThan(0);

  expect(await ask("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(await ask("/readyz")).toMatchObject({
    status: 503,
    body: { status: "not_ready", lastTickAt: null },
  });
  for (const path of ["/api/v1/schedules", "/internal/v1/runs/1/start", "/anything"]) {
    expect(await ask(path)).toMatchObject({
      status: 503,
      type: "application/problem+json",
      body: { code: "not_ready" },
    });
  }

  await postgres.restart();
  await started;
  await server.untilLogged("run.succeeded", { schedule: "each-second" });
  await eventually(async () => (await ask("/readyz")).status === 200);
});

test("a server that waits for its database ends when it is told to", async () => {
  await prepare({}, "100ms");
  await postgres.kill();
  const started = server.start();
  started.catch(() => {});
  await server.untilLogged("database.unreachable");
  expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
  await expect(started).rejects.toThrow(/did not start/);
  await postgres.restart();
});

test("a database that goes away is missed loudly; when it is back, the server goes on and no fire is lost", async () => {
  await prepare({ "each-second": eachSecond }, "100ms");
  await server.start();
  await server.untilLogged("run.succeeded", { schedule: "each-second" });
  await eventually(async () => (await ask("/readyz")).status === 200);

  await postgres.kill();
  await eventually(async () => (await ask("/readyz")).status === 503);
  expect(await ask("/healthz")).toMatchObject({ status: 200 });
  expect(await ask("/readyz")).toMatchObject({
    body: {
      status: "not_ready",
      reason: "database_unreachable",
      detail: expect.stringMatching(/does not answer/),
      lastTickAgeMs: expect.any(Number),
    },
  });
  for (const path of ["/api/v1/schedules", "/api/v1/runs/1/logs?waitMs=30000"]) {
    expect(await ask(path)).toMatchObject({
      status: 503,
      type: "application/problem+json",
      body: { code: "database_unreachable" },
    });
  }
  expect((await server.belfry("run", "list")).code).toBe(3);
  const errors = () => server.log.filter(({ level }) => level === "error").map(({ msg }) => msg);
  const toldFirst = errors();
  expect(toldFirst.filter((event) => event === "database.away")).toHaveLength(1);
  const failed = server.logged("tick.failed").length;
  const awayAt = Date.parse(String(server.logged("database.away")[0]!["time"]));
  const missedTwo = () => Date.now() - awayAt > 3000;
  await eventually(() => missedTwo() && server.logged("tick.failed").length > failed + 2);
  expect(errors()).toEqual(toldFirst); // what fails because of it is told for debugging only

  await postgres.restart();
  await eventually(async () => (await ask("/readyz")).status === 200);
  await eventually(async () => (await server.runs("each-second")).some(({ coversCount }) => coversCount > 1));
  await server.belfry("schedule", "pause", "each-second");
  await eventually(() => server.children().length === 0);
  expectNoHole(await server.runs("each-second"));
  expect(server.logged("server.ready")).toHaveLength(1);
  expect(server.logged("database.back")).toMatchObject([{ awayMs: expect.any(Number) }]);
});

test("connections that the database ends, idle or listening, cost nothing but a line", async () => {
  await prepare({ "by-hand": { run: "true" } }, "1h");
  await server.start();
  await server.untilLogged("manifest.applied");
  await endConnections();
  await server.untilLogged("database.listening_again");
  await server.untilLogged("database.connection_lost");
  expect((await server.runByHand("by-hand")).status).toBe("succeeded");
  expect(server.logged("request.failed")).toEqual([]);
});

test("after a restart of the database a run by hand starts at once, however long the cadence", async () => {
  await prepare({ "by-hand": { run: "true" } }, "1h");
  await server.start();
  await server.untilLogged("manifest.applied");
  await postgres.restart();
  await server.untilLogged("database.listening_again");
  expect((await server.runByHand("by-hand")).status).toBe("succeeded");
});

test("a manifest that was changed while the database was away is applied when it is back", async () => {
  await prepare({ before: { run: "true" } }, "1h");
  await server.start();
  await server.untilLogged("manifest.applied");
  await postgres.kill();
  await writeManifest({ after: { run: "true" } });
  await server.untilLogged("database.unreachable");
  await postgres.restart();
  await server.untilLogged("manifest.applied", {}, 2);
  expect(server.logged("manifest.applied")[1]).toMatchObject({ created: ["after"], retired: ["before"] });
  expect(server.logged("manifest.refused")).toEqual([]);
});

/** Ends all the server's connections. */
async function endConnections(): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await client.end();
}

/** Each second between the first fire and the last is covered by exactly one row. */
function expectNoHole(runs: readonly RunJson[]): void {
  const spans = runs.map(
    (run) => [Date.parse(run.coversFrom ?? run.fireTime!), Date.parse(run.fireTime!)] as const,
  );
  spans.sort(([a], [b]) => a - b);
  for (const [index, [first]] of spans.slice(1).entries()) expect(first - spans[index]![1]).toBe(1000);
}

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { listServers, type SeenServer } from "../../src/store/servers.js";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

let folder: string;
let home: TestDatabase;
let rows: Database;
let servers: BelfryServer[];

beforeEach(async () => {
  folder = await createTestFolder();
  home = await createTestDatabase();
  rows = await openDatabase({ url: home.url });
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  await rows.close();
  await home.drop();
  await rm(folder, { recursive: true });
});

/** A server with these roles, on the database that all share. */
async function serve(roles: string, schedules: Record<string, object>) {
  const [port, dataDir] = [await findFreePort(), join(folder, roles)];
  const manifest = join(folder, `${roles}.yaml`);
  await writeFile(manifest, JSON.stringify({ version: 1, schedules }));
  const env = { BELFRY_MASTER_KEY: "07".repeat(32) };
  const flags = ["--roles", roles, "--cadence", "200ms"];
  const server = new BelfryServer({ manifest, dataDir, databaseUrl: home.url, port, flags, env });
  servers.push(server);
  await server.start();
  await server.untilLogged("manifest.applied");
  const ask = (path: string, init?: RequestInit) => askServer({ port, dataDir }, path, init);
  await eventually(async () => (await ask("/readyz")).status === 200);
  return { server, ask };
}

const statusOf = async () =>
  (await rows.pool.query("select status from runs")).rows.map(({ status }) => status);

/** What the servers have said of themselves, once as many as that have. */
async function seen(count: number): Promise<SeenServer[]> {
  await eventually(async () => (await listServers(rows.pool)).length === count);
  return (await listServers(rows.pool)).toSorted((a, b) => a.roles.length - b.roles.length);
}

test("one server answers the public API and another fires and dispatches, each with what it has a role for", async () => {
  const schedules = { job: { run: "true" } };
  const reception = await serve("api", schedules);
  const asked = await reception.ask("/api/v1/schedules/job/trigger", { method: "POST" });
  expect(asked.status).toBe(201);
  expect(await reception.ask("/internal/v1/runs/1/start", { method: "POST" })).toMatchObject({ status: 401 });
  expect(await reception.ask("/readyz")).toMatchObject({ body: { roles: ["api"], lastTickAt: null } });

  const engine = await serve("scheduler", schedules);
  await engine.server.untilLogged("run.succeeded");
  expect(await statusOf()).toEqual(["succeeded"]);
  expect(reception.server.logged("run.dispatched")).toEqual([]);
  for (const path of ["/api/v1/schedules", "/api/v1/runs/1", "/api/other"]) {
    expect(await engine.ask(path)).toMatchObject({
      status: 421,
      type: "application/problem+json",
      body: { code: "api_not_served", detail: expect.stringMatching(/role api/) },
    });
  }
  expect(await engine.ask("/healthz")).toMatchObject({ status: 200 });
});

test("a server says that it is there, when it ticked, and good-bye", async () => {
  const { server } = await serve("api,scheduler", {});
  await eventually(async () => (await seen(1))[0]!.lastTickMs !== null);
  const [there] = await seen(1);
  expect(there).toMatchObject({ pid: server.pid, roles: ["api", "scheduler"], stoppedAt: null });
  expect(there!.lastTickAgeMs).toBeLessThan(20_000);
  await server.end("SIGTERM");
  expect((await seen(1))[0]).toMatchObject({ pid: there!.pid, stoppedAt: expect.any(Date) });
});

test("a server that was killed has not said good-bye", async () => {
  const { server } = await serve("api,scheduler", {});
  await seen(1);
  await server.end("SIGKILL");
  expect((await seen(1))[0]!.stoppedAt).toBeNull();
});

import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase } from "../support/postgres.js";

/** Less than a held heartbeat and a held log request would take. */
const heldMs = 9000;

let folder: string;
let port: number;
let server: BelfryServer;

beforeEach(async () => {
  folder = await createTestFolder();
  port = await findFreePort();
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function serve(dataDir: string, databaseUrl: string | null): Promise<void> {
  const schedules = { patient: { run: "echo begun; sleep 600" } };
  const manifest = join(folder, "belfry.yaml");
  writeFileSync(manifest, JSON.stringify({ version: 1, schedules }));
  server = new BelfryServer({ manifest, dataDir, databaseUrl, port, flags: ["--cadence", "100ms"] });
  await server.start();
  await server.untilLogged("manifest.applied");
}

describe.each(["SIGTERM", "SIGINT"] as const)("a server that gets a %s", (signal) => {
  it("ends well and at once, though runners and followers of logs wait for its answers", async () => {
    const dataDir = await createTestDataDir();
    onTestFinished(() => rm(dataDir, { recursive: true }));
    await serve(dataDir, null);
    const { stdout } = await server.belfry("schedule", "trigger", "patient", "--json");
    const { id } = JSON.parse(stdout) as RunJson;
    const logs = (cursor: string) =>
      askServer({ port, dataDir }, `/api/v1/runs/${id}/logs?waitMs=30000&cursor=${cursor}`);
    const first = await logs("0:0");
    expect(first.body.items).toMatchObject([{ text: "begun\n" }]);
    const followers = [1, 2, 3].map(() => logs(first.body.nextCursor).catch((error: Error) => error));

    const since = Date.now();
    expect(await server.end(signal)).toEqual({ code: 0, signal: null });
    expect(Date.now() - since).toBeLessThan(heldMs);
    await Promise.all(followers);
    expect(server.log.map(({ msg }) => msg).slice(-2)).toEqual(["server.stopping", "server.stopped"]);
    expect(server.log.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    expect(server.children().length).toBeGreaterThan(0); // the run goes on
  });

  it("a second time ends on the spot, whatever holds it up", async () => {
    const database = await createTestDatabase();
    onTestFinished(database.drop);
    await serve(join(folder, "data"), database.url);
    await holdUp(database.url);
    process.kill(server.pid, signal);
    await server.untilLogged("server.stopping");
    expect(await server.end(signal)).toEqual({ code: 1, signal: null });
  });
});

/** Takes the schedules away, until the test has ended, and waits until the server waits for them. */
async function holdUp(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query("begin; lock table schedules in access exclusive mode");
  const waiting =
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await eventually(async () => {
    await client.query("select pg_stat_clear_snapshot()"); // else a transaction sees what it saw first
    return (await client.query(waiting)).rowCount! > 0;
  });
}

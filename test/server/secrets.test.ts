import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const password = "pass-word-of-the-database";
const planted = "value-of-a-variable";
const masterKey = "00112233445566778899aabbccddeeff".repeat(2);

let database: TestDatabase | undefined;
let server: BelfryServer | undefined;

/** What a server and its database have written when much has gone well and much wrong. */
let output: string;
let dump: Record<string, Record<string, unknown>[]>;
let apiToken: string;
let events: { msg?: unknown; level?: unknown; time?: unknown }[];

beforeAll(async () => {
  const folder = await createTestFolder();
  const manifest = join(folder, "belfry.yaml");
  const dataDir = join(folder, "data");
  const port = await findFreePort();
  const env = { SECRET: planted };
  const schedules = {
    good: { run: 'echo "$SECRET"', env },
    bad: { run: ["node", "-e", "process.exit(3)"], env },
    missing: { run: ["no-such-command"], env },
    nowhere: { run: "true", cwd: "/no/such/folder", env },
    slow: { run: "sleep 600", env },
    ticking: { cron: "* * * * * *", run: "true", env },
  };
  await writeFile(manifest, JSON.stringify({ version: 1, schedules }));
  database = await createTestDatabase();
  const databaseUrl = database.url.replace("//postgres@", `//postgres:${password}@`);
  const flags = ["--log-level", "trace", "--cadence", "100ms"];
  server = new BelfryServer({
    manifest,
    dataDir,
    databaseUrl: null,
    port,
    flags,
    env: { DATABASE_URL: databaseUrl, BELFRY_MASTER_KEY: masterKey },
  });
  await server.start();
  await server.untilLogged("manifest.applied");
  apiToken = (await readFile(join(dataDir, "api-token"), "utf8")).trim();

  for (const name of ["good", "bad", "missing", "nowhere"]) await server.runByHand(name);
  await server.belfry("schedule", "trigger", "slow");
  await server.untilLogged("run.started", { schedule: "slow" });
  const [slow] = await server.runs("slow");
  await server.belfry("run", "cancel", slow!.id);
  await server.untilLogged("run.cancelled");
  await provoke({ port, dataDir });
  await writeFile(manifest, JSON.stringify({ version: 1, schedules: { good: { run: 7, env } } }));
  await server.untilLogged("manifest.refused");

  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await client.query("alter table schedules rename to mislaid");
  await server.untilLogged("tick.failed");
  await eventually(async () => (await askServer({ port, dataDir }, "/api/v1/schedules")).status === 500);
  await client.query("alter table mislaid rename to schedules");
  await server.untilLogged("database.listening_again");
  await server.end("SIGTERM");

  events = server.log;
  output = events.map((event) => JSON.stringify(event)).join("\n");
  dump = {};
  for (const table of ["schedules", "runs", "run_events", "run_logs", "belfry_migrations"])
    dump[table] = (await client.query(`select * from ${table}`)).rows;
  await client.end();
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await database?.drop();
});

/** Refusals, each with a secret in what was sent. */
async function provoke(server: { port: number; dataDir: string }): Promise<void> {
  const [head, body] = ["eyJhbGciOiJIUzI1NiJ9", Buffer.from('{"run":"1"}').toString("base64url")];
  for (const token of [`${head}.${body}.c2lnbmF0dXJl`, `${apiToken}x`]) {
    const headers = { authorization: `Bearer ${token}` };
    await askServer(server, "/api/v1/runs", { headers });
    await askServer(server, "/internal/v1/runs/1/start", { method: "POST", headers, body: planted });
  }
  const headers = { authorization: `Bearer ${apiToken}`, "content-type": "application/json" };
  await askServer(server, "/api/v1/schedules/good/pause", {
    method: "POST",
    headers,
    body: `{"${planted}":1}`,
  });
}

/** A JSON Web Token, which all run tokens are. */
const jsonWebToken = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/;

test("each line of the server's log is JSON with a time, a level and the name of an event", () => {
  expect(events.length).toBeGreaterThan(20);
  for (const { msg, level, time } of events) {
    expect(msg).toMatch(/^[a-z_]+\.[a-z_]+$/);
    expect(level).toMatch(/^(trace|debug|info|warn|error)$/);
    expect(Date.parse(String(time))).not.toBeNaN();
  }
});

test.each([
  ["the database's password", () => password],
  ["the master key", () => masterKey],
  ["the master key in base64", () => Buffer.from(masterKey, "hex").toString("base64").slice(0, -1)],
  ["the API token", () => apiToken],
  ["the value of a schedule's variable", () => planted],
  ["a run's token", () => jsonWebToken],
])("%s is never in the server's log", (_, secret) => {
  expect(output).not.toMatch(secret());
});

test.each([
  ["the database's password", () => password],
  ["the master key", () => masterKey],
  ["the API token", () => apiToken],
  ["a run's token", () => jsonWebToken],
])("%s is never in the database", (_, secret) => {
  expect(JSON.stringify(dump)).not.toMatch(secret());
});

test("the value of a schedule's variable is in its definition and in what the job itself writes, and nowhere else", () => {
  const places = Object.entries(dump).flatMap(([table, rows]) =>
    rows.flatMap((row) =>
      Object.entries(row)
        .filter(([, value]) => JSON.stringify(value).includes(planted))
        .map(([column]) => `${table}.${column}`),
    ),
  );
  expect(new Set(places)).toEqual(new Set(["schedules.env", "run_logs.text"]));
});

test("a run's token is known by its hash alone", () => {
  const hashes = dump["runs"]!.filter((run) => run["runner_token_hash"] !== null);
  expect(hashes.length).toBeGreaterThan(0);
  for (const run of hashes) expect(run["runner_token_hash"]).toMatch(/^[0-9a-f]{64}$/);
});

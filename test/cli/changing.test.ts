import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { localToken, openTestAccess, type TestAccess } from "../support/access.js";
import { recording, type Told } from "../support/cli.js";
import { createTestFolder } from "../support/data-dir.js";
import { emptyTables } from "../support/deps.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

let place: TestDatabase;
let database: Database;
let access: TestAccess;
let server: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  place = await createTestDatabase();
  database = await openDatabase({ url: place.url });
  const fetch = (request: Request, env: object) => access.app.fetch(request, env);
  server = serve({ fetch, hostname: "127.0.0.1", port: 0 }) as Server;
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  access = await openTestAccess(database.pool);
  await emptyTables(database.pool);
  folder = await createTestFolder();
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await database.close();
  await place.drop();
});

async function belfry(...argv: string[]): Promise<Told> {
  const env = { HOME: folder, BELFRY_URL: url, BELFRY_TOKEN: localToken, TZ: "UTC" };
  const { io, told } = recording({ env, now: access.now.toISOString() });
  return { code: await run(argv, io), ...told };
}

async function json<T = Record<string, unknown>>(...argv: string[]): Promise<T> {
  const { code, stdout, stderr } = await belfry(...argv, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as T;
}

const create = (name: string, ...more: string[]) => belfry("schedule", "create", name, ...more);
const named = async (...options: string[]) =>
  (await json<{ name: string }[]>("schedule", "list", ...options)).map(({ name }) => name);

test("a schedule is made with its everyday fields, and its page shown", async () => {
  const times = ["--cron", "0 3 * * *", "--cron", "0 12 * * SAT", "--timezone", "Europe/Berlin"];
  const rest = ["--overlap", "queue", "--timeout", "90m", "--cwd", "/srv", "--env", "A=1=2", "--env", "B="];
  const command = ["--", "pg_dump", "--file", "a b.sql"];
  const { code, stdout, stderr } = await create("nightly", ...times, ...rest, ...command);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '"nightly" is made.\n' });
  expect(stdout).toMatch(/^nightly: on\n/);
  const made = await json("schedule", "show", "nightly");
  expect(made).toMatchObject({ cron: "0 3 * * *\n0 12 * * SAT", timezone: "Europe/Berlin", cwd: "/srv" });
  expect(made).toMatchObject({ overlap: "queue", timeoutSec: 5400, env: ["A", "B"], source: null });
  expect(made).toMatchObject({ run: ["pg_dump", "--file", "a b.sql"] });
});

test("a schedule fires each so often, once, or by hand, and runs a script", async () => {
  await create("often", "--every", "90m", "--shell", "df | tail -1");
  expect(await json("schedule", "show", "often")).toMatchObject({ everySec: 5400, run: "df | tail -1" });
  await create("once", "--at", "2036-12-24 18:00", "--timezone", "Europe/Berlin", "--", "true");
  expect(await json("schedule", "show", "once")).toMatchObject({ at: "2036-12-24T17:00:00.000Z" });
  await create("never", "--", "true");
  expect(await json("schedule", "show", "never")).toMatchObject({ cron: null, nextFireAt: null });
});

test.each([
  [["--cron", "0 3 * * *"], /runs something: write its command behind --/],
  [["--shell", "true", "--", "true"], /give one of the two/],
  [["--cron", "0 3 * * *", "--every", "1h", "--", "true"], /fires in one way/],
  [["--cron", "61 * * * *", "--", "true"], /61/],
  [["--every", "soon", "--", "true"], /soon.*--every/],
  [["--env", "A", "--", "true"], /"A" is out of place for --env: write NAME=VALUE/],
  [["--at", "tomorrow", "--", "true"], /tomorrow/],
])("what cannot be a schedule is refused in words, and nothing is made: %j", async (options, words) => {
  const { code, stderr } = await create("job", ...options);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
  expect(await named()).toEqual([]);
});

test("an edit changes what it names, and nothing else", async () => {
  await create("job", "--cron", "0 3 * * *", "--timezone", "Europe/Berlin", "--env", "A=1", "--", "true");
  const { stderr } = await belfry("schedule", "edit", "job", "--description", "what it is for");
  expect(stderr).toBe('"job" is changed.\n');
  expect(await json("schedule", "show", "job")).toMatchObject({
    cron: "0 3 * * *",
    timezone: "Europe/Berlin",
    env: ["A"],
    description: "what it is for",
  });
  await belfry("schedule", "edit", "job", "--every", "1h", "--", "date", "-u");
  const edited = await json("schedule", "show", "job");
  expect(edited).toMatchObject({ cron: null, everySec: 3600, run: ["date", "-u"] });
  await belfry("schedule", "edit", "job", "--by-hand");
  expect(await json("schedule", "show", "job")).toMatchObject({ everySec: null, nextFireAt: null });
});

test("an edit that names nothing, or nobody, is told so", async () => {
  await create("job", "--", "true");
  expect(await belfry("schedule", "edit", "job")).toMatchObject({ code: 2 });
  expect(await belfry("schedule", "edit", "nobody", "--by-hand")).toMatchObject({ code: 4 });
});

test("a deleted schedule is gone from the list, and comes back with its history", async () => {
  await create("job", "--", "true");
  await belfry("schedule", "trigger", "job");
  expect(await belfry("schedule", "delete", "job")).toMatchObject({ code: 0, stderr: "" });
  expect(await named()).toEqual([]);
  expect(await belfry("schedule", "delete", "job")).toMatchObject({ code: 0 });
  expect((await belfry("schedule", "delete", "nobody")).code).toBe(4);
  await create("job", "--", "true");
  expect(await named()).toEqual(["job"]);
  expect(await json("run", "list", "--schedule", "job")).toHaveLength(1);
});

test("the list can be searched, and narrowed to a state", async () => {
  await create("books/year end", "--", "true");
  await create("nightly-backup", "--description", "of the Books", "--cron", "0 3 * * *", "--", "true");
  await create("report", "--cron", "0 4 * * *", "--", "true");
  await belfry("schedule", "pause", "report");
  expect(await named("--search", "BOOKS")).toEqual(["books/year end", "nightly-backup"]);
  expect(await named("--state", "paused")).toEqual(["report"]);
  expect(await belfry("schedule", "list", "--search", "%")).toMatchObject({
    code: 0,
    stderr: "There are no such schedules.\n",
  });
  expect(await belfry("schedule", "list", "--state", "asleep")).toMatchObject({ code: 2 });
});

test("a trigger takes parameters, and with the same key makes one run", async () => {
  await create("job", "--", "true");
  const asked = ["schedule", "trigger", "job", "--param", "day=2026-11-23", "--param", "filter=a=b"];
  const first = await json(...asked, "--idempotency-key", "k1");
  expect(first).toMatchObject({ parameters: { day: "2026-11-23", filter: "a=b" } });
  expect(await json(...asked, "--idempotency-key", "k1")).toEqual(first);
  expect(await json("run", "list")).toHaveLength(1);
  expect(await belfry("schedule", "trigger", "job", "--param", "a-b=1")).toMatchObject({ code: 2 });
});

test("an ended run can be done again", async () => {
  await create("job", "--", "true");
  const old = await json<{ id: string }>("schedule", "trigger", "job", "--param", "day=1");
  expect(await belfry("run", "rerun", old.id)).toMatchObject({ code: 6 });
  await database.pool.query(
    "update runs set status = 'skipped', skip_reason = 'overlap', finished_at = now()",
  );
  expect(await json("run", "rerun", old.id)).toMatchObject({ rerunOf: old.id, parameters: { day: "1" } });
  expect((await belfry("run", "show", "2")).stdout).toMatch(/repeats +1\n +parameters +day=1\n/);
  expect((await belfry("run", "rerun", "4711")).code).toBe(4);
});

test("runs can be narrowed to a time, on the clock or back from now", async () => {
  await create("job", "--", "true");
  const old = await json<{ id: string }>("schedule", "trigger", "job");
  const ids = async (...options: string[]) =>
    (await json<{ id: string }[]>("run", "list", ...options)).map(({ id }) => id);
  await database.pool.query("update runs set created_at = '2026-11-01T12:00:00Z'");
  expect(await ids("--since", "2026-11-01", "--until", "2026-11-01")).toEqual([old.id]);
  expect(await ids("--since", "2026-11-01 12:01")).toEqual([]);
  expect(await ids("--until", "2026-10-31")).toEqual([]);
  expect(await ids("--since", "5000d")).toEqual([old.id]);
  const { code, stderr } = await belfry("run", "list", "--since", "yesterday");
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("yesterday") });
});

const manifest = (...names: string[]) =>
  `version: 1\nschedules:\n${names.map((name) => `  ${name}:\n    cron: "0 3 * * *"\n    run: ["true"]\n`).join("")}`;

test("a manifest is applied from afar: what its owner no longer names is retired, and others' are left", async () => {
  const file = join(folder, "belfry.yaml");
  const apply = (...more: string[]) => belfry("apply", "-f", file, "--source", "shop", ...more);
  await create("by-hand", "--", "true");
  await writeFile(file, manifest("a", "b"));
  expect((await belfry("plan", "-f", file, "--source", "shop", "--exit-code")).code).toBe(7);
  expect(await apply()).toEqual({
    code: 0,
    stdout: "+ a\n+ b\n2 created, 0 updated, 0 retired, 0 unchanged\n",
    stderr: "",
  });
  await writeFile(file, manifest("b", "c"));
  expect((await apply()).stdout).toBe("+ c\n- a\n1 created, 0 updated, 1 retired, 1 unchanged\n");
  expect((await belfry("plan", "-f", file, "--source", "shop", "--exit-code")).code).toBe(0);
  expect(await named()).toEqual(["b", "by-hand", "c"]);

  await writeFile(file, manifest("by-hand"));
  expect(await apply()).toMatchObject({ code: 6, stderr: expect.stringContaining("by-hand") });
  expect(await belfry("schedule", "edit", "b", "--by-hand")).toMatchObject({ code: 6 });
});

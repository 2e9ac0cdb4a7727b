import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createPublicApi } from "../../src/api/public/app.js";
import { openRunChanges, type RunChanges } from "../../src/api/run-changes.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { loop } from "../../src/scheduler/loop.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Database, Pool } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createInMemoryDispatcher, createManualClock } from "../../src/testing.js";
import { belfry, type Told } from "../support/cli.js";
import { createTestDeps, emptyTables, endRun, type TestDeps } from "../support/deps.js";
import { createTestDatabase } from "../support/postgres.js";

const apiToken = "a-token-for-tests";
const now = "2026-11-23T12:00:00.000Z";

let database: Database;
let drop: () => Promise<void>;
let pool: Pool;
let changes: RunChanges;
let deps: TestDeps;
let server: Server;
let url: string;

beforeAll(async () => {
  const created = await createTestDatabase();
  ({ drop } = created);
  database = await openDatabase({ url: created.url });
  ({ pool } = database);
  changes = await openRunChanges(pool);
  deps = createTestDeps(pool, { clock: createManualClock(new Date(now)) });
  const app = new Hono().route("/api/v1", createPublicApi({ ...deps, changes, apiToken }));
  server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }) as Server;
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await changes.close();
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  await database.close();
  await drop();
});

/** Each night at three in Berlin, which is at two in UTC; the row of 20 November stands for what an outage missed. */
beforeEach(async () => {
  await emptyTables(pool);
  const schedule = { name: "nightly backup", cron: "0 3 * * *", timezone: "Europe/Berlin", run: "true" };
  await createSchedule(pool, { ...schedule, blackouts: [{ when: "2026-11-21", reason: null }] });
  await pool.query(
    `update schedules set next_fire_at = '2026-11-24T02:00Z';
     insert into runs (schedule_id, fire_time, status, attempt, skip_reason, covers_from, covers_count, finished_at)
     values (1, '2026-11-17T02:00Z', 'succeeded', 1, null, '2026-11-16T02:00Z', 2, now()),
            (1, '2026-11-20T02:00Z', 'skipped', 0, 'late', '2026-11-18T02:00Z', 3, now())`,
  );
});

const at = (...argv: string[]): Promise<Told> =>
  belfry(argv, { env: { BELFRY_URL: url, BELFRY_TOKEN: apiToken, TZ: "UTC" }, now });

const backfill = (from: string, to: string, ...options: string[]): Promise<Told> =>
  at("schedule", "backfill", "nightly backup", "--from", from, "--to", to, ...options);

async function succeedAll(): Promise<void> {
  const { rows } = await pool.query<{ id: string }>("select id from runs where status = 'dispatched'");
  for (const { id } of rows) await endRun(pool, id);
}

test("a dry run lists the fires on the schedule's clock, each with what would become of it", async () => {
  const { code, stdout } = await backfill("2026-11-16", "2026-11-22", "--dry-run");
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "Mon 16 Nov 03:00 CET  run (run 1 stands for it)",
    "Tue 17 Nov 03:00 CET  has run 1 (succeeded)",
    "Wed 18 Nov 03:00 CET  run",
    "Thu 19 Nov 03:00 CET  run",
    "Fri 20 Nov 03:00 CET  taken up (skipped: late)",
    "Sat 21 Nov 03:00 CET  blackout",
    "Sun 22 Nov 03:00 CET  run",
    "5 fires get a run. 1 of them was skipped before. Another run stands for 1 of them. " +
      "1 has a run and is left alone. 1 is left out: a blackout. Nothing was done: it was a dry run.",
    "",
  ]);
  expect((await at("backfill", "list")).stderr).toBe("There are no such backfills.\n");
});

test("a dry run of a year lists the first hundred fires and says how many more there are", async () => {
  const { stdout } = await backfill("2025-11-20", "2026-11-22", "--dry-run");
  const lines = stdout.split("\n");
  expect(lines).toHaveLength(103);
  expect(lines[0]).toBe("Thu 20 Nov 2025 03:00 CET  run");
  expect(lines[100]).toBe("... and 268 more.");
});

test("times without a zone are on the schedule's clock, and others stand as they are", async () => {
  const counted = async (from: string, to: string) => {
    const { stdout } = await backfill(from, to, "--dry-run", "--json");
    return JSON.parse(stdout).counts.fires as number;
  };
  expect(await counted("2026-11-18 03:00", "2026-11-18 03:00")).toBe(1);
  expect(await counted("2026-11-18T03:00Z", "2026-11-18T04:00Z")).toBe(0);
  expect(await counted("2026-11-18T02:00Z", "2026-11-18T03:00+01:00")).toBe(1);
  expect(await counted("2026-11-18", "2026-11-18")).toBe(1);
});

test("tells the backfill's id, what it does, and how to follow it", async () => {
  const { code, stdout } = await backfill("2026-11-18", "2026-11-19");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Backfill 1 of "nightly backup": 2 fires get a run. Follow it with: belfry backfill show 1\n',
  });
});

test("--json prints the backfill and what it does", async () => {
  const { stdout } = await backfill("2026-11-18", "2026-11-19", "--overlap", "concurrent", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    backfill: { id: "1", status: "running", overlap: "concurrent", parallel: 5, fires: 2 },
    counts: { fires: 2, toRun: 2 },
    fires: [{ fireTime: "2026-11-18T02:00:00.000Z", action: "run" }, { action: "run" }],
  });
});

test("the list of one that has finished counts its own runs only, and takes its server after the command too", async () => {
  await backfill("2026-11-22", "2026-11-22");
  await backfill("2026-11-22", "2026-11-22");
  await tick(deps);
  await succeedAll();
  await tick(deps);
  const { code, stdout } = await at("backfill", "list", "--port", new URL(url).port, "--data-dir", ".");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 .* finished .* 0 of 0 .*\n1 .* finished .* 1 of 1 /m);
});

test("the list and the page show how far it has come, on the schedule's clock", async () => {
  await backfill("2026-11-18", "2026-11-22");
  await tick(deps);
  await succeedAll();
  await tick(deps);
  const { stdout } = await at("backfill", "list");
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["ID", "SCHEDULE", "STATUS", "FROM", "TO", "OVERLAP", "ENDED", "CREATED"],
    [
      "1",
      "nightly backup",
      "running",
      "Wed 18 Nov 00:00 CET",
      "Sun 22 Nov 23:59:59 CET",
      "queue",
      "1 of 4",
      "now",
    ],
    [""],
  ]);
  const page = await at("backfill", "show", "1");
  expect(page.stdout).toMatch(/^Backfill 1 of nightly backup: running\n/);
  expect(page.stdout).toMatch(/fires to run +4\n +runs +1 dispatched, 1 succeeded\n/);
  expect(JSON.parse((await at("backfill", "show", "1", "--json")).stdout)).toMatchObject({
    runs: { dispatched: 1, succeeded: 1, failed: 0 },
  });
});

test("the list can be narrowed to a schedule", async () => {
  await createSchedule(pool, { name: "other", cron: "0 3 * * *", run: "true" });
  await backfill("2026-11-18", "2026-11-19");
  const ids = async (...options: string[]) => {
    const { stdout } = await at("backfill", "list", "--json", ...options);
    return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
  };
  expect(await ids("--schedule", "nightly backup")).toEqual(["1"]);
  expect(await ids("--schedule", "other")).toEqual([]);
  await backfill("2026-11-22", "2026-11-22");
  expect(await ids("--limit", "1")).toEqual(["2"]);
});

test("its runs can be listed, and each says which backfill it is of", async () => {
  await backfill("2026-11-19", "2026-11-20");
  await tick(deps);
  const listed = JSON.parse((await at("run", "list", "--backfill", "1", "--json")).stdout) as unknown[];
  expect(listed).toMatchObject([{ id: "3", backfillId: "1", fireReason: "backfill" }]);
  expect((await at("run", "show", "3")).stdout).toMatch(/why +a backfill: 1\n/);
});

test("cancel says what has become of its runs", async () => {
  await backfill("2026-11-18", "2026-11-20");
  await tick(deps);
  const { code, stdout } = await at("backfill", "cancel", "1");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Backfill 1 of "nightly backup" is cancelled: 1 cancelled.\n',
  });
  expect(await at("backfill", "cancel", "1")).toMatchObject({
    code: 6,
    stderr: "belfry: The backfill has already ended: it is cancelled. (backfill_ended)\n",
  });
});

/** Ticks until the test is over; every run ends at once, and so. */
function play(status: "succeeded" | "failed"): void {
  const stop = new AbortController();
  const dispatcher = createInMemoryDispatcher(async ({ runId }) => {
    await pool.query(
      `with ended as (
         update runs set status = $2, error_kind = $3, finished_at = now() where id = $1 returning id)
       select pg_notify('belfry', 'ready') from ended`,
      [runId, status, status === "failed" ? "timeout" : null],
    );
  });
  const ended = loop({ ...deps, dispatcher }, { cadenceMs: 1000, signal: stop.signal }).catch(() => {});
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
}

test("--wait tells how far it has come, and succeeds with all of its runs", async () => {
  play("succeeded");
  const { code, stdout, stderr } = await backfill("2026-11-18", "2026-11-22", "--wait");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Backfill 1 of "nightly backup" is finished: 4 succeeded.\n',
  });
  expect(stderr).toMatch(/^belfry: Backfill 1 of "nightly backup"\. It goes on if you leave\.\n/);
});

test("--wait fails if a run did", async () => {
  play("failed");
  const { code, stdout, stderr } = await backfill("2026-11-18", "2026-11-19", "--wait", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ status: "finished", runs: { failed: 2 } });
  expect(stderr).toMatch(/belfry: Backfill 1 of "nightly backup" is finished: 2 failed\.\n$/);
});

test.each<[string, string[], RegExp]>([
  ["a text that is no time", ["yesterday", "2026-11-20"], /"yesterday" is not an instant/],
  ["a day there is not", ["2026-11-31", "2026-12-01"], /Day 31 is out of range/],
  ["an end that has not come", ["2026-11-18", "2026-11-23"], /Only past fires can be run/],
  [
    "an end before the beginning",
    ["2026-11-20", "2026-11-18"],
    /is after .* Turn the beginning and the end round/,
  ],
  [
    "an unknown policy",
    ["2026-11-18", "2026-11-19", "--overlap", "replace"],
    /Allowed choices are skip, queue, concurrent/,
  ],
  [
    "several at once without the policy for it",
    ["2026-11-18", "2026-11-19", "--parallel", "3"],
    /at most 1 of its runs/,
  ],
  [
    "a dry run that is waited for",
    ["2026-11-18", "2026-11-19", "--dry-run", "--wait"],
    /cannot be used with/,
  ],
])("%s is refused: exit code 2", async (_, [from, to, ...options], message) => {
  const { code, stderr } = await backfill(from!, to!, ...options);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect((await pool.query("select from backfills")).rows).toEqual([]);
});

test("a range without an end is refused", async () => {
  const { code, stderr } = await at("schedule", "backfill", "nightly backup", "--from", "2026-11-18");
  expect(code).toBe(2);
  expect(stderr).toContain("--to");
});

test.each([["show"], ["cancel"]])("backfill %s of an id that is none, or of no backfill", async (verb) => {
  expect(await at("backfill", verb, "nightly")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^belfry: "nightly" is not the id of a backfill.* \(invalid_request\)\n$/),
  });
  expect(await at("backfill", verb, "999")).toMatchObject({
    code: 4,
    stderr: "belfry: There is no backfill 999. (backfill_not_found)\n",
  });
});

test("a schedule that does not exist: exit code 4", async () => {
  const told = await at("schedule", "backfill", "nope", "--from", "2026-11-18", "--to", "2026-11-19");
  expect(told.code).toBe(4);
});

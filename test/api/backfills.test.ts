import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { askedBackfillShape, backfillShape } from "../../src/api/public/backfill-shapes.js";
import { pageOf, runShape } from "../../src/api/public/shapes.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables, endRun } from "../support/deps.js";

describeOnBothDatabases("backfills in the public API", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
  });
  afterAll(() => api.changes.close());
  beforeEach(async () => {
    await emptyTables(pool);
    await createSchedule(pool, {
      name: "team/job",
      cron: "0 0 1 * *",
      timezone: "Europe/Berlin",
      run: "true",
    });
  });

  const path = "/schedules/team%2Fjob/backfills";
  // The first of March, April and May begin at 23:00 and 22:00 UTC of the day before.
  const range = { from: "2026-02-28T23:00:00Z", to: "2026-05-01T00:00:00+02:00" };
  const ask = (body: object = {}) => api.ask("POST", path, { body: { ...range, ...body } });

  test("one is asked for, fed by ticks, and tells how far it has come until it is finished", async () => {
    const asked = await ask();
    expect(asked.status).toBe(201);
    expect(askedBackfillShape.parse(asked.body)).toEqual(asked.body);
    expect(asked.body).toMatchObject({
      scheduleName: "team/job",
      timezone: "Europe/Berlin",
      backfill: { id: "1", status: "running", overlap: "queue", parallel: 1, fires: 3, finishedAt: null },
      counts: { fires: 3, toRun: 3, takenUp: 0, hasRun: 0, covered: 0, blackout: 0 },
      fires: ["2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z", "2026-04-30T22:00:00.000Z"].map(
        (fireTime) => ({
          fireTime,
          action: "run",
          runId: null,
          status: null,
          skipReason: null,
          coveredBy: null,
        }),
      ),
    });
    for (const id of ["1", "2", "3"]) {
      await tick(api.deps);
      const { body } = await api.ask("GET", "/backfills/1");
      expect(backfillShape.parse(body)).toEqual(body);
      expect(body).toMatchObject({ status: "running", runs: { dispatched: 1, succeeded: Number(id) - 1 } });
      await endRun(pool, id);
    }
    await tick(api.deps);
    const { body } = await api.ask("GET", "/backfills/1");
    expect(body).toMatchObject({ status: "finished", nextFrom: null, runs: { succeeded: 3, pending: 0 } });
    expect(body.finishedAt).not.toBeNull();
  });

  test("a dry run says the same and writes nothing", async () => {
    const dry = await ask({ dryRun: true });
    expect(dry.status).toBe(200);
    expect(askedBackfillShape.parse(dry.body)).toEqual(dry.body);
    const { body } = await ask();
    expect({ ...dry.body, backfill: body.backfill }).toEqual(body);
    expect(dry.body.backfill).toBeNull();
    expect(body.backfill.id).toBe("1");
  });

  test("policy and number at once are the caller's to choose", async () => {
    expect((await ask({ overlap: "concurrent" })).body.backfill).toMatchObject({ parallel: 5 });
    expect((await ask({ overlap: "concurrent", parallel: 2 })).body.backfill).toMatchObject({ parallel: 2 });
    expect((await ask({ overlap: "skip" })).body.backfill).toMatchObject({ overlap: "skip", parallel: 1 });
  });

  test("lists them, the newest first, by schedule, page by page", async () => {
    await createSchedule(pool, { name: "other", cron: "0 0 * * *", run: "true" });
    await ask();
    await api.ask("POST", "/schedules/other/backfills", { body: range });
    await ask();
    const first = await api.ask("GET", "/backfills?limit=2");
    expect(pageOf(backfillShape).parse(first.body)).toEqual(first.body);
    expect(first.body.items.map((item: { id: string }) => item.id)).toEqual(["3", "2"]);
    const second = await api.ask("GET", `/backfills?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ id: "1" }], nextCursor: null });
    const other = await api.ask("GET", "/backfills?schedule=other");
    expect(other.body.items).toMatchObject([{ id: "2", scheduleName: "other" }]);
    expect(await api.ask("GET", "/backfills?schedule=nope")).toMatchObject({ status: 404 });
  });

  test("lists the runs of one, each of which names it", async () => {
    await ask();
    await api.ask("POST", "/schedules/team%2Fjob/trigger");
    await tick(api.deps);
    const { body } = await api.ask("GET", "/runs?backfill=1");
    expect(pageOf(runShape).parse(body)).toEqual(body);
    expect(body.items).toMatchObject([{ backfillId: "1", fireReason: "backfill" }]);
    const all = await api.ask("GET", "/runs");
    expect(all.body.items.map((run: { backfillId: string | null }) => run.backfillId).toSorted()).toEqual([
      "1",
      null,
    ]);
  });

  test("whoever waits for news of one is answered when it is fed, and at once if it has ended", async () => {
    await ask();
    const waiting = api.ask("GET", "/backfills/1?waitMs=30000");
    await tick(api.deps);
    const { pending, dispatched } = (await waiting).body.runs;
    expect(pending + dispatched).toBe(1);
    await api.ask("POST", "/backfills/1/cancel");
    expect((await api.ask("GET", "/backfills/1?waitMs=30000")).body.status).toBe("cancelled");
  });

  test("cancels one with its runs, once", async () => {
    await ask();
    await tick(api.deps);
    const cancelled = await api.ask("POST", "/backfills/1/cancel");
    expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled", runs: { cancelled: 1 } } });
    expect(await api.ask("POST", "/backfills/1/cancel")).toMatchObject({
      status: 409,
      body: { code: "backfill_ended", detail: "The backfill has already ended: it is cancelled." },
    });
    expect(await tick(api.deps)).toMatchObject({ dispatched: 0 });
  });

  test("a running run of a cancelled one is waited for", async () => {
    await ask();
    await tick(api.deps);
    await pool.query("update runs set status = 'running', started_at = now()");
    const { body } = await api.ask("POST", "/backfills/1/cancel");
    expect(body).toMatchObject({ status: "cancelling", finishedAt: null, runs: { running: 1 } });
    expect(await api.ask("POST", "/backfills/1/cancel")).toMatchObject({
      status: 409,
      body: { detail: "The backfill is being cancelled already." },
    });
  });

  test("its runner is told the past fire, and which fires the run stands for", async () => {
    await ask();
    await tick(api.deps);
    const [request] = api.deps.dispatcher.requests.slice(-1);
    const token = request!.env["BELFRY_RUN_TOKEN"]!;
    const start = await api.report(token, request!.runId, "start", { runnerId: "runner-1" });
    expect(start.body).toMatchObject({
      fireTime: "2026-02-28T23:00:00.000Z",
      coversFrom: "2026-02-28T23:00:00.000Z",
      coversCount: 1,
    });
  });

  test("a runner is told how many missed fires its run stands for", async () => {
    await pool.query(
      `insert into runs (schedule_id, fire_time, covers_from, covers_count)
       values (1, '2026-02-28T23:00Z', '2025-10-31T23:00Z', 5)`,
    );
    await tick(api.deps);
    const [request] = api.deps.dispatcher.requests.slice(-1);
    const token = request!.env["BELFRY_RUN_TOKEN"]!;
    const start = await api.report(token, request!.runId, "start", { runnerId: "runner-1" });
    expect(start.body).toMatchObject({ coversFrom: "2025-10-31T23:00:00.000Z", coversCount: 5 });
  });

  test.each<[string, object, number, string]>([
    ["no end", { to: undefined }, 400, "invalid_request"],
    ["a beginning that is no instant", { from: "2026-02-28" }, 400, "invalid_request"],
    ["an unknown policy", { overlap: "replace" }, 400, "invalid_request"],
    ["no run at once", { overlap: "concurrent", parallel: 0 }, 400, "invalid_request"],
    ["a field there is not", { dry_run: true }, 400, "invalid_request"],
    ["an end that has not come", { to: "2199-01-01T00:00:00Z" }, 422, "invalid_backfill"],
    ["an end before the beginning", { to: "2026-02-28T22:59:59Z" }, 422, "invalid_backfill"],
    ["several at once under queue", { parallel: 5 }, 422, "invalid_backfill"],
  ])("refuses one with %s", async (_, body, status, code) => {
    expect(await ask(body)).toMatchObject({ status, body: { code } });
    expect((await api.ask("GET", "/backfills")).body.items).toEqual([]);
  });

  test("refuses one of a schedule that is retired, or not there, and tells of none that is not there", async () => {
    await pool.query("update schedules set retired_at = now()");
    expect(await ask()).toMatchObject({ status: 409, body: { code: "schedule_retired" } });
    expect(await api.ask("POST", "/schedules/nope/backfills", { body: range })).toMatchObject({
      status: 404,
      body: { code: "schedule_not_found" },
    });
    for (const [method, path] of [
      ["GET", "/backfills/7"],
      ["POST", "/backfills/7/cancel"],
    ] as const) {
      expect(await api.ask(method, path)).toMatchObject({
        status: 404,
        body: { code: "backfill_not_found" },
      });
    }
    expect(await api.ask("GET", "/backfills/x")).toMatchObject({ status: 400 });
  });
});

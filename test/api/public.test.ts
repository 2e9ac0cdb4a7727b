import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  logPageShape,
  pageOf,
  runDetailShape,
  runShape,
  scheduleShape,
} from "../../src/api/public/shapes.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

describeOnBothDatabases("the public API", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
  });
  afterAll(() => api.changes.close());
  beforeEach(() => emptyTables(pool));

  test.each([null, "", "wrong", "a-token-for-testsX"])(
    "refuses whoever comes with the token %j",
    async (token) => {
      const answer = await api.ask("GET", "/schedules", { token });
      expect(answer).toMatchObject({
        status: 401,
        type: "application/problem+json",
        body: { code: "unauthorized" },
      });
    },
  );

  test("lists schedules page by page, in the order of their names", async () => {
    for (const name of ["c", "a", "b"]) await createSchedule(pool, { name, run: "true", cron: "0 3 * * *" });
    const first = await api.ask("GET", "/schedules?limit=2");
    expect(pageOf(scheduleShape).parse(first.body)).toEqual(first.body);
    expect(first.body.items.map((item: { name: string }) => item.name)).toEqual(["a", "b"]);
    const second = await api.ask("GET", `/schedules?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ name: "c" }], nextCursor: null });
  });

  test("shows a schedule with its last run, but no values of its environment", async () => {
    await createSchedule(pool, { name: "backup", run: ["pg_dump"], env: { PGPASSWORD: "hunter2" } });
    await api.ask("POST", "/schedules/backup/trigger");
    const { body } = await api.ask("GET", "/schedules/backup");
    expect(body).toMatchObject({ name: "backup", env: ["PGPASSWORD"], lastRun: { status: "pending" } });
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  test("a schedule may have any printable name", async () => {
    const name = "team a/näch§tlich: 100 %";
    await createSchedule(pool, { name, run: "true" });
    const { status, body } = await api.ask("POST", `/schedules/${encodeURIComponent(name)}/trigger`);
    expect([status, body.scheduleName]).toEqual([201, name]);
  });

  test("a run asked for by hand is answered at once and dispatched by the next tick", async () => {
    await createSchedule(pool, { name: "by-hand", run: "true" });
    const { status, body } = await api.ask("POST", "/schedules/by-hand/trigger");
    expect(status).toBe(201);
    expect(runShape.parse(body)).toEqual(body);
    expect(body).toMatchObject({ status: "pending", fireReason: "manual", fireTime: null, attempt: 0 });
    expect(await tick(api.deps)).toMatchObject({ dispatched: 1 });
  });

  test("pausing keeps a schedule from firing and resuming never replays", async () => {
    await createSchedule(pool, { name: "minutely", run: "true", cron: "* * * * *" });
    const paused = await api.ask("POST", "/schedules/minutely/pause", { body: { reason: "holidays" } });
    expect(paused.body).toMatchObject({ pauseReason: "holidays", nextFireAt: null });
    expect(paused.body.pausedAt).not.toBeNull();
    const resumed = await api.ask("POST", "/schedules/minutely/resume");
    expect(resumed.body).toMatchObject({ pausedAt: null, pauseReason: null });
    expect(new Date(resumed.body.nextFireAt).getTime()).toBeGreaterThan(Date.now() - 1000);
    expect(await tick(api.deps)).toMatchObject({ dispatched: 0 });
  });

  test("a schedule may be paused without a reason, and without a body", async () => {
    await createSchedule(pool, { name: "quiet", run: "true" });
    expect(await api.ask("POST", "/schedules/quiet/pause")).toMatchObject({
      status: 200,
      body: { pauseReason: null },
    });
    expect(await api.ask("POST", "/schedules/quiet/pause", { body: {} })).toMatchObject({ status: 200 });
  });

  test("a retired schedule can be seen, but not run, paused or resumed", async () => {
    await createSchedule(pool, { name: "old", run: "true" });
    await pool.query("update schedules set retired_at = now()");
    for (const deed of ["trigger", "pause", "resume"]) {
      expect(await api.ask("POST", `/schedules/old/${deed}`)).toMatchObject({
        status: 409,
        body: { code: "schedule_retired" },
      });
    }
    expect((await api.ask("GET", "/schedules/old")).status).toBe(200);
    expect((await api.ask("GET", "/schedules")).body.items).toEqual([]);
    expect((await api.ask("GET", "/schedules?all=true")).body.items).toHaveLength(1);
  });

  test("lists runs, the newest first, by schedule and by status, page by page", async () => {
    await createSchedule(pool, { name: "a", run: "true" });
    await createSchedule(pool, { name: "b", run: "true" });
    for (const name of ["a", "b", "a", "a"]) await api.ask("POST", `/schedules/${name}/trigger`);
    await tick(api.deps);

    const first = await api.ask("GET", "/runs?schedule=a&limit=2");
    expect(first.body.items.map((run: { id: string }) => run.id)).toEqual(["4", "3"]);
    const second = await api.ask("GET", `/runs?schedule=a&limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ id: "1" }], nextCursor: null });
    const pending = await api.ask("GET", "/runs?status=pending");
    expect(pending.body.items.map((run: { id: string }) => run.id)).toEqual(["4", "3"]);
  });

  test("shows a run with its events", async () => {
    const { runId } = await api.dispatchRun();
    const { body } = await api.ask("GET", `/runs/${runId}`);
    expect(runDetailShape.parse(body)).toEqual(body);
    expect(body.events).toMatchObject([{ name: "run.dispatched", attempt: 1 }]);
  });

  test("gives a run's output in pages, and says when it is complete", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId: "runner-1" });
    const chunks = [0, 1, 2].map((seq) => ({
      seq,
      at: new Date().toISOString(),
      stream: "stderr",
      text: `line ${seq}\n`,
    }));
    await api.report(token, runId, "logs", { chunks });

    const first = await api.ask("GET", `/runs/${runId}/logs?limit=2`);
    expect(logPageShape.parse(first.body)).toEqual(first.body);
    expect(first.body).toMatchObject({
      items: [{ text: "line 0\n" }, { text: "line 1\n" }],
      complete: false,
    });
    const second = await api.ask("GET", `/runs/${runId}/logs?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ text: "line 2\n", stream: "stderr" }], complete: false });

    const outcome = {
      status: "succeeded",
      errorKind: null,
      errorMessage: null,
      exitCode: 0,
      exitSignal: null,
    };
    // Only the run's end can answer it within the test's own time.
    const waiting = api.ask("GET", `/runs/${runId}/logs?cursor=${second.body.nextCursor}&waitMs=30000`);
    await api.report(token, runId, "finish", outcome);
    expect((await waiting).body).toMatchObject({ items: [], complete: true });
  });

  test("cancels a run that has not started at once, and asks a running one to end", async () => {
    const { runId, token } = await api.dispatchRun("dispatched");
    expect((await api.ask("POST", `/runs/${runId}/cancel`)).body).toMatchObject({ status: "cancelled" });
    expect(await api.report(token, runId, "start", { runnerId: "runner-1" })).toMatchObject({
      body: { code: "run_ended" },
    });

    const running = await api.dispatchRun("running");
    await api.report(running.token, running.runId, "start", { runnerId: "runner-1" });
    const asked = await api.ask("POST", `/runs/${running.runId}/cancel`);
    expect(asked.body.status).toBe("running");
    expect(asked.body.cancelRequestedAt).not.toBeNull();

    const again = await api.ask("POST", `/runs/${runId}/cancel`);
    expect(again).toMatchObject({
      status: 409,
      body: { code: "run_ended", detail: "The run has already ended: it is cancelled." },
    });
  });

  test.each([
    ["GET", "/schedules/nobody", 404, "schedule_not_found"],
    ["POST", "/schedules/nobody/trigger", 404, "schedule_not_found"],
    ["GET", "/runs?schedule=nobody", 404, "schedule_not_found"],
    ["GET", "/runs/999", 404, "run_not_found"],
    ["GET", "/runs/999/logs", 404, "run_not_found"],
    ["POST", "/runs/999/cancel", 404, "run_not_found"],
    ["GET", "/runs/abc", 400, "invalid_request"],
    ["GET", "/runs/1;drop table runs", 400, "invalid_request"],
    ["GET", "/runs/99999999999999999999999", 400, "invalid_request"],
    ["GET", "/runs?status=asleep", 400, "invalid_request"],
    ["GET", "/runs?limit=0", 400, "invalid_request"],
    ["GET", "/runs?limit=many", 400, "invalid_request"],
    ["GET", "/runs?colour=red", 400, "invalid_request"],
    ["GET", "/runs/1/logs?cursor=first", 400, "invalid_request"],
  ])("%s %s is answered with %i %s", async (method, path, status, code) => {
    expect(await api.ask(method, path)).toMatchObject({
      status,
      type: "application/problem+json",
      body: { status, code },
    });
  });

  test.each(["{", "[]", '{"reason":7}', '{"why":"x"}', `{"reason":"${"x".repeat(501)}"}`])(
    "refuses %.20s as a reason to pause",
    async (text) => {
      await createSchedule(pool, { name: "quiet", run: "true" });
      const answer = await api.ask("POST", "/schedules/quiet/pause", { text });
      expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    },
  );
});

import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { insertManualRun } from "../../src/store/runs.js";
import { createInMemoryDispatcher, createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createDueSchedule, createTestDeps, emptyTables, endRun } from "../support/deps.js";

const quiet = { dispatched: 0, skipped: 0, queued: 0, errored: 0, swept: 0 };

describeOnBothDatabases("what a tick dispatches", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  test("tells the dispatcher all that a runner needs", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const deps = createTestDeps(pool, { runnerApiUrl: "http://belfry.internal" });
    await tick(deps);

    const [run] = await allRuns(pool);
    const [request] = deps.dispatcher.requests;
    expect(request).toMatchObject({
      runId: run!.id,
      attempt: 1,
      scheduleName: "backup",
      binaryPath: "/opt/belfry/bin/belfry",
      args: ["runner", "--run-id", run!.id],
      env: { BELFRY_API_URL: "http://belfry.internal", BELFRY_RUN_ID: run!.id },
    });
    const token = request!.env["BELFRY_RUN_TOKEN"]!;
    expect(await deps.signer.verify(token)).toMatchObject({ runId: run!.id, attempt: 1, secretNames: [] });
    const { rows } = await pool.query("select runner_token_hash from runs");
    expect(rows).toEqual([{ runner_token_hash: deps.signer.hashToken(token) }]);
  });

  test("gives a runner a token that outlives its job's timeout and grace", async () => {
    await createDueSchedule(pool, { name: "slow to end", timeoutSec: 60, graceSec: 3600 });
    const deps = createTestDeps(pool);
    await tick(deps);
    const token = deps.dispatcher.requests[0]!.env["BELFRY_RUN_TOKEN"]!;
    const { expiresAt } = await deps.signer.verify(token);
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(3_660_000);
  });

  test("lets runners use the server's own address when no other is named", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const deps = createTestDeps(pool);
    await tick(deps);
    expect(deps.dispatcher.requests[0]!.env["BELFRY_API_URL"]).toBe("http://127.0.0.1:7717");
  });

  test("dispatches a run asked for by hand, but not beside another of its schedule", async () => {
    const schedule = await createSchedule(pool, { name: "by-hand", run: "true" });
    await insertManualRun(pool, schedule.id, null);
    await insertManualRun(pool, schedule.id, null);
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await tick(deps)).toEqual(quiet);
    const [first] = await allRuns(pool);
    expect(first).toMatchObject({ fire_reason: "manual", fire_time: null });
    await endRun(pool, first!.id);
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
  });

  test("fails a run that could not be dispatched, and dispatches the others", async () => {
    await createDueSchedule(pool, { name: "broken" });
    await createDueSchedule(pool, { name: "sound" });
    const dispatcher = createInMemoryDispatcher(({ scheduleName }) => {
      if (scheduleName === "broken") throw new Error("No host has room for it.");
    });
    expect(await tick(createTestDeps(pool, { dispatcher }))).toEqual({ ...quiet, dispatched: 1, errored: 1 });
    const runs = await allRuns(pool);
    expect(runs.find((run) => run.name === "broken")).toMatchObject({
      status: "failed",
      error_kind: "dispatch",
      error_message: "No host has room for it.",
    });
  });

  test("does not wait for ever for a dispatcher that never answers", async () => {
    await createDueSchedule(pool, { name: "stuck" });
    const dispatcher = createInMemoryDispatcher(() => new Promise(() => {}));
    const deps = createTestDeps(pool, { dispatcher, dispatchTimeoutMs: 20 });
    expect(await tick(deps)).toEqual({ ...quiet, errored: 1 });
    expect(await allRuns(pool)).toMatchObject([{ status: "failed", error_kind: "dispatch" }]);
  });

  test("leaves to the next tick what the dispatcher has no room for", async () => {
    for (const name of ["a", "b", "c"]) await createDueSchedule(pool, { name });
    const memory = createInMemoryDispatcher();
    const dispatcher = { ...memory, requests: memory.requests, capacity: () => 2 - memory.requests.length };
    expect(await tick(createTestDeps(pool, { dispatcher }))).toEqual({ ...quiet, dispatched: 2 });
    expect((await allRuns(pool)).map((run) => run.status).toSorted()).toEqual([
      "dispatched",
      "dispatched",
      "pending",
    ]);
  });

  test("gives a run that names an installation a GitHub token", async () => {
    await createDueSchedule(pool, { name: "with", installationId: 4711 });
    await createDueSchedule(pool, { name: "without" });
    const deps = createTestDeps(pool, { installations: { token: async (id) => `token of ${id}` } });
    await tick(deps);
    const tokens = deps.dispatcher.requests.map((request) => [
      request.scheduleName,
      request.env["GITHUB_TOKEN"],
    ]);
    expect(Object.fromEntries(tokens)).toEqual({ with: "token of 4711", without: undefined });
  });

  test("dispatches without a GitHub token when none can be minted, and says so", async () => {
    await createDueSchedule(pool, { name: "with", installationId: 4711 });
    const token = async () => Promise.reject(new Error("The installation is suspended."));
    const deps = createTestDeps(pool, { installations: { token } });
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(deps.dispatcher.requests[0]!.env).not.toHaveProperty("GITHUB_TOKEN");
    expect(deps.log.told.map((told) => told.event)).toContain("run.github_token_failed");
    const { rows } = await pool.query("select name, details from run_events where name like '%github%'");
    expect(rows).toMatchObject([
      { details: { installationId: 4711, error: "The installation is suspended." } },
    ]);
  });

  test("dispatches a run again whose runner has not come in time, as the next attempt", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    const schedule = await createSchedule(pool, { name: "stranded", run: "true" });
    await insertManualRun(pool, schedule.id, clock.now());
    const memory = createInMemoryDispatcher();
    const dispatcher = { ...memory, requests: memory.requests, startWithinMs: 30_000 };
    const deps = createTestDeps(pool, { clock, dispatcher });
    await tick(deps);
    clock.advance(30_000);
    expect(await tick(deps)).toEqual(quiet);
    clock.advance(1000);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await allRuns(pool)).toMatchObject([{ status: "dispatched", attempt: 2 }]);
    expect(deps.dispatcher.requests.map((request) => request.attempt)).toEqual([1, 2]);
    const { rows } = await pool.query("select attempt, name from run_events order by id");
    expect(rows).toEqual([
      { attempt: 1, name: "run.dispatched" },
      { attempt: 1, name: "run.start_overdue" },
      { attempt: 2, name: "run.dispatched" },
    ]);
  });

  test("a run that nothing can start is tried again until it is too old, and then ends", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    const schedule = await createSchedule(pool, { name: "hopeless", run: "true", timeoutSec: 60 });
    await insertManualRun(pool, schedule.id, clock.now());
    const deps = createTestDeps(pool, { clock });
    let swept = 0;
    for (let minute = 0; minute < 10 && swept === 0; minute += 1) {
      ({ swept } = await tick(deps));
      clock.advance(61_000);
    }
    expect(swept).toBe(1);
    expect(await allRuns(pool)).toMatchObject([{ status: "failed", error_kind: "shutdown" }]);
    expect(deps.dispatcher.requests.length).toBe(6);
  });

  test("leaves a run alone that has been started, however long ago it was dispatched", async () => {
    await createDueSchedule(pool, { name: "running" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await pool.query(
      "update runs set status = 'running', started_at = now(), dispatched_at = now() - interval '10 minutes'",
    );
    expect(await tick(deps)).toEqual(quiet);
    expect(await allRuns(pool)).toMatchObject([{ status: "running", attempt: 1 }]);
  });

  test("does not take a run for lost that waits for its turn at a slow dispatcher", async () => {
    for (let n = 0; n < 40; n += 1) await createDueSchedule(pool, { name: `slow ${n}` });
    let atOnce = 0;
    const claimedAhead: number[] = [];
    const memory = createInMemoryDispatcher(async () => {
      atOnce += 1;
      const { rows } = await pool.query("select count(*)::int as n from runs where status = 'dispatched'");
      claimedAhead.push(rows[0].n - memory.requests.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce -= 1;
      expect(atOnce).toBeLessThan(2);
    });
    expect(await tick(createTestDeps(pool, { dispatcher: memory, dispatchConcurrency: 1 }))).toEqual({
      ...quiet,
      dispatched: 40,
    });
    expect(Math.max(...claimedAhead)).toBeLessThanOrEqual(32);
  });
});

import { beforeAll, beforeEach, expect, test } from "vitest";
import { retryDefaults } from "../../src/core/policies/retry.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import { openAttemptDesk } from "../../src/store/attempt-desk.js";
import { recordHeartbeat } from "../../src/store/attempts.js";
import type { Pool, Queryable } from "../../src/store/database.js";
import { prolongLeases } from "../../src/store/leases.js";
import { listRunEvents } from "../../src/store/run-events.js";
import { appendLogs } from "../../src/store/run-logs.js";
import { getRun, insertManualRun } from "../../src/store/runs.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

const leaseMs = 30_000;

describeOnBothDatabases("the lease of an attempt", (open) => {
  let pool: Pool;
  let clock: ReturnType<typeof createManualClock>;
  let deps: TestDeps;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(new Date("2026-11-24T10:00:00Z"));
    deps = createTestDeps(pool, { clock });
  });

  /** What a runner reports to. */
  const deskOf = (db: Queryable) => openAttemptDesk(db, { leaseMs, now: () => clock.now() });

  async function dispatched(schedule: Partial<NewSchedule> = {}) {
    const { id } = await createSchedule(pool, { name: "job", run: "true", ...schedule });
    const run = await insertManualRun(pool, id, clock.now());
    await tick(deps);
    const token = deps.dispatcher.requests.at(-1)!.env["BELFRY_RUN_TOKEN"]!;
    return { runId: run.id, attempt: 1, tokenHash: deps.signer.hashToken(token) };
  }

  async function started(schedule: Partial<NewSchedule> = {}) {
    const key = await dispatched(schedule);
    await deskOf(pool).start({ ...key, runnerId: "runner-one" });
    return key;
  }

  async function later(ms: number): Promise<void> {
    clock.advance(ms);
    await tick(deps);
  }

  test("is over if nothing is heard of its runner, and its run fails as shutdown", async () => {
    const { runId } = await started();
    await later(29_000);
    expect(await getRun(pool, runId)).toMatchObject({ status: "running" });
    await later(2000);
    expect(await getRun(pool, runId)).toMatchObject({ status: "failed", errorKind: "shutdown" });
  });

  test.each([
    ["a heartbeat", (key: Key) => recordHeartbeat(pool, key, leaseMs, clock.now())],
    [
      "output",
      (key: Key) =>
        appendLogs(pool, key, [{ seq: 0, at: "2026-11-24T10:00:00Z", stream: "stdout", text: "." }], {
          leaseMs,
          at: clock.now(),
        }),
    ],
  ])("is renewed by %s", async (_, renew) => {
    const key = await started();
    await later(20_000);
    await renew(key);
    await later(20_000);
    expect(await getRun(pool, key.runId)).toMatchObject({ status: "running" });
    await later(11_000);
    expect(await getRun(pool, key.runId)).toMatchObject({ status: "failed" });
  });

  test("that was lost cannot be renewed: the runner is told that the run has ended", async () => {
    const key = await started();
    await later(31_000);
    await expect(recordHeartbeat(pool, key, leaseMs, clock.now())).rejects.toMatchObject({
      code: "run_ended",
    });
  });

  test("that was lost is followed by another attempt if the schedule says so, which fences the old one", async () => {
    const retry = { attempts: 2, ...retryDefaults, delaySec: 0, on: ["shutdown" as const] };
    const key = await started({ retry });
    await later(31_000);
    expect(await getRun(pool, key.runId)).toMatchObject({ status: "dispatched", attempt: 2, failures: 1 });
    await expect(recordHeartbeat(pool, key, leaseMs, clock.now())).rejects.toMatchObject({
      code: "token_stale",
    });
  });

  test("makes way for the next run when it is over", async () => {
    const { runId } = await started({ overlap: "queue" });
    const { scheduleId } = await getRun(pool, runId);
    const next = await insertManualRun(pool, scheduleId, clock.now());
    await later(31_000);
    expect(await getRun(pool, next.id)).toMatchObject({ status: "dispatched" });
  });

  test("of a run that is not started in time puts it back, and is no failure", async () => {
    const { runId } = await dispatched();
    await later(59_000);
    expect(await getRun(pool, runId)).toMatchObject({ status: "dispatched", attempt: 1 });
    await later(2000);
    expect(await getRun(pool, runId)).toMatchObject({ status: "dispatched", attempt: 2, failures: 0 });
  });

  test("begins once, however often its runner asks for the start at the same time", async () => {
    const key = await dispatched();
    const session = await pool.connect();
    await session.query("begin");
    await deskOf(session).start({ ...key, runnerId: "runner-one" });
    const again = deskOf(pool).start({ ...key, runnerId: "runner-one" });
    const other = deskOf(pool).start({ ...key, runnerId: "runner-two" });
    const answers = Promise.allSettled([again, other]);
    await session.query("commit");
    session.release();
    expect(await answers).toMatchObject([
      { status: "fulfilled", value: { scheduleName: "job" } },
      { status: "rejected", reason: { code: "run_already_started" } },
    ]);
    const events = (await listRunEvents(pool, key.runId)).map(({ name }) => name);
    expect(events).toEqual(["run.dispatched", "run.started"]);
  });

  test("is given anew when there was no server to renew it with", async () => {
    const { runId } = await started();
    clock.advance(3_600_000);
    await prolongLeases(pool, leaseMs, clock.now());
    await tick(deps);
    expect(await getRun(pool, runId)).toMatchObject({ status: "running" });
    await later(31_000);
    expect(await getRun(pool, runId)).toMatchObject({ status: "failed" });
  });
});

type Key = Parameters<typeof recordHeartbeat>[1];

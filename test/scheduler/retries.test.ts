import { beforeAll, beforeEach, expect, test } from "vitest";
import type { NewSchedule } from "../../src/scheduler/create-schedule.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { retryDefaults, type RetryPolicy } from "../../src/core/policies/retry.js";
import { finishRun, type ReportedOutcome } from "../../src/scheduler/finish.js";
import { tick } from "../../src/scheduler/tick.js";
import { openAttemptDesk } from "../../src/store/attempt-desk.js";
import type { Pool } from "../../src/store/database.js";
import { listRunEvents } from "../../src/store/run-events.js";
import { getRun, insertManualRun, requestCancel } from "../../src/store/runs.js";
import { retireSchedules } from "../../src/store/schedules.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

const start = new Date("2026-11-24T10:00:00Z");
const leaseMs = 30_000;

describeOnBothDatabases("a run that fails", (open) => {
  let pool: Pool;
  let clock: ReturnType<typeof createManualClock>;
  let deps: TestDeps;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(start);
    deps = createTestDeps(pool, { clock });
  });

  const retry = (fields: Partial<RetryPolicy> = {}): RetryPolicy => ({
    attempts: 3,
    ...retryDefaults,
    on: [...retryDefaults.on],
    ...fields,
  });

  /** What a runner reports to. */
  const deskOf = (db: Pool, lease = leaseMs) =>
    openAttemptDesk(db, { leaseMs: lease, now: () => clock.now() });

  async function ask(schedule: Partial<NewSchedule>): Promise<string> {
    const { id } = await createSchedule(pool, { name: "job", run: "true", ...schedule });
    const run = await insertManualRun(pool, id, clock.now());
    await tick(deps);
    return run.id;
  }

  async function keyOf(runId: string) {
    const request = deps.dispatcher.requests.findLast((each) => each.runId === runId)!;
    const tokenHash = deps.signer.hashToken(request.env["BELFRY_RUN_TOKEN"]!);
    return { runId, attempt: request.attempt, tokenHash };
  }

  /** Plays the runner of the run's newest attempt. */
  async function end(runId: string, outcome: Partial<ReportedOutcome>): Promise<void> {
    const key = await keyOf(runId);
    await deskOf(pool).start({ ...key, runnerId: "runner-one" });
    await finishRun({ ...deps, desk: deskOf(pool) }, key, {
      status: "failed",
      errorKind: "exit_code",
      errorMessage: "It broke.",
      exitCode: 1,
      exitSignal: null,
      endedAgoMs: 0,
      ...outcome,
    });
  }

  const attempts = () => deps.dispatcher.requests.map(({ attempt }) => attempt);
  const eventsOf = async (runId: string) => (await listRunEvents(pool, runId)).map(({ name }) => name);

  test("has its next attempt after the pause, and not before", async () => {
    const runId = await ask({ retry: retry({ delaySec: 60 }) });
    await end(runId, {});
    const waiting = await getRun(pool, runId);
    expect(waiting).toMatchObject({ status: "pending", failures: 1, attempt: 1, errorKind: null });
    expect(waiting.retryAt!.getTime() - start.getTime()).toBeGreaterThanOrEqual(45_000);
    expect(waiting.retryAt!.getTime() - start.getTime()).toBeLessThanOrEqual(60_000);
    clock.advance(44_000);
    await tick(deps);
    expect(attempts()).toEqual([1]);
    clock.advance(16_000);
    await tick(deps);
    expect(attempts()).toEqual([1, 2]);
    await end(runId, { status: "succeeded", errorKind: null, errorMessage: null, exitCode: 0 });
    expect(await getRun(pool, runId)).toMatchObject({ status: "succeeded", attempt: 2, failures: 1 });
    expect(await eventsOf(runId)).toEqual([
      "run.dispatched",
      "run.started",
      "run.attempt_failed",
      "run.dispatched",
      "run.started",
      "run.succeeded",
    ]);
  });

  test("fails for good when it has had all of its attempts", async () => {
    const runId = await ask({ retry: retry({ attempts: 2, delaySec: 1 }) });
    await end(runId, {});
    clock.advance(1000);
    await tick(deps);
    await end(runId, { exitCode: 7 });
    expect(await getRun(pool, runId)).toMatchObject({ status: "failed", failures: 1, exitCode: 7 });
  });

  test("keeps what its attempts died of", async () => {
    const runId = await ask({ retry: retry() });
    await end(runId, { errorKind: "signal", exitCode: null, exitSignal: "SIGSEGV" });
    const failed = (await listRunEvents(pool, runId)).find(({ name }) => name === "run.attempt_failed");
    expect(failed).toMatchObject({
      attempt: 1,
      details: { errorKind: "signal", errorMessage: "It broke.", exitSignal: "SIGSEGV" },
    });
  });

  test("is left alone by a runner of an older attempt", async () => {
    const runId = await ask({ retry: retry({ delaySec: 0 }) });
    const old = await keyOf(runId);
    await end(runId, {});
    const report = { status: "succeeded", errorKind: null, errorMessage: null } as const;
    const late = { ...report, exitCode: 0, exitSignal: null, endedAgoMs: 0 };
    await expect(finishRun({ ...deps, desk: deskOf(pool) }, old, late)).rejects.toMatchObject({
      code: "token_invalid",
    });
    await tick(deps);
    await expect(finishRun({ ...deps, desk: deskOf(pool) }, old, late)).rejects.toMatchObject({
      code: "token_stale",
    });
    expect(attempts()).toEqual([1, 2]);
  });

  test("is skipped if its exit code says that there was nothing to do", async () => {
    const runId = await ask({ exitCodes: { "99": "skip" } });
    await end(runId, { exitCode: 99 });
    expect(await getRun(pool, runId)).toMatchObject({
      status: "skipped",
      skipReason: "exit_code",
      exitCode: 99,
      errorKind: null,
    });
    expect(await eventsOf(runId)).toContain("run.skipped");
  });

  test("is not tried again once its cancel was asked for", async () => {
    const runId = await ask({ retry: retry() });
    await deskOf(pool).start({ ...(await keyOf(runId)), runnerId: "runner-one" });
    await requestCancel(pool, runId, clock.now());
    await end(runId, {}).catch(() => {});
    expect(await getRun(pool, runId)).toMatchObject({ status: "cancelled", failures: 0 });
  });

  test("can be cancelled while it waits for its next attempt", async () => {
    const runId = await ask({ retry: retry() });
    await end(runId, {});
    await requestCancel(pool, runId, clock.now());
    expect(await getRun(pool, runId)).toMatchObject({ status: "cancelled" });
    clock.advance(3_600_000);
    await tick(deps);
    expect(attempts()).toEqual([1]);
  });

  test("is cancelled if its schedule is retired while it waits for its next attempt", async () => {
    const runId = await ask({ retry: retry() });
    await end(runId, {});
    await retireSchedules(pool, [(await getRun(pool, runId)).scheduleId], clock.now());
    expect(await getRun(pool, runId)).toMatchObject({
      status: "cancelled",
      errorMessage: "Its schedule was retired while it waited for its next attempt.",
    });
  });

  test("is tried again if no runner could be started for it", async () => {
    let isBroken = true;
    deps.dispatcher.dispatch = async (request) => {
      if (isBroken) throw new Error("No runner.");
      return { id: request.runId };
    };
    const runId = await ask({ retry: retry({ delaySec: 0, on: ["dispatch"] }) });
    expect(await getRun(pool, runId)).toMatchObject({ status: "pending", failures: 1 });
    isBroken = false;
    expect(await tick(deps)).toMatchObject({ dispatched: 1 });
  });

  test("keeps the place of its schedule while it waits, so that the queue's order holds", async () => {
    const first = await ask({ overlap: "queue", retry: retry({ delaySec: 600 }) });
    const { scheduleId } = await getRun(pool, first);
    const second = await insertManualRun(pool, scheduleId, clock.now());
    await end(first, {});
    await tick(deps);
    expect(await getRun(pool, second.id)).toMatchObject({ status: "pending" });
    clock.advance(600_000);
    await tick(deps);
    expect(await getRun(pool, first)).toMatchObject({ status: "dispatched", attempt: 2 });
    await end(first, { status: "succeeded", errorKind: null, errorMessage: null, exitCode: 0 });
    await tick(deps);
    expect(await getRun(pool, second.id)).toMatchObject({ status: "dispatched" });
  });

  test("has its whole time for an attempt that comes later than it was due", async () => {
    const runId = await ask({ timeoutSec: 60, retry: retry({ delaySec: 60 }) });
    await end(runId, {});
    clock.advance(300_000); // no server was there
    await tick(deps);
    await deskOf(pool, 1e9).start({ ...(await keyOf(runId)), runnerId: "runner-one" });
    clock.advance(350_000);
    expect(await tick(deps)).toMatchObject({ swept: 0 });
    expect(await getRun(pool, runId)).toMatchObject({ status: "running", attempt: 2 });
    clock.advance(20_000);
    expect(await tick(deps)).toMatchObject({ swept: 1 });
  });

  test("is not taken for an orphan while it waits for its next attempt", async () => {
    const runId = await ask({ timeoutSec: 60, retry: retry({ delaySec: 7200, maxDelaySec: 7200 }) });
    await end(runId, {});
    clock.advance(3_600_000);
    expect(await tick(deps)).toMatchObject({ swept: 0 });
    expect(await getRun(pool, runId)).toMatchObject({ status: "pending" });
  });
});

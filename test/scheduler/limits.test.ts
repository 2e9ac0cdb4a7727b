import { beforeAll, beforeEach, expect, test } from "vitest";
import { claimPrepared, prepareClaims } from "../../src/scheduler/claim.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { failAttempt } from "../../src/scheduler/finish.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { getRun, insertManualRun } from "../../src/store/runs.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

describeOnBothDatabases("runs that are limited", (open) => {
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

  /** A schedule, and so many runs of it by hand. */
  async function ask(name: string, count: number, schedule: Partial<NewSchedule> = {}): Promise<string[]> {
    const { id } = await createSchedule(pool, { name, run: "true", ...schedule });
    const ids: string[] = [];
    for (let i = 0; i < count; i += 1) ids.push((await insertManualRun(pool, id, clock.now())).id);
    return ids;
  }

  const started = () => deps.dispatcher.requests.map(({ scheduleName }) => scheduleName);
  const endOf = async (runId: string) =>
    failAttempt(deps, { runId, attempt: 1 }, { errorKind: "shutdown", errorMessage: "Gone." });

  test("by their schedule are under way no more than so many at once, in their order", async () => {
    const ids = await ask("three at a time", 5, { overlap: "concurrent", maxConcurrent: 3 });
    await tick(deps);
    expect(deps.dispatcher.requests.map(({ runId }) => runId)).toEqual(ids.slice(0, 3));
    await endOf(ids[1]!);
    await tick(deps);
    expect(deps.dispatcher.requests.map(({ runId }) => runId)).toEqual(ids.slice(0, 4));
  });

  test("by a group are under way no more than so many at once, over all of its schedules", async () => {
    const concurrencyGroup = { name: "warehouse", limit: 2 };
    const [a] = await ask("a", 2, { overlap: "concurrent", concurrencyGroup });
    await ask("b", 2, { overlap: "concurrent", concurrencyGroup });
    await ask("free", 1);
    await tick(deps);
    expect(started().toSorted()).toEqual(["a", "a", "free"]);
    await tick(deps);
    expect(started()).toHaveLength(3);
    await endOf(a!);
    await tick(deps);
    expect(started().slice(3)).toEqual(["b"]);
  });

  test("by the servers are under way no more than so many at once in all", async () => {
    deps.maxRunsTotal = 2;
    const [first] = await ask("many", 4, { overlap: "concurrent" });
    await tick(deps);
    await tick(deps);
    expect(started()).toHaveLength(2);
    await endOf(first!);
    await tick(deps);
    expect(started()).toHaveLength(3);
  });

  test("by two servers at once are under way no more than one server allows", async () => {
    const concurrencyGroup = { name: "warehouse", limit: 3 };
    for (let i = 0; i < 10; i += 1) await ask(`job ${i}`, 1, { concurrencyGroup });
    const other = createTestDeps(pool, { clock });
    await Promise.all([tick(deps), tick(other), tick(deps), tick(other)]);
    expect(deps.dispatcher.requests.length + other.dispatcher.requests.length).toBe(3);
  });

  test("start by priority, and of one priority the oldest first", async () => {
    await ask("low", 1, { priority: -5 });
    await ask("usual", 1);
    await ask("usual too", 1);
    await ask("high", 1, { priority: 7 });
    await tick(deps);
    expect(started()).toEqual(["high", "usual", "usual too", "low"]);
  });

  test("of a higher priority start first also if there is but one place", async () => {
    deps.maxRunsTotal = 1;
    await ask("low", 3, { overlap: "concurrent" });
    await ask("high", 1, { priority: 1 });
    await tick(deps);
    expect(started()).toEqual(["high"]);
  });

  test("are skipped when they have waited longer for their start than they may", async () => {
    const [running, late] = await ask("job", 2, { overlap: "queue", startDeadlineSec: 60 });
    await tick(deps);
    clock.advance(61_000);
    await tick(deps);
    expect(await getRun(pool, late!)).toMatchObject({ status: "skipped", skipReason: "start_deadline" });
    expect(await getRun(pool, running!)).toMatchObject({ status: "dispatched", attempt: 2 });
  });

  test("do not start after their deadline, even if nothing has skipped them yet", async () => {
    const [late] = await ask("job", 1, { startDeadlineSec: 60 });
    const { signed } = await prepareClaims(deps, { after: null, limit: 10 });
    expect(signed).toHaveLength(1);
    clock.advance(61_000);
    expect(await claimPrepared(deps, signed)).toEqual([]);
    expect((await prepareClaims(deps, { after: null, limit: 10 })).signed).toEqual([]);
    expect(await getRun(pool, late!)).toMatchObject({ status: "pending", attempt: 0 });
  });
});

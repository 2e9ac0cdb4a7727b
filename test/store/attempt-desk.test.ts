import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import { type AttemptDesk, openAttemptDesk } from "../../src/store/attempt-desk.js";
import type { AttemptKey } from "../../src/store/attempts.js";
import type { Pool } from "../../src/store/database.js";
import { getRun, insertManualRun } from "../../src/store/runs.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps, emptyTables } from "../support/deps.js";

const count = 300;

describeOnBothDatabases("reports of many attempts at the same time", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  /** Counts what the desk asks of the database. */
  function openDesk(): { desk: AttemptDesk; told: { statements: number } } {
    const told = { statements: 0 };
    const counting = {
      query: (async (...asked) => {
        told.statements += 1;
        return await pool.query(...asked);
      }) as Pool["query"],
    };
    return { desk: openAttemptDesk(counting, { leaseMs: 30_000, now: () => null }), told };
  }

  async function dispatchMany(): Promise<AttemptKey[]> {
    const deps = createTestDeps(pool);
    const { id } = await createSchedule(pool, { name: "job", run: "true", overlap: "concurrent" });
    for (let i = 0; i < count; i += 1) await insertManualRun(pool, id, null);
    await tick(deps);
    return deps.dispatcher.requests.map(({ runId, attempt, env }) => {
      return { runId, attempt, tokenHash: deps.signer.hashToken(env["BELFRY_RUN_TOKEN"]!) };
    });
  }

  const failed = (exitCode: number) =>
    ({
      status: "failed",
      errorKind: "exit_code",
      errorMessage: "It broke.",
      exitCode,
      exitSignal: null,
      endedAgoMs: 0,
    }) as const;

  test("share statements, and each has its own answer", async () => {
    const { desk, told } = openDesk();
    const keys = await dispatchMany();
    const stale = { ...keys[7]!, attempt: 0, runnerId: "stale" };
    const starts = keys.map((key, i) => desk.start({ ...key, runnerId: `runner-${i}` }));
    const foreign = desk.start({ ...keys[8]!, runnerId: "foreign" });
    await Promise.all([
      expect(desk.start(stale)).rejects.toMatchObject({ code: "token_stale" }),
      expect(foreign).rejects.toMatchObject({ code: "run_already_started" }),
    ]);
    expect((await Promise.all(starts)).every((job) => job.scheduleName === "job")).toBe(true);
    expect(told.statements).toBeLessThan(20);

    const ends = keys.map((key, i) => desk.finish({ ...key, ...failed(1 + (i % 200)) }));
    const unknown = desk.finish({ ...keys[0]!, runId: "999999", ...failed(1) });
    await Promise.all([...ends, expect(unknown).rejects.toMatchObject({ code: "run_not_found" })]);
    const again = desk.finish({ ...keys[9]!, ...failed(250) });
    await expect(again).rejects.toMatchObject({ code: "run_ended" });
    expect(told.statements).toBeLessThan(40);
    expect(await getRun(pool, keys[9]!.runId)).toMatchObject({ status: "failed", exitCode: 10 });
    const { rows } = await pool.query<{ name: string; count: number }>(
      "select name, count(distinct run_id)::int as count, count(*)::int as events from run_events group by name order by name",
    );
    const each = { count, events: count };
    expect(rows).toEqual(["run.dispatched", "run.failed", "run.started"].map((name) => ({ name, ...each })));
  });

  test("are taken although one of them cannot be written", async () => {
    const { desk } = openDesk();
    const keys = await dispatchMany();
    await Promise.all(keys.map((key) => desk.start({ ...key, runnerId: "runner" })));
    const ends = keys.map((key, i) => {
      return desk.finish({ ...key, ...failed(1), errorMessage: i === 20 ? "a NUL: \0" : "It broke." });
    });
    const fates = await Promise.allSettled(ends);
    expect(fates.flatMap(({ status }, i) => (status === "rejected" ? [i] : []))).toEqual([20]);
    expect(await getRun(pool, keys[20]!.runId)).toMatchObject({ status: "running" });
  });
});

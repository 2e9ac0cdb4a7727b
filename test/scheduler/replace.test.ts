import { beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import { openAttemptDesk } from "../../src/store/attempt-desk.js";
import type { Pool } from "../../src/store/database.js";
import { replaceOlder } from "../../src/store/replace.js";
import { listRunEvents } from "../../src/store/run-events.js";
import { insertManualRun } from "../../src/store/runs.js";
import { inTransaction } from "../../src/store/transaction.js";
import { createInMemoryDispatcher, createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";
import { eventually } from "../support/eventually.js";

describeOnBothDatabases("a run that a newer one replaces", (open) => {
  let pool: Pool;
  let clock: ReturnType<typeof createManualClock>;
  let deps: TestDeps;
  let places: number;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(new Date("2026-11-24T10:00:00Z"));
    places = 99;
    const memory = createInMemoryDispatcher();
    const dispatcher = { ...memory, requests: memory.requests, capacity: () => places };
    deps = createTestDeps(pool, { clock, dispatcher });
  });

  async function replacing(schedule: Partial<NewSchedule> = {}): Promise<string> {
    const { id } = await createSchedule(pool, {
      name: "job",
      cron: "* * * * *",
      run: "true",
      overlap: "replace",
      ...schedule,
    });
    await pool.query("update schedules set next_fire_at = $1", [clock.now()]);
    return id;
  }

  async function fire(): Promise<void> {
    await tick(deps);
    clock.advance(60_000);
  }

  /** Plays the runner of the run that was dispatched last. */
  async function start(): Promise<void> {
    const { runId, attempt, env } = deps.dispatcher.requests.at(-1)!;
    const tokenHash = deps.signer.hashToken(env["BELFRY_RUN_TOKEN"]!);
    const desk = openAttemptDesk(pool, { leaseMs: 3_600_000, now: () => clock.now() });
    await desk.start({ runId, attempt, tokenHash, runnerId: "runner-one" });
  }

  const fates = async () =>
    (await allRuns(pool)).map(({ status, skip_reason, error_message }) => {
      return [status, skip_reason ?? error_message].filter((word) => word !== null).join(": ");
    });
  const eventsOf = async (runId: string) =>
    (await listRunEvents(pool, runId)).map(({ name, details }) => [name, details["replacedBy"]]);

  test("before it was tried is skipped, and its row says why", async () => {
    places = 0;
    await replacing();
    await fire();
    await fire();
    expect(await fates()).toEqual(["skipped: replaced", "pending"]);
    const [older, newer] = await allRuns(pool);
    expect(await eventsOf(older!.id)).toEqual([["run.skipped", newer!.id]]);
  });

  test("before it was started is cancelled at once, and the newer one takes its place", async () => {
    await replacing();
    await fire();
    await fire();
    expect(await fates()).toEqual(["cancelled: A newer run replaced it.", "dispatched"]);
    const [older, newer] = await allRuns(pool);
    expect(await eventsOf(older!.id)).toEqual([
      ["run.dispatched", undefined],
      ["run.cancelled", newer!.id],
    ]);
  });

  test("while it runs is told to end, and the newer one waits until it has", async () => {
    const told: (string | null)[] = [];
    onTestFinished(await pool.listen("belfry", (payload) => void told.push(payload)));
    await replacing();
    await fire();
    await start();
    await fire();
    expect(await fates()).toEqual(["running", "pending"]);
    const [older, newer] = await allRuns(pool);
    await eventually(() => told.includes(`cancel ${older!.id}`));
    expect((await eventsOf(older!.id)).at(-1)).toEqual(["run.cancel_requested", newer!.id]);

    await pool.query("update runs set status = 'cancelled', finished_at = $2 where id = $1", [
      older!.id,
      clock.now(),
    ]);
    await pool.query("update schedules set next_fire_at = $1", [new Date(clock.now().getTime() + 60_000)]);
    await tick(deps);
    expect(await fates()).toEqual(["cancelled", "dispatched"]);
  });

  test("and takes its time to end is told so once, however many newer ones come meanwhile", async () => {
    await replacing();
    await fire();
    await start();
    for (let fires = 0; fires < 3; fires += 1) await fire();
    expect(await fates()).toEqual(["running", "skipped: replaced", "skipped: replaced", "pending"]);
    const [oldest] = await allRuns(pool);
    const asked = (await eventsOf(oldest!.id)).filter(([name]) => name === "run.cancel_requested");
    expect(asked).toHaveLength(1);
  });

  test("while it waits for another attempt is cancelled", async () => {
    places = 0;
    await replacing();
    await fire();
    await pool.query("update runs set attempt = 1, failures = 1, retry_at = now() + interval '1 day'");
    await fire();
    expect(await fates()).toEqual(["cancelled: A newer run replaced it.", "pending"]);
  });

  test("is the oldest, and no more end than it takes to keep within the limit", async () => {
    await replacing({ maxConcurrent: 2 });
    for (let fires = 0; fires < 4; fires += 1) await fire();
    expect((await fates()).map((fate) => fate.split(":")[0])).toEqual([
      "cancelled",
      "cancelled",
      "dispatched",
      "dispatched",
    ]);
  });

  test("may have been missed with it: of all that are caught up the newest is left", async () => {
    await replacing({ catchUp: "all" });
    clock.advance(180_000);
    expect(await tick(deps)).toMatchObject({ dispatched: 1, skipped: 0, queued: 0 });
    const replaced = "skipped: replaced";
    expect(await fates()).toEqual([replaced, replaced, replaced, "dispatched"]);
  });

  test("is none of a backfill's", async () => {
    places = 0;
    const id = await replacing();
    await pool.query(
      `insert into runs (schedule_id, fire_reason, backfill_id, overlap_policy, fire_time, created_at)
       values ($1, 'backfill', 1, 'queue', '2026-11-01T00:00Z', $2)`,
      [id, clock.now()],
    );
    await fire();
    await fire();
    expect(await fates()).toEqual(["pending", "skipped: replaced", "pending"]);
  });

  test.each([
    ["replace", ["skipped: replaced", "pending"]],
    ["queue", ["pending", "pending"]],
  ] as const)("may be one by hand, if the policy is %s", async (overlap, expected) => {
    const id = await replacing({ overlap, cron: null });
    for (let runs = 0; runs < 2; runs += 1) {
      await inTransaction(pool, async (session) => {
        await insertManualRun(session, id, clock.now());
        await replaceOlder(session, [id], clock.now());
      });
    }
    expect(await fates()).toEqual(expected);
  });
});

import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { fireDueSchedules } from "../../src/scheduler/fire.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createDueSchedule, createTestDeps, emptyTables, endRun, makeDue } from "../support/deps.js";

const quiet = { dispatched: 0, skipped: 0, queued: 0, errored: 0, swept: 0 };

/** Fires again while the run before is still there: the same minute again, as if a minute had passed. */
async function fireAgain(pool: Pool, name: string): Promise<void> {
  await pool.query(
    `update runs set fire_time = fire_time - interval '1 minute'
      where fire_time is not null and schedule_id = (select id from schedules where name = $1)`,
    [name],
  );
  await makeDue(pool, name);
}

describeOnBothDatabases("what a tick fires", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  test("does nothing when nothing is due", async () => {
    await createSchedule(pool, { name: "later", cron: "0 0 1 1 *", run: "true" });
    expect(await tick(createTestDeps(pool))).toEqual(quiet);
    expect(await allRuns(pool)).toEqual([]);
  });

  test("turns a due schedule into one dispatched run and moves its next fire on", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await tick(deps)).toEqual(quiet);

    const [run, ...others] = await allRuns(pool);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ name: "backup", status: "dispatched", attempt: 1, fire_reason: "schedule" });
    const { rows } = await pool.query("select next_fire_at > now() as ahead from schedules");
    expect(rows).toEqual([{ ahead: true }]);
  });

  test("never makes a second row for a fire, even if the schedule is set back", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    await createDueSchedule(pool, { name: "backup", overlap: "concurrent" });
    const setBack = () => pool.query("update schedules set next_fire_at = '2026-03-01T10:00:00Z'");
    const deps = createTestDeps(pool, { clock });

    await setBack();
    expect(await tick(deps)).toMatchObject({ dispatched: 1 });
    await setBack();
    expect(await tick(deps)).toEqual(quiet);
    expect(await allRuns(pool)).toHaveLength(1);
  });

  test("skips a fire while the run before has not ended, and says why", async () => {
    await createDueSchedule(pool, { name: "slow", overlap: "skip" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "slow");

    expect(await tick(deps)).toEqual({ ...quiet, skipped: 1 });
    expect((await allRuns(pool)).map((run) => [run.status, run.skip_reason])).toEqual([
      ["dispatched", null],
      ["skipped", "overlap"],
    ]);
  });

  test("queues a fire while the run before has not ended, and dispatches it afterwards", async () => {
    await createDueSchedule(pool, { name: "slow", overlap: "queue" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "slow");
    expect(await tick(deps)).toEqual({ ...quiet, queued: 1 });
    await fireAgain(pool, "slow");
    expect(await tick(deps)).toEqual({ ...quiet, queued: 1 });

    const [first, second, third] = await allRuns(pool);
    await endRun(pool, first!.id);
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect((await allRuns(pool)).map((run) => run.status)).toEqual(["succeeded", "dispatched", "pending"]);
    await endRun(pool, second!.id);
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(deps.dispatcher.requests.map((request) => request.runId)).toEqual([
      first!.id,
      second!.id,
      third!.id,
    ]);
  });

  test("runs fires side by side where the policy lets them", async () => {
    await createDueSchedule(pool, { name: "many", overlap: "concurrent" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "many");
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect((await allRuns(pool)).map((run) => run.status)).toEqual(["dispatched", "dispatched"]);
  });

  test("queues no more fires than may wait, and says so of the others", async () => {
    await createDueSchedule(pool, { name: "slow", overlap: "queue", queueDepth: 1 });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "slow");
    expect(await tick(deps)).toEqual({ ...quiet, queued: 1 });
    await fireAgain(pool, "slow");
    expect(await tick(deps)).toEqual({ ...quiet, skipped: 1 });
    expect((await allRuns(pool)).map((run) => run.skip_reason ?? run.status)).toEqual([
      "dispatched",
      "pending",
      "queue_full",
    ]);
  });

  test("lets as many runs of a schedule be under way as may, and queues the next", async () => {
    await createDueSchedule(pool, { name: "two", overlap: "concurrent", maxConcurrent: 2 });
    const deps = createTestDeps(pool);
    for (const fired of [{ dispatched: 1 }, { dispatched: 1 }, { queued: 1 }]) {
      expect(await tick(deps)).toEqual({ ...quiet, ...fired });
      await fireAgain(pool, "two");
    }
  });

  test("writes into a run's row which priority it has, and until when it must be tried", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    await createDueSchedule(pool, { name: "urgent", priority: 7, startDeadlineSec: 90 });
    await createDueSchedule(pool, { name: "usual" });
    await pool.query("update schedules set next_fire_at = '2026-03-01T10:00:00Z'");
    await tick(createTestDeps(pool, { clock }));
    const { rows } = await pool.query(
      "select s.name, r.priority, r.start_by from runs r join schedules s on s.id = r.schedule_id order by s.name",
    );
    expect(rows).toEqual([
      { name: "urgent", priority: 7, start_by: new Date("2026-03-01T10:02:00Z") },
      { name: "usual", priority: 0, start_by: null },
    ]);
  });

  test("treats a policy that it does not know as skip", async () => {
    await createDueSchedule(pool, { name: "odd" });
    await pool.query("update schedules set overlap_policy = 'as-you-like'");
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "odd");
    expect(await tick(deps)).toEqual({ ...quiet, skipped: 1 });
  });

  test.each([
    ["expression", "cron = 'every tuesday'"],
    ["time zone", "timezone = 'Mars/Olympus_Mons'"],
  ])("counts and shows a schedule with a broken %s, and fires the others", async (_, damage) => {
    await createDueSchedule(pool, { name: "broken" });
    await createDueSchedule(pool, { name: "sound" });
    await pool.query(`update schedules set ${damage} where name = 'broken'`);
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1, errored: 1 });
    expect(await allRuns(pool)).toMatchObject([
      { name: "broken", status: "skipped", skip_reason: "schedule_error" },
      { name: "sound", status: "dispatched" },
    ]);
    const { rows } = await pool.query("select last_error from schedules where name = 'broken'");
    expect(rows[0].last_error).toMatch(/every tuesday|Mars\/Olympus_Mons/);
    expect(deps.log.told).toContainEqual(
      expect.objectContaining({
        level: "error",
        event: "schedule.errored",
        details: expect.objectContaining({ schedule: "broken" }),
      }),
    );
    expect(await tick(deps)).toEqual(quiet);
  });

  test("fires the rest of a batch when the database refuses one of its rows", async () => {
    for (const name of ["a", "b", "c"]) await createDueSchedule(pool, { name });
    const { rows } = await pool.query<{ id: string }>("select id from schedules where name = 'b'");
    await pool.query(
      `alter table runs add constraint not_b check (schedule_id <> ${rows[0]!.id} or status = 'skipped')`,
    );
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 2, errored: 1 });
    expect((await allRuns(pool)).map((run) => [run.name, run.status]).toSorted()).toEqual([
      ["a", "dispatched"],
      ["b", "skipped"],
      ["c", "dispatched"],
    ]);
    await pool.query("alter table runs drop constraint not_b");
  });

  test("after an outage runs the newest missed fire once, and says which fires it covers", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    await createSchedule(pool, { name: "hourly", cron: "0 * * * *", run: "true" });
    await pool.query("update schedules set next_fire_at = '2026-03-01T04:00:00Z'");
    const deps = createTestDeps(pool, { clock });

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await allRuns(pool)).toMatchObject([
      {
        fire_time: new Date("2026-03-01T10:00:00Z"),
        covers_from: new Date("2026-03-01T04:00:00Z"),
        covers_count: 7,
      },
    ]);
    const { rows } = await pool.query("select next_fire_at from schedules");
    expect(rows).toEqual([{ next_fire_at: new Date("2026-03-01T11:00:00Z") }]);
  });

  test.each([
    ["disabled", "enabled = false"],
    ["paused", "paused_at = now()"],
    ["retired", "retired_at = now()"],
  ])("never fires a schedule that is %s", async (_, change) => {
    await createDueSchedule(pool, { name: "quiet" });
    await pool.query(`update schedules set ${change}`);
    expect(await tick(createTestDeps(pool))).toEqual(quiet);
    expect(await allRuns(pool)).toEqual([]);
  });

  const crowd = () =>
    pool.query(
      `insert into schedules (name, cron, command, next_fire_at)
       select 'crowd ' || n, '0 0 * * *', '"true"', now() - interval '1 second' from generate_series(1, 2300) n`,
    );

  test("fires what it has not fired before when the database was away for one of two batches", async () => {
    await crowd();
    let sessions = 0;
    const connect = async () => {
      sessions += 1;
      if (sessions === 2) throw new Error("The database is away.");
      return pool.connect();
    };
    const { log } = createTestDeps(pool);
    await expect(fireDueSchedules({ pool: { ...pool, connect }, log })).rejects.toThrow("is away");
    expect(await allRuns(pool)).toHaveLength(1000);
    expect(await fireDueSchedules({ pool, log })).toMatchObject({ ready: 1300, errored: 0 });
  });

  test("fires more schedules than fit into a batch", async () => {
    await crowd();
    expect(await tick(createTestDeps(pool))).toEqual({ ...quiet, dispatched: 2300 });
  });
});

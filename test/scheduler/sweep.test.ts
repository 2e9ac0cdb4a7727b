import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { sweepOrphans } from "../../src/scheduler/sweep.js";
import type { Pool } from "../../src/store/database.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createTestDeps, emptyTables } from "../support/deps.js";

async function addRun(
  pool: Pool,
  schedule: string,
  status: string,
  ageSec: number,
  extra = "",
): Promise<void> {
  await pool.query(
    `insert into runs (schedule_id, fire_reason, status, created_at, attempt ${extra && ", waited_until"})
     select id, 'manual', $2, now() - make_interval(secs => $3::int), 1 ${extra && `, ${extra}`}
       from schedules where name = $1`,
    [schedule, status, ageSec],
  );
}

describeOnBothDatabases("the sweep", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  test.each(["pending", "dispatched", "running"])(
    "fails a %s run that is older than its timeout and 300 s, and no younger one",
    async (status) => {
      await createSchedule(pool, { name: "old", run: "true", timeoutSec: 60 });
      await createSchedule(pool, { name: "young", run: "true", timeoutSec: 60 });
      await addRun(pool, "old", status, 361);
      await addRun(pool, "young", status, 355);

      expect(await sweepOrphans(createTestDeps(pool))).toBe(1);
      expect(await allRuns(pool)).toMatchObject([
        { name: "old", status: "failed", error_kind: "shutdown" },
        { name: "young", status },
      ]);
      const { rows } = await pool.query("select name from run_events");
      expect(rows).toEqual([{ name: "run.failed" }]);
      expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
    },
  );

  test("leaves a job the time that it may take to end after its timeout", async () => {
    await createSchedule(pool, { name: "slow to end", run: "true", timeoutSec: 60, graceSec: 600 });
    await addRun(pool, "slow to end", "running", 710);
    expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
    await pool.query("update runs set created_at = created_at - interval '20 seconds'");
    expect(await sweepOrphans(createTestDeps(pool))).toBe(1);
  });

  test("leaves a run alone that waits behind one that waits for its next attempt", async () => {
    await createSchedule(pool, { name: "long", run: "true", timeoutSec: 60, overlap: "queue" });
    await addRun(pool, "long", "pending", 4000);
    await pool.query("update runs set retry_at = now() + interval '1 hour', waited_until = now()");
    await addRun(pool, "long", "pending", 3000);
    expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
  });

  test("leaves a run alone that waits behind one that is alive", async () => {
    await createSchedule(pool, { name: "long", run: "true", timeoutSec: 3600, overlap: "queue" });
    await addRun(pool, "long", "running", 3000);
    await addRun(pool, "long", "pending", 4000);
    expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
  });

  test("counts the age of a run that had to wait from the end of its wait", async () => {
    await createSchedule(pool, { name: "long", run: "true", timeoutSec: 60 });
    await addRun(pool, "long", "running", 7200, "now() - interval '300 seconds'");
    expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
    await pool.query("update runs set waited_until = now() - interval '361 seconds'");
    expect(await sweepOrphans(createTestDeps(pool))).toBe(1);
  });

  test("does not end a run whose turn has only just come", async () => {
    await createSchedule(pool, { name: "long", run: "true", timeoutSec: 60, overlap: "queue" });
    await addRun(pool, "long", "running", 50);
    await pool.query("update runs set status = 'succeeded', finished_at = now()");
    await addRun(pool, "long", "pending", 4000);
    expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
  });

  test("leaves what has ended as it is", async () => {
    await createSchedule(pool, { name: "done", run: "true", timeoutSec: 60 });
    await addRun(pool, "done", "running", 9000);
    await pool.query("update runs set status = 'succeeded', finished_at = now()");
    expect(await sweepOrphans(createTestDeps(pool))).toBe(0);
  });
});

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { durationsShape } from "../../src/api/public/forecast-shapes.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

describeOnBothDatabases("measured durations", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
  });
  afterAll(() => api.changes.close());
  beforeEach(() => emptyTables(pool));

  /** Runs of a schedule, one after the other, that took so many seconds. */
  async function ran(name: string, seconds: readonly number[], status = "succeeded"): Promise<void> {
    const { id } = await createSchedule(pool, { name, run: "true" });
    await pool.query(
      `insert into runs (schedule_id, fire_reason, status, error_kind, skip_reason, started_at, finished_at)
       select $1, 'manual', $2, case when $2 = 'failed' then 'timeout' end,
              case when $2 = 'skipped' then 'overlap' end, case when $2 <> 'skipped' then now() end,
              now() + s.sec * interval '1 second'
         from unnest($3::float8[]) with ordinality as s (sec, n)
        order by s.n`,
      [id, status, seconds],
    );
  }

  async function durations() {
    const { status, body } = await api.ask("GET", "/durations");
    expect(status).toBe(200);
    expect(durationsShape.parse(body)).toEqual(body);
    return body.items;
  }

  test("are the middle and the slow ones of the last fifty runs of each schedule", async () => {
    const oneToForty = Array.from({ length: 41 }, (_, n) => n + 1);
    await ran("b", oneToForty);
    await ran("a", [2]);
    expect(await durations()).toEqual([
      { scheduleName: "a", runs: 1, p50Ms: 2000, p95Ms: 2000 },
      { scheduleName: "b", runs: 41, p50Ms: 21_000, p95Ms: 39_000 },
    ]);
  });

  test("older runs do not count any more", async () => {
    await ran("a", [...Array.from({ length: 30 }, () => 100), ...Array.from({ length: 50 }, () => 1)]);
    expect(await durations()).toEqual([{ scheduleName: "a", runs: 50, p50Ms: 1000, p95Ms: 1000 }]);
  });

  test("runs that failed count too, and those that never ran do not", async () => {
    await ran("failing", [4], "failed");
    await ran("skipping", [0, 0], "skipped");
    await createSchedule(pool, { name: "new", run: "true" });
    expect(await durations()).toEqual([{ scheduleName: "failing", runs: 1, p50Ms: 4000, p95Ms: 4000 }]);
  });

  test("are none below zero, whatever the clocks of the hosts", async () => {
    await ran("odd", [-3]);
    expect(await durations()).toEqual([{ scheduleName: "odd", runs: 1, p50Ms: 0, p95Ms: 0 }]);
  });
});

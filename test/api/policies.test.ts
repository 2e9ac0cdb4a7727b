import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { scheduleShape } from "../../src/api/public/shapes.js";
import { policyDefaults } from "../../src/core/policies/policies.js";
import { retryDefaults } from "../../src/core/policies/retry.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

describeOnBothDatabases("the policies of a schedule, in the public API", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
  });
  afterAll(() => api.changes.close());
  beforeEach(() => emptyTables(pool));

  async function shown(schedule: Partial<NewSchedule>) {
    await createSchedule(pool, { name: "job", run: "true", ...schedule });
    const { body } = await api.ask("GET", "/schedules/job");
    expect(scheduleShape.parse(body)).toEqual(body);
    return body;
  }

  test("each is told as the library was given it", async () => {
    const policies = {
      overlap: "queue" as const,
      exitCodes: { "75": "retry" as const, "99": "skip" as const },
      graceSec: 5,
      queueDepth: 10,
      maxConcurrent: 2,
      concurrencyGroup: { name: "database", limit: 3 },
      priority: -7,
      startDeadlineSec: 600,
      pauseAfter: 5,
      coolDownSec: 60,
      keepSec: 86_400,
      keepRuns: 100,
    };
    const body = await shown({ ...policies, retry: { attempts: 3, delaySec: 5 } });
    expect(body).toMatchObject({ ...policies, retry: { ...retryDefaults, attempts: 3, delaySec: 5 } });
  });

  test("what was not said is as usual", async () => {
    expect(await shown({})).toMatchObject(policyDefaults);
  });

  test("what cannot be is refused", async () => {
    await expect(shown({ retry: { attempts: 1 } })).rejects.toMatchObject({ code: "invalid_schedule" });
    await expect(shown({ queueDepth: 1 })).rejects.toThrow(/needs runs that wait/);
  });
});

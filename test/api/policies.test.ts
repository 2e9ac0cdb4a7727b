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

  test("how its circuit breaker stands is told too, if it has one", async () => {
    expect(await shown({ pauseAfter: 1, coolDownSec: 60 })).toMatchObject({ breaker: { state: "closed" } });
    await pool.query(
      `insert into runs (schedule_id, fire_reason, status, error_kind, created_at, finished_at)
       select id, 'manual', 'failed', 'exit_code', now(), now() from schedules`,
    );
    const { body } = await api.ask("GET", "/schedules/job");
    expect(body).toMatchObject({
      breaker: { state: "open", since: expect.any(String), probeAt: expect.any(String) },
    });
    expect(scheduleShape.parse(body)).toEqual(body);
    expect((await api.ask("GET", "/schedules")).body).toMatchObject({ items: [{ breaker: body.breaker }] });
    await api.ask("POST", "/schedules/job/resume");
    expect((await api.ask("GET", "/schedules/job")).body).toMatchObject({ breaker: { state: "closed" } });
  });

  test("what cannot be is refused", async () => {
    await expect(shown({ retry: { attempts: 1 } })).rejects.toMatchObject({ code: "invalid_schedule" });
    await expect(shown({ queueDepth: 1 })).rejects.toThrow(/needs runs that wait/);
  });
});

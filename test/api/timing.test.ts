import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { scheduleShape } from "../../src/api/public/shapes.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

const startsAt = new Date("2099-12-25T00:00:00Z");
const christmas = [{ when: "12-25", reason: "Christmas Day" }];
const noon: Partial<NewSchedule> = { cron: "0 12 * * *", startsAt };

describeOnBothDatabases("when a schedule fires, in the public API", (open) => {
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
    expect((await api.ask("GET", "/schedules")).body.items).toEqual([body]);
    return body;
  }

  test("each field of the timing is told as it was given", async () => {
    const timing = {
      timezone: "Europe/Berlin",
      everySec: 5400,
      anchorAt: "2099-01-01T00:00:00.000Z",
      at: null,
      startsAt: "2099-02-01T00:00:00.000Z",
      endsAt: "2099-12-31T22:59:59.999Z",
      maxRuns: 10,
      spreadSec: 600,
      dst: { gap: "skip", fold: "both" } as const,
      blackoutPolicy: "defer" as const,
      blackouts: [...christmas, { when: "SAT-SUN", reason: null }],
      catchUp: "all" as const,
      catchUpWindowSec: 21_600,
    };
    const instants = {
      anchorAt: new Date(timing.anchorAt),
      startsAt: new Date(timing.startsAt),
      endsAt: new Date(timing.endsAt),
    };
    expect(await shown({ ...timing, ...instants })).toMatchObject({ ...timing, cron: null, runsMade: 0 });
  });

  test.each([
    ["is its next fire", noon, "2099-12-25T12:00:00.000Z", "2099-12-25T12:00:00.000Z"],
    [
      "is the first fire after a blackout",
      { ...noon, blackouts: christmas },
      "2099-12-25T12:00:00.000Z",
      "2099-12-26T12:00:00.000Z",
    ],
    [
      "is at the end of a blackout that fires wait for",
      { ...noon, blackouts: christmas, blackoutPolicy: "defer" as const },
      "2099-12-26T00:00:00.000Z",
      "2099-12-26T00:00:00.000Z",
    ],
    [
      "never comes, if its only fire is in a blackout",
      { at: new Date("2099-12-25T12:00:00Z"), blackouts: christmas },
      "2099-12-25T12:00:00.000Z",
      null,
    ],
    ["never comes, if it runs by hand only", {}, null, null],
  ])("the next run of a schedule %s", async (_, schedule, nextFireAt, nextRunAt) => {
    expect(await shown(schedule)).toMatchObject({ nextFireAt, nextRunAt });
  });
});

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type PlanJson, planShape } from "../../src/api/public/plan-shapes.js";
import { definitionJson } from "../../src/core/definition-json.js";
import { completeRetry } from "../../src/core/policies/complete-retry.js";
import { policyDefaults } from "../../src/core/policies/policies.js";
import { type ScheduleDefinition, scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

const define = (name: string, fields: Partial<ScheduleDefinition> = {}): ScheduleDefinition => ({
  ...scheduleDefaults,
  name,
  run: "true",
  cron: "0 3 * * *",
  ...fields,
});

describeOnBothDatabases("a plan of a manifest", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
  });
  afterAll(() => api.changes.close());
  beforeEach(() => emptyTables(pool));

  const ask = (...schedules: object[]) => api.ask("POST", "/plan", { body: { schedules } });

  async function plan(...definitions: ScheduleDefinition[]): Promise<PlanJson> {
    const { status, body } = await ask(...definitions.map(definitionJson));
    expect(status, JSON.stringify(body)).toBe(200);
    expect(planShape.parse(body)).toEqual(body);
    return body;
  }

  test("tells what an apply would create, update and retire, and writes nothing", async () => {
    await applyManifest(api.deps, [define("kept"), define("edited"), define("dropped")]);
    const before = (await pool.query("select * from schedules order by id")).rows;
    const wanted = [
      define("kept"),
      define("edited", { cron: "0 4 * * *", description: "Later" }),
      define("new"),
    ];
    expect(await plan(...wanted)).toMatchObject({
      created: ["new"],
      updated: [
        {
          current: { name: "edited", cron: "0 3 * * *" },
          rearm: true,
          fields: [
            { field: "description", from: "", to: "Later" },
            { field: "cron", from: "0 3 * * *", to: "0 4 * * *" },
          ],
          env: { added: [], removed: [], changed: [] },
        },
      ],
      retired: [{ name: "dropped", nextRunAt: expect.any(String) }],
      unchanged: 1,
      foreign: [],
    });
    expect((await pool.query("select * from schedules order by id")).rows).toEqual(before);
  });

  test("what it tells is what an apply then does", async () => {
    await applyManifest(api.deps, [define("a"), define("b"), define("c", { timeoutSec: 60 })]);
    const wanted = [define("b", { overlap: "queue" }), define("c", { timeoutSec: 60 }), define("d")];
    const told = await plan(...wanted);
    const applied = await applyManifest(api.deps, wanted);
    expect(applied).toEqual({
      created: told.created,
      updated: told.updated.map(({ current }) => current.name),
      retired: told.retired.map(({ name }) => name),
      unchanged: told.unchanged,
    });
    expect(await plan(...wanted)).toMatchObject({ created: [], updated: [], retired: [], unchanged: 3 });
  });

  test("every field of a definition goes there and back: nothing is changed by nothing", async () => {
    const full = define("full", {
      cron: null,
      everySec: 5400,
      anchorAt: new Date("2026-01-01T00:00:00Z"),
      startsAt: new Date("2026-02-01T00:00:00Z"),
      endsAt: new Date("2199-12-31T22:59:59.999Z"),
      maxRuns: 10,
      spreadSec: 600,
      dst: { gap: "skip", fold: "both" },
      blackouts: [{ when: "12-25", reason: "Christmas Day" }],
      blackoutPolicy: "defer",
      catchUp: "all",
      catchUpWindowSec: 21_600,
      retry: completeRetry({ attempts: 3, on: [75, "timeout"] }),
      exitCodes: { "99": "skip", "75": "retry" },
      graceSec: 5,
      overlap: "queue",
      queueDepth: 10,
      maxConcurrent: 2,
      concurrencyGroup: { name: "database", limit: 3 },
      priority: -7,
      startDeadlineSec: 600,
      pauseAfter: 5,
      coolDownSec: 60,
      keepSec: 86_400,
      keepRuns: 100,
      run: ["echo", "hi"],
      cwd: "/srv",
      env: { B: "2", A: "1" },
      installationId: 7,
    });
    await applyManifest(api.deps, [full]);
    expect(await plan(full)).toMatchObject({ updated: [], unchanged: 1 });
  });

  test("what an older client does not know of is as usual", async () => {
    await applyManifest(api.deps, [define("old")]);
    const known = Object.entries(definitionJson(define("old"))).filter(([key]) => !(key in policyDefaults));
    const { status, body } = await ask(Object.fromEntries(known));
    expect({ status, body }).toMatchObject({ status: 200, body: { updated: [], unchanged: 1 } });
  });

  test("another policy leaves the next fire where it is", async () => {
    await applyManifest(api.deps, [define("job")]);
    const { updated } = await plan(define("job", { retry: completeRetry({ attempts: 2 }), priority: 5 }));
    expect(updated).toMatchObject([
      { rearm: false, fields: [{ field: "retry", from: null, to: { attempts: 2 } }, { field: "priority" }] },
    ]);
  });

  test("of an environment the names are told, and no value", async () => {
    await applyManifest(api.deps, [define("job", { env: { PASSWORD: "hunter2", OLD: "hunter3" } })]);
    const told = await plan(define("job", { env: { PASSWORD: "hunter4", NEW: "hunter5" } }));
    expect(told.updated).toMatchObject([
      { fields: [], env: { added: ["NEW"], removed: ["OLD"], changed: ["PASSWORD"] }, rearm: false },
    ]);
    expect(JSON.stringify(told)).not.toContain("hunter");
  });

  test("schedules that belong to another owner are told, and the rest is planned all the same", async () => {
    await createSchedule(pool, { name: "library's", run: "true" });
    expect(await plan(define("library's"), define("new"))).toMatchObject({
      created: ["new"],
      updated: [],
      retired: [],
      foreign: ["library's"],
    });
  });

  test("a retired schedule comes back", async () => {
    await applyManifest(api.deps, [define("job")]);
    await applyManifest(api.deps, []);
    const { updated } = await plan(define("job"));
    expect(updated).toMatchObject([{ rearm: true, fields: [], current: { retiredAt: expect.any(String) } }]);
  });

  test.each([
    ["a body that is none", {}, "invalid_request", /schedules/],
    ["a field that is not there", { schedules: [{ name: "x" }] }, "invalid_request", /schedules\.0\.run/],
    [
      "a field that nobody knows",
      { schedules: [{ ...definitionJson(define("x")), colour: "red" }] },
      "invalid_request",
      /colour/,
    ],
    [
      "a definition that cannot be",
      { schedules: [definitionJson(define("x", { cron: "61 * * * *" }))] },
      "invalid_cron",
      /^In the schedule "x": .*out of range/,
    ],
    [
      "a policy that cannot be",
      { schedules: [definitionJson(define("x", { priority: 1000 }))] },
      "invalid_schedule",
      /^In the schedule "x": A priority is .* from -100 to 100/,
    ],
    [
      "a name that comes twice",
      { schedules: [define("x"), define("x")].map(definitionJson) },
      "invalid_request",
      /"x" is named twice/,
    ],
  ])("refuses %s", async (_, body, code, detail) => {
    const answer = await api.ask("POST", "/plan", { body });
    expect(answer.body).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  test("takes a manifest of several MiB, and refuses what is larger than 8", async () => {
    const large = (size: number) => define("large", { description: "x".repeat(size) });
    const many = Array.from({ length: 8 }, (_, n) => ({ ...large(900_000), name: `large ${n}` }));
    expect((await plan(...many)).created).toHaveLength(8);
    const answer = await ask(...[...many, large(999_999), large(999_999)].map(definitionJson));
    expect(answer).toMatchObject({ status: 413, body: { code: "body_too_large" } });
    const elsewhere = await api.ask("POST", "/schedules/x/pause", {
      body: { reason: "x".repeat(2_000_000) },
    });
    expect(elsewhere).toMatchObject({ status: 413, body: { detail: "The body is larger than 1 MiB." } });
  });
});

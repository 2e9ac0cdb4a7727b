import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { applyManifest } from "../../src/manifest/apply.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { scheduleDefaults } from "../../src/core/schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import { scheduleShape } from "../../src/api/public/shapes.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { askApi, type FullAnswer } from "../support/ask-api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables, makeDue } from "../support/deps.js";

const backup = { name: "backup", run: ["pg_dump", "db"], cron: "0 3 * * *", env: { PGPASSWORD: "hunter2" } };

describeOnBothDatabases("schedules made through the API", (open) => {
  let pool: Pool;
  let testApi: TestApi;
  const ask = (...args: [string, string, Parameters<typeof askApi>[3]?]): Promise<FullAnswer> =>
    askApi(testApi.api, ...args);
  beforeAll(async () => {
    ({ pool } = await open());
    testApi = await openTestApi(pool);
  });
  afterAll(() => testApi.changes.close());
  beforeEach(() => emptyTables(pool));

  const audited = async (target: string) => {
    const { rows } = await pool.query<{ action: string; actor_kind: string; request_id: string | null }>(
      "select action, actor_kind, request_id from audit_log where target = $1 order by id",
      [target],
    );
    return rows;
  };

  describe("creating one", () => {
    test("answers it with its place and its tag, and it fires from now on", async () => {
      const { status, headers, body } = await ask("POST", "/schedules", { body: backup });
      expect(status).toBe(201);
      expect(scheduleShape.parse(body)).toEqual(body);
      expect(headers.get("location")).toBe("/api/v1/schedules/backup");
      expect(headers.get("etag")).toMatch(/^"1\./);
      expect(body).toMatchObject({ source: null, timezone: "UTC", env: ["PGPASSWORD"], revision: "1" });
      expect(body.nextFireAt).not.toBeNull();
      expect(JSON.stringify(body)).not.toContain("hunter2");
    });

    test("is on the audit log without the values of its environment", async () => {
      const name = `audited ${Math.random()}`;
      const { headers } = await ask("POST", "/schedules", { body: { ...backup, name } });
      expect(await audited(name)).toEqual([
        { action: "schedule.created", actor_kind: "local", request_id: headers.get("x-request-id") },
      ]);
      const { rows } = await pool.query("select after::text from audit_log where target = $1", [name]);
      expect(rows[0].after).not.toContain("hunter2");
    });

    test.each([
      [{ name: "x", run: "true", cron: "61 * * * *" }, 422, "invalid_cron"],
      [{ name: "x", run: "true", timezone: "Mars/Base" }, 422, "invalid_timezone"],
      [{ name: "x", run: "" }, 422, "invalid_schedule"],
      [{ name: "x", run: "true", color: "red" }, 400, "invalid_request"],
      [{ run: "true" }, 400, "invalid_request"],
    ])("of %j is refused", async (body, status, code) => {
      expect(await ask("POST", "/schedules", { body })).toMatchObject({ status, body: { code } });
      expect((await ask("GET", "/schedules")).body.items).toEqual([]);
    });

    test("takes several expressions and a retry with no more than its attempts", async () => {
      const body = { name: "x", run: "true", cron: ["0 3 * * *", "0 5 * * *"], retry: { attempts: 3 } };
      const created = await ask("POST", "/schedules", { body });
      expect(created.body).toMatchObject({ cron: "0 3 * * *\n0 5 * * *", retry: { attempts: 3 } });
    });

    test("under a name that is taken is refused", async () => {
      await ask("POST", "/schedules", { body: backup });
      expect(await ask("POST", "/schedules", { body: backup })).toMatchObject({
        status: 409,
        body: { code: "schedule_exists" },
      });
    });

    test("brings a deleted one back, with its history and without its pause", async () => {
      const { body: first } = await ask("POST", "/schedules", { body: backup });
      await ask("POST", "/schedules/backup/trigger");
      await ask("POST", "/schedules/backup/pause");
      await ask("DELETE", "/schedules/backup");
      const { status, body } = await ask("POST", "/schedules", {
        body: { name: "backup", run: "true", cron: "* * * * *" },
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({ id: first.id, run: "true", env: [], retiredAt: null, pausedAt: null });
      expect(body.lastRun).not.toBeNull();
      await makeDue(pool, "backup");
      expect(await tick(testApi.deps)).toMatchObject({ dispatched: 1 });
    });
  });

  describe("editing one", () => {
    test("changes what is given and leaves the rest, the environment too", async () => {
      await ask("POST", "/schedules", { body: backup });
      const { status, body } = await ask("PATCH", "/schedules/backup", { body: { timeoutSec: 60 } });
      expect([status, body.timeoutSec, body.cron, body.env]).toEqual([200, 60, "0 3 * * *", ["PGPASSWORD"]]);
      const other = await ask("PATCH", "/schedules/backup", { body: { env: { A: "1" } } });
      expect(other.body.env).toEqual(["A"]);
    });

    test("that changes nothing makes no new revision", async () => {
      const { headers } = await ask("POST", "/schedules", { body: backup });
      const { headers: after } = await ask("PATCH", "/schedules/backup", { body: { cron: "0 3 * * *" } });
      expect(after.get("etag")).toBe(headers.get("etag"));
    });

    test("with the tag of an older revision is refused; a run in between is not in the way", async () => {
      await ask("POST", "/schedules", { body: backup });
      const etag = (await ask("GET", "/schedules/backup")).headers.get("etag")!;
      await ask("POST", "/schedules/backup/trigger");
      const edit = (timeoutSec: number) =>
        ask("PATCH", "/schedules/backup", { body: { timeoutSec }, headers: { "if-match": etag } });
      expect((await edit(60)).status).toBe(200);
      expect(await edit(61)).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
      expect((await ask("GET", "/schedules/backup")).body.timeoutSec).toBe(60);
      expect((await ask("DELETE", "/schedules/backup", { headers: { "if-match": etag } })).status).toBe(412);
      expect((await ask("POST", "/schedules/backup/pause", { headers: { "if-match": etag } })).status).toBe(
        412,
      );
    });

    test("to what cannot be is refused, and nothing is written", async () => {
      await ask("POST", "/schedules", { body: backup });
      const answer = await ask("PATCH", "/schedules/backup", { body: { everySec: 60 } });
      expect(answer).toMatchObject({ status: 422, body: { code: "invalid_schedule" } });
      expect((await ask("GET", "/schedules/backup")).body).toMatchObject({ everySec: null, revision: "1" });
    });

    test("two at once are one after the other", async () => {
      await ask("POST", "/schedules", { body: backup });
      const etag = (await ask("GET", "/schedules/backup")).headers.get("etag")!;
      const edits = [60, 61, 62].map((timeoutSec) =>
        ask("PATCH", "/schedules/backup", { body: { timeoutSec }, headers: { "if-match": etag } }),
      );
      const statuses = (await Promise.all(edits)).map(({ status }) => status).toSorted();
      expect(statuses).toEqual([200, 412, 412]);
    });
  });

  test("deleting one ends its fires and keeps its history; a second time changes nothing", async () => {
    await ask("POST", "/schedules", { body: backup });
    await ask("POST", "/schedules/backup/trigger");
    expect((await ask("DELETE", "/schedules/backup")).status).toBe(204);
    const { body } = await ask("GET", "/schedules/backup");
    expect(body).toMatchObject({ nextFireAt: null, lastRun: { status: "skipped", skipReason: "retired" } });
    const { length } = await audited("backup");
    expect((await ask("DELETE", "/schedules/backup")).status).toBe(204);
    expect((await audited("backup")).length).toBe(length);
    expect(await ask("PATCH", "/schedules/backup", { body: { run: "false" } })).toMatchObject({
      body: { code: "schedule_retired" },
    });
    expect((await ask("DELETE", "/schedules/nobody")).status).toBe(404);
  });

  test("what a manifest owns is neither edited, deleted nor made anew", async () => {
    const own = { ...scheduleDefaults, name: "owned", run: "true", cron: "0 3 * * *" };
    await applyManifest(testApi.deps, [own]);
    for (const [method, body] of [["PATCH", { run: "false" }], ["DELETE"]] as const) {
      expect(await ask(method, "/schedules/owned", { body })).toMatchObject({
        status: 409,
        body: { code: "schedule_owned" },
      });
    }
    await applyManifest(testApi.deps, []);
    expect(await ask("POST", "/schedules", { body: { name: "owned", run: "true" } })).toMatchObject({
      body: { code: "schedule_exists" },
    });
  });

  test("who has it already is told so, until something of it changes", async () => {
    await ask("POST", "/schedules", { body: backup });
    const etag = (await ask("GET", "/schedules/backup")).headers.get("etag")!;
    const again = () => ask("GET", "/schedules/backup", { headers: { "if-none-match": etag } });
    expect(await again()).toMatchObject({ status: 304, body: "" });
    await ask("POST", "/schedules/backup/trigger");
    expect((await again()).status).toBe(200);
  });

  test("a list is searched and filtered", async () => {
    for (const name of ["Alpha", "beta", "gamma"]) {
      await ask("POST", "/schedules", { body: { name, run: "true", cron: "0 3 * * *" } });
    }
    await ask("PATCH", "/schedules/gamma", { body: { description: "as ALPHA, at night; 100 %" } });
    await ask("POST", "/schedules/beta/pause");
    await ask("POST", "/schedules/gamma/trigger");
    await applyManifest(testApi.deps, [{ ...scheduleDefaults, name: "owned", run: "true" }]);
    const names = async (query: string) =>
      (await ask("GET", `/schedules?${query}`)).body.items.map(({ name }: { name: string }) => name);
    expect(await names("search=alph")).toEqual(["Alpha", "gamma"]);
    expect(await names("search=100 %25")).toEqual(["gamma"]);
    expect(await names("search=_")).toEqual([]);
    expect(await names("state=paused")).toEqual(["beta"]);
    expect(await names("state=on&source=")).toEqual(["Alpha", "gamma"]);
    expect(await names("source=manifest")).toEqual(["owned"]);
    expect(await names("lastStatus=pending")).toEqual(["gamma"]);
    await ask("DELETE", "/schedules/Alpha");
    expect(await names("state=retired")).toEqual(["Alpha"]);
    expect((await ask("GET", "/schedules?state=sleepy")).status).toBe(400);
  });

  test("a preview tells the next fires of what is not saved, with what the clocks do to them", async () => {
    const body = { cron: "30 2 * * *", timezone: "Europe/Berlin", count: 2, after: "2026-03-28T00:00:00Z" };
    const preview = await ask("POST", "/preview", { body });
    expect(preview.body.items).toEqual([
      { fireTime: "2026-03-28T01:30:00.000Z", note: null },
      { fireTime: "2026-03-29T01:00:00.000Z", note: expect.stringContaining("02:30 does not exist") },
    ]);
    await ask("POST", "/schedules", {
      body: { name: "x", run: "true", cron: body.cron, timezone: body.timezone },
    });
    const next = await ask("GET", "/schedules/x/next?count=2&after=2026-03-28T00:00:00Z");
    expect(next.body.items).toEqual(preview.body.items);
    expect((await ask("POST", "/preview", { body: { cron: "61 * * * *" } })).body.code).toBe("invalid_cron");
  });

  describe("applying a manifest", () => {
    const definition = (name: string) => ({ ...scheduleDefaults, name, run: "true", cron: "0 3 * * *" });
    const apply = (names: string[], source?: string) =>
      ask("POST", "/apply", { body: { schedules: names.map(definition), source } });

    test("makes, edits and retires what is its own, and leaves others alone", async () => {
      await createSchedule(pool, { name: "by-library", run: "true" });
      await applyManifest(testApi.deps, [definition("of-the-file")]);
      expect((await apply(["a", "b"])).body).toEqual({
        source: "api",
        created: ["a", "b"],
        updated: [],
        retired: [],
        unchanged: 0,
      });
      expect((await apply(["c"], "team-x")).body).toMatchObject({ created: ["c"], retired: [] });
      expect((await apply(["a"])).body).toMatchObject({ created: [], retired: ["b"], unchanged: 1 });
      const { body } = await ask("GET", "/schedules");
      expect(
        body.items.map((each: { name: string; source: string | null }) => [each.name, each.source]),
      ).toEqual([
        ["a", "api"],
        ["by-library", null],
        ["c", "team-x"],
        ["of-the-file", "manifest"],
      ]);
    });

    test("is what a plan for its source has said", async () => {
      await apply(["a", "b"]);
      const body = { schedules: [definition("b"), definition("c")], source: "api" };
      const plan = (await ask("POST", "/plan", { body })).body;
      expect(plan).toMatchObject({ created: ["c"], retired: [{ name: "a" }], unchanged: 1, foreign: [] });
      expect((await ask("POST", "/apply", { body })).body).toMatchObject({ created: ["c"], retired: ["a"] });
    });

    test("of names that belong to another is refused as a whole", async () => {
      await applyManifest(testApi.deps, [definition("of-the-file")]);
      expect(await apply(["new", "of-the-file"])).toMatchObject({
        status: 409,
        body: { code: "schedule_exists" },
      });
      expect((await ask("GET", "/schedules/new")).status).toBe(404);
      expect((await apply([], "manifest")).status).toBe(400);
    });
  });
});

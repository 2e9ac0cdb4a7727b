import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPublicApi } from "../../src/api/public/app.js";
import { type ExplanationJson, explanationShape } from "../../src/api/public/explain-shapes.js";
import { openRunChanges, type RunChanges } from "../../src/api/run-changes.js";
import { checkSchedule } from "../../src/core/check-schedule.js";
import { type ScheduleDefinition, scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { createManualClock, type ManualClock } from "../../src/testing.js";
import { apiToken } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

// Later than any clock that this runs by, because a schedule is created at the database's own time.
const monday = "2099-03-02T";
const at = (time: string) => new Date(`${monday}${time}Z`);

describeOnBothDatabases("why a schedule did or did not run", (open) => {
  let pool: Pool;
  let changes: RunChanges;
  let clock: ManualClock;
  let deps: TestDeps;
  beforeAll(async () => {
    ({ pool } = await open());
    changes = await openRunChanges(pool);
  });
  afterAll(() => changes.close());
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(at("00:00:00"));
    deps = createTestDeps(pool, { clock });
  });

  async function ask(path: string, method = "GET") {
    const api = createPublicApi({ ...deps, changes, apiToken });
    const response = await api.request(path, { method, headers: { authorization: `Bearer ${apiToken}` } });
    return { status: response.status, body: (await response.json()) as any };
  }

  /** What is told of the fires from one time of the Monday to another. */
  async function explain(from: string, to = from, name = "job"): Promise<ExplanationJson> {
    const span = `from=${at(from).toISOString()}&to=${at(to).toISOString()}`;
    const { status, body } = await ask(`/schedules/${name}/explain?${span}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(explanationShape.parse(body)).toEqual(body);
    return body;
  }

  /** The one fire at a time of the Monday. */
  async function theFire(time: string) {
    const { fires } = await explain(time);
    expect(fires).toHaveLength(1);
    return fires[0]!;
  }

  function define(fields: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
    return checkSchedule({ ...scheduleDefaults, name: "job", run: "true", cron: "0 * * * *", ...fields });
  }

  const apply = (...definitions: ScheduleDefinition[]) => applyManifest(deps, definitions);

  async function tickAt(time: string): Promise<void> {
    clock.set(at(time));
    await tick(deps);
  }

  async function end(status: "succeeded" | "failed", start: string, finish: string): Promise<void> {
    await pool.query(
      `update runs set status = $1, error_kind = $2, exit_code = $3, started_at = $4, finished_at = $5
        where status = 'dispatched'`,
      [status, status === "failed" ? "exit_code" : null, status === "failed" ? 3 : 0, at(start), at(finish)],
    );
  }

  test("it ran", async () => {
    await apply(define());
    await tickAt("01:00:00");
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "waiting",
      words: "A runner is on its way to start run 1.",
    });
    await end("succeeded", "01:00:02", "01:05:02");
    expect(await theFire("01:00:00")).toEqual({
      fireAt: `${monday}01:00:00.000Z`,
      verdict: "ran",
      words: "Run 1 succeeded. It started 2 s after its time and took 5 min.",
      runId: "1",
    });
  });

  test("it failed", async () => {
    await apply(define());
    await tickAt("01:00:00");
    await end("failed", "01:00:02", "01:05:02");
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "failed",
      words: "Run 1 failed: exit_code 3. It started 2 s after its time and took 5 min.",
    });
  });

  test("the run before it was still at work", async () => {
    await apply(define());
    await tickAt("01:00:00");
    await tickAt("02:00:00");
    expect(await theFire("02:00:00")).toMatchObject({
      verdict: "skipped",
      words: "It did not run: a run before it had not ended, and the overlap policy was skip.",
    });
  });

  test("it waits for the run before it", async () => {
    await apply(define({ overlap: "queue" }));
    await tickAt("01:00:00");
    await tickAt("02:00:00");
    expect(await theFire("02:00:00")).toMatchObject({ verdict: "waiting", runId: "2" });
  });

  test("one run stood for it and others, because no server was there", async () => {
    await apply(define());
    await tickAt("12:30:00");
    const { fires } = await explain("11:00:00", "13:00:00");
    expect(fires.map(({ verdict, runId }) => [verdict, runId])).toEqual([
      ["covered", "1"],
      ["waiting", "1"],
      ["future", null],
    ]);
    expect(fires[0]!.words).toBe(
      "Run 1 of Mon 2 Mar 2099 12:00 stands for it, as for all the 12 fires from Mon 2 Mar 2099 01:00 to Mon 2 Mar 2099 12:00, because no server fired them in time. A runner is on its way to start run 1.",
    );
  });

  test("it was too late to be caught up", async () => {
    await apply(define({ catchUp: "none" }));
    await tickAt("03:30:00");
    expect(await theFire("02:00:00")).toMatchObject({
      verdict: "skipped",
      words:
        "It did not run: it was noticed 1 h 30 min after its time, too late to be caught up. One row, of Mon 2 Mar 2099 03:00, tells of 3 fires, from Mon 2 Mar 2099 01:00 to Mon 2 Mar 2099 03:00.",
    });
  });

  test("more fires were missed than are caught up", async () => {
    await apply(define({ cron: "* * * * *", catchUp: "all", overlap: "concurrent" }));
    await tickAt("03:20:00");
    expect(await theFire("01:00:00")).toMatchObject({ verdict: "skipped" });
    expect((await theFire("01:00:00")).words).toMatch(/more fires were missed than are caught up/);
    expect(await theFire("02:00:00")).toMatchObject({ verdict: "waiting" });
  });

  test("it was in a blackout", async () => {
    await apply(define({ blackouts: [{ when: "01:00-02:00", reason: "Backups of the database" }] }));
    await tickAt("01:00:00");
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "blackout",
      words: "It did not run: it was in a blackout (Backups of the database).",
    });
  });

  test("it is in a blackout whose fires are told of later", async () => {
    await apply(define({ cron: "* * * * *", blackouts: [{ when: "00:30-02:00", reason: "Move" }] }));
    for (const time of ["00:29:00", "00:30:00"]) await tickAt(time);
    clock.set(at("01:10:00"));
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "blackout",
      words:
        "It does not run: it is in a blackout (Move). Its row is not written yet. The schedule is looked at next on Mon 2 Mar 2099 01:59.",
    });
    await tickAt("01:59:00");
    const { words, runId } = await theFire("01:00:00");
    expect(words).toMatch(
      /^It did not run: it was in a blackout \(Move\)\. One row, of .* 01:59, tells of 89 fires/,
    );
    expect(runId).not.toBeNull();
  });

  test("it waits for the end of a blackout", async () => {
    const blackouts = [{ when: "01:00-02:30", reason: null }];
    await apply(define({ cron: "0 1 * * *", blackouts, blackoutPolicy: "defer" }));
    const { fires, notes, after } = await explain("01:00:00");
    expect({ fires, notes, after }).toEqual({
      fires: [],
      notes: [
        "Its fire of Mon 2 Mar 2099 01:00 is in a blackout and waits for its end: it comes on Mon 2 Mar 2099 02:30.",
      ],
      after: `${monday}02:30:00.000Z`,
    });
  });

  test("the schedule was paused, and one row tells of it after the resumption", async () => {
    await apply(define());
    clock.set(at("00:30:00"));
    await ask("/schedules/job/pause", "POST");
    clock.set(at("02:30:00"));
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "paused",
      words:
        "It did not run: the schedule is paused since Mon 2 Mar 2099 00:30. When it is resumed a row will tell of what was missed.",
    });
    await ask("/schedules/job/resume", "POST");
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "skipped",
      words:
        "It did not run: the schedule was paused. One row, of Mon 2 Mar 2099 02:00, tells of 2 fires, from Mon 2 Mar 2099 01:00 to Mon 2 Mar 2099 02:00.",
    });
  });

  test("an edit dropped it", async () => {
    await apply(define());
    clock.set(at("01:30:00"));
    await apply(define({ cron: "0 */2 * * *" }));
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "skipped",
      words:
        "It did not run: no server had fired it when the schedule was edited, and an edit replays nothing.",
    });
  });

  test("the schedule had other times, or was off, until an edit", async () => {
    await apply(define({ enabled: false }));
    clock.set(at("01:30:00"));
    await apply(define());
    expect(await theFire("01:00:00")).toMatchObject({ verdict: "changed_since", runId: null });
    clock.set(at("02:30:00"));
    await apply(define({ cron: "30 * * * *" }));
    expect(await explain("01:00:00")).toMatchObject({
      fires: [],
      notes: ["The schedule was changed on Mon 2 Mar 2099 02:30: until then it may have had other times."],
      before: `${monday}00:30:00.000Z`,
      after: `${monday}01:30:00.000Z`,
    });
  });

  test("the schedule is off", async () => {
    await apply(define());
    clock.set(at("00:10:00"));
    await apply(define({ enabled: false }));
    clock.set(at("01:30:00"));
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "off",
      words:
        "It did not run: the schedule is off (enabled: false), since Mon 2 Mar 2099 00:10 at the latest.",
    });
  });

  test("the schedule was retired, before it was due or while it waited", async () => {
    await apply(define());
    clock.set(at("01:30:00"));
    await apply();
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "skipped",
      words: "It did not run: the schedule was retired, because its manifest no longer names it.",
    });
    clock.set(at("02:30:00"));
    expect(await theFire("02:00:00")).toMatchObject({
      verdict: "retired",
      words: "It did not run: the schedule is retired since Mon 2 Mar 2099 01:30.",
    });
  });

  test("the schedule could not be read", async () => {
    await apply(define());
    await pool.query("update schedules set cron = 'each hour'");
    await tickAt("01:00:00");
    const { fires } = await explain("01:00:00");
    expect(fires).toMatchObject([{ verdict: "skipped", runId: "1" }]);
    expect(fires[0]!.words).toMatch(/^It did not run: the schedule could not be read \(.*"each hour".*\)\.$/);
    const { fires: later, notes } = await explain("02:00:00");
    expect(later).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^Its times cannot be worked out: .*"each hour"/)]);
  });

  test("the schedule has made all the runs that it may", async () => {
    await apply(define({ maxRuns: 1 }));
    await tickAt("01:00:00");
    clock.set(at("02:30:00"));
    expect(await theFire("02:00:00")).toMatchObject({
      verdict: "ended",
      words: "It did not run: the schedule has made all the runs that it may (1).",
    });
  });

  test("no server has ticked", async () => {
    await apply(define());
    clock.set(at("01:30:00"));
    expect(await theFire("01:00:00")).toMatchObject({
      verdict: "pending_tick",
      words:
        "It is due since Mon 2 Mar 2099 01:00, and no server has ticked since. It is fired, or told of, when a server is there.",
    });
  });

  test("it is still to come", async () => {
    await apply(define());
    expect(await theFire("03:00:00")).toMatchObject({
      verdict: "future",
      words: "It is still to come, in 3 h.",
    });
  });

  test("the schedule did not exist", async () => {
    await apply(define());
    const { body } = await ask(
      "/schedules/job/explain?from=2001-01-01T00:00:00Z&to=2001-01-01T00:00:00%2B00:00",
    );
    expect(body.fires).toMatchObject([{ verdict: "not_yet_created" }]);
  });

  test("a clock change left it out", async () => {
    const dst = { gap: "skip", fold: "first" } as const;
    await apply(define({ cron: "30 2 * * *", timezone: "Europe/Berlin", dst }));
    const { body } = await ask(
      "/schedules/job/explain?from=2027-03-28T01:00:00.000Z&to=2027-03-28T01:00:59.999Z",
    );
    expect(body.notes[0]).toBe(
      "Sun 28 Mar 2027: the clocks of Europe/Berlin jump from 02:00 to 03:00. 02:30 does not exist; it is skipped.",
    );
  });

  test.each([
    ["/schedules/nobody/explain?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", 404, /no schedule/],
    ["/schedules/job/explain", 400, /from/],
    ["/schedules/job/explain?from=yesterday&to=today", 400, /from/],
    ["/schedules/job/explain?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, /before from/],
    ["/schedules/job/explain?from=2026-01-01T00:00:00Z&to=2028-01-01T00:00:00Z", 400, /more than 366 days/],
  ])("%s is answered with %i", async (path, status, detail) => {
    await apply(define());
    const answer = await ask(path);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });
});

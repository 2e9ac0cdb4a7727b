import { beforeAll, beforeEach, expect, test } from "vitest";
import { usualParallel } from "../../src/core/backfill/backfill.js";
import type { WantedBackfill } from "../../src/core/backfill/check-backfill.js";
import { scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { feedBackfills } from "../../src/scheduler/backfill.js";
import { cancelBackfill, createBackfill, tryBackfill } from "../../src/scheduler/create-backfill.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { pause, resume } from "../../src/scheduler/pause.js";
import { tick } from "../../src/scheduler/tick.js";
import { getBackfill } from "../../src/store/backfills.js";
import type { Pool } from "../../src/store/database.js";
import { listRunEvents } from "../../src/store/run-events.js";
import { getRun, insertManualRun, listRuns } from "../../src/store/runs.js";
import { getSchedule, retireSchedules } from "../../src/store/schedules.js";
import { createManualClock, type ManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createTestDeps, emptyTables, endRun, type TestDeps } from "../support/deps.js";

const text = (instant: Date | null) => instant?.toISOString().replace(/(:00)?\.000Z/, "Z") ?? "by hand";

describeOnBothDatabases("a backfill", (open) => {
  let pool: Pool;
  let clock: ManualClock;
  let deps: TestDeps;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(new Date("2026-07-01T12:30:00Z"));
    deps = createTestDeps(pool, { clock });
  });

  /** A schedule that fires at each full hour, next at 13:00. */
  async function hourly(schedule: Partial<NewSchedule> = {}): Promise<void> {
    const { id } = await createSchedule(pool, { name: "job", cron: "0 * * * *", run: "true", ...schedule });
    await pool.query("update schedules set next_fire_at = '2026-07-01T13:00Z' where id = $1", [id]);
  }

  function wanted(from: string, to: string, rest: Partial<WantedBackfill> = {}): WantedBackfill {
    const { overlap = "queue" } = rest;
    return { from: new Date(from), to: new Date(to), overlap, parallel: usualParallel(overlap), ...rest };
  }

  /** Asks for the fires of 1 July between two hours, both included. */
  async function backfill(from: string, to: string, rest: Partial<WantedBackfill> = {}): Promise<string> {
    const range = wanted(`2026-07-01T${from}Z`, `2026-07-01T${to}Z`, rest);
    return (await createBackfill(deps, "job", range)).backfill.id;
  }

  async function skippedRow(
    row: string,
    count: number,
    since: string | null,
    reason = "late",
  ): Promise<void> {
    await pool.query(
      `insert into runs (schedule_id, fire_time, fire_reason, covers_from, covers_count, status, skip_reason,
                         created_at, finished_at)
       select id, $1, 'catch_up', $2, $3, 'skipped', $4, $5, $5 from schedules where name = 'job'`,
      [row, since, count, reason, "2026-07-01T12:00:01Z"],
    );
  }

  async function succeeded(fire: string, count = 1, since: string | null = null): Promise<void> {
    await pool.query(
      `insert into runs (schedule_id, fire_time, covers_from, covers_count, status, attempt, finished_at)
       select id, $1, $2, $3, 'succeeded', 1, $1 from schedules where name = 'job'`,
      [fire, since, count],
    );
  }

  /** All rows in the order of their fires, in short: fire, how many it stands for, reason, status or why it was skipped. */
  async function rows(): Promise<string[]> {
    const runs = await allRuns(pool);
    const inOrder = runs.toSorted((a, b) => Number(a.fire_time) - Number(b.fire_time));
    return inOrder.map((run) => {
      const covers = run.covers_count > 1 ? ` x${run.covers_count} since ${text(run.covers_from)}` : "";
      return `${text(run.fire_time)}${covers} ${run.fire_reason} ${run.skip_reason ?? run.status}`;
    });
  }

  /** Lets the runners of all dispatched runs come. */
  async function startAll(): Promise<void> {
    await pool.query(
      "update runs set status = 'running', started_at = dispatched_at, lease_expires_at = null where status = 'dispatched'",
    );
  }

  /** Ends whatever is under way. */
  async function endAll(): Promise<void> {
    await startAll();
    for (const run of await allRuns(pool)) if (run.status === "running") await endRun(pool, run.id);
  }

  /** Lets the clock run until nothing moves any more, and answers how many ticks that took. */
  async function playOut(): Promise<number> {
    for (let ticks = 1; ; ticks += 1) {
      await tick(deps);
      const { rows } = await pool.query("select from backfills where finished_at is null");
      if (rows.length === 0) return ticks;
      await endAll();
      expect(ticks).toBeLessThan(1000);
    }
  }

  const activeOf = async (id: string) => {
    const any = { scheduleId: null, statuses: null, from: null, to: null };
    const all = await listRuns(pool, { cursor: null, limit: 500 }, { ...any, backfillId: id });
    return all.filter(({ finishedAt }) => finishedAt === null).length;
  };

  test("runs past fires one after the other, the oldest first, and then is finished", async () => {
    await hourly();
    const id = await backfill("08:00", "10:59");
    expect(await rows()).toEqual([]);
    expect(await tick(deps)).toMatchObject({ dispatched: 1 });
    expect(await rows()).toEqual(["2026-07-01T08:00Z backfill dispatched"]);
    expect(await tick(deps)).toMatchObject({ dispatched: 0 });
    expect(await rows()).toHaveLength(1);

    await endAll();
    await tick(deps);
    expect((await rows())[1]).toBe("2026-07-01T09:00Z backfill dispatched");
    expect((await getBackfill(pool, id)).finishedAt).toBeNull();
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T09:00Z backfill succeeded",
      "2026-07-01T10:00Z backfill succeeded",
    ]);
    expect(await getBackfill(pool, id)).toMatchObject({
      fires: 3,
      nextFrom: null,
      cancelledAt: null,
      finishedAt: clock.now(),
    });
    expect(deps.log.told.map(({ event }) => event)).toContain("backfill.finished");
  });

  test("both ends of the range are within", async () => {
    await hourly();
    await backfill("09:00", "11:00");
    await playOut();
    expect((await rows()).map((row) => row.slice(11, 16))).toEqual(["09:00", "10:00", "11:00"]);
  });

  test("is finished at the next tick if there is nothing to run", async () => {
    await hourly();
    const id = await backfill("09:10", "09:50");
    await tick(deps);
    expect(await getBackfill(pool, id)).toMatchObject({ fires: 0, nextFrom: null, finishedAt: clock.now() });
    expect(await rows()).toEqual([]);
  });

  test("leaves every fire alone that has a run, whatever became of it", async () => {
    await hourly();
    await succeeded("2026-07-01T08:00Z");
    await succeeded("2026-07-01T09:00Z");
    await pool.query(
      "update runs set status = 'failed', error_kind = 'timeout' where fire_time = '2026-07-01T08:00Z'",
    );
    await backfill("08:00", "10:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T08:00Z schedule failed",
      "2026-07-01T09:00Z schedule succeeded",
      "2026-07-01T10:00Z backfill succeeded",
    ]);
  });

  test("asked for twice runs nothing twice", async () => {
    await hourly();
    await backfill("07:00", "10:00");
    await backfill("08:00", "11:00");
    await playOut();
    expect((await rows()).map((row) => row.slice(11))).toEqual(
      ["07", "08", "09", "10", "11"].map((hour) => `${hour}:00Z backfill succeeded`),
    );
  });

  test("takes a skipped fire up, and an event keeps what its row said", async () => {
    await hourly();
    await skippedRow("2026-07-01T09:00Z", 1, null, "overlap");
    const id = await backfill("09:00", "09:00");
    await tick(deps);
    const [run] = await allRuns(pool);
    expect(run).toMatchObject({
      status: "dispatched",
      skip_reason: null,
      fire_reason: "backfill",
      attempt: 1,
    });
    expect(await getRun(pool, run!.id)).toMatchObject({ backfillId: id, finishedAt: null });
    expect(await listRunEvents(pool, run!.id)).toEqual([
      {
        attempt: 0,
        name: "run.skipped",
        at: new Date("2026-07-01T12:00:01Z"),
        details: {
          reason: "overlap",
          fireReason: "catch_up",
          coversFrom: "2026-07-01T09:00:00.000Z",
          coversCount: 1,
        },
      },
      { attempt: 0, name: "run.backfilled", at: clock.now(), details: { backfillId: id } },
      { attempt: 1, name: "run.dispatched", at: clock.now(), details: {} },
    ]);
  });

  test("a skipped fire of long ago is not swept for its age while it waits", async () => {
    await hourly({ timeoutSec: 60 });
    await skippedRow("2026-06-01T09:00Z", 1, null);
    await pool.query("update runs set created_at = '2026-06-01T09:00:01Z'");
    await createBackfill(deps, "job", wanted("2026-06-01T09:00Z", "2026-06-01T09:00Z"));
    const full = { ...deps, dispatcher: { ...deps.dispatcher, capacity: () => 0 } };
    expect(await tick(full)).toMatchObject({ swept: 0 });
    expect(await rows()).toEqual(["2026-06-01T09:00Z backfill pending"]);
    clock.advance(362_000);
    expect(await tick(full)).toMatchObject({ swept: 1 });
  });

  test("a fire that was tried, and skipped later, is left alone", async () => {
    await hourly();
    await skippedRow("2026-07-01T09:00Z", 1, null, "retired");
    await pool.query("update runs set attempt = 1");
    const { counts } = await tryBackfill(deps, "job", wanted("2026-07-01T09:00Z", "2026-07-01T09:00Z"));
    expect(counts).toMatchObject({ hasRun: 1, takenUp: 0, toRun: 0 });
    await backfill("09:00", "09:00");
    await playOut();
    expect(await rows()).toEqual(["2026-07-01T09:00Z catch_up retired"]);
  });

  test("what a skipped row stands for outside the range keeps a row that says so", async () => {
    await hourly();
    await skippedRow("2026-07-01T10:00Z", 6, "2026-07-01T05:00Z");
    await backfill("08:00", "11:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T07:00Z x3 since 2026-07-01T05:00Z catch_up late",
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T09:00Z backfill succeeded",
      "2026-07-01T10:00Z backfill succeeded",
      "2026-07-01T11:00Z backfill succeeded",
    ]);
    const any = { scheduleId: null, backfillId: null, from: null, to: null };
    const [rest] = await listRuns(pool, { cursor: null, limit: 10 }, { ...any, statuses: ["skipped"] });
    expect(rest!.finishedAt).toEqual(new Date("2026-07-01T12:00:01Z"));
    await createBackfill(deps, "job", wanted("2026-07-01T05:00Z", "2026-07-01T11:00Z"));
    await playOut();
    expect((await rows()).map((row) => row.slice(11))).toEqual(
      ["05", "06", "07", "08", "09", "10", "11"].map((hour) => `${hour}:00Z backfill succeeded`),
    );
  });

  test("a skipped row that ends after the range stays as it is until its own fire is run", async () => {
    await hourly();
    await skippedRow("2026-07-01T10:00Z", 6, "2026-07-01T05:00Z");
    await backfill("07:00", "08:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T07:00Z backfill succeeded",
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T10:00Z x6 since 2026-07-01T05:00Z catch_up late",
    ]);
    await backfill("10:00", "10:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T07:00Z backfill succeeded",
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T09:00Z x3 since 2026-07-01T05:00Z catch_up late",
      "2026-07-01T10:00Z backfill succeeded",
    ]);
  });

  test("runs a fire that another run stands for, and says so beforehand", async () => {
    await hourly();
    await succeeded("2026-07-01T10:00Z", 3, "2026-07-01T08:00Z");
    const preview = await tryBackfill(deps, "job", wanted("2026-07-01T07:00Z", "2026-07-01T10:00Z"));
    expect(preview.counts).toEqual({ fires: 4, toRun: 3, takenUp: 0, hasRun: 1, covered: 2, blackout: 0 });
    expect(preview.fires.map(({ action, coveredBy, runId }) => [action, coveredBy, runId])).toEqual([
      ["run", null, null],
      ["run", "1", null],
      ["run", "1", null],
      ["leave", null, "1"],
    ]);
    await backfill("07:00", "10:00");
    await playOut();
    expect(await rows()).toHaveLength(4);
  });

  test("leaves out what lies in a blackout, which keeps its row", async () => {
    await hourly({ blackouts: [{ when: "08:30-10:30", reason: "Stocktaking" }] });
    await skippedRow("2026-07-01T10:00Z", 2, "2026-07-01T09:00Z", "blackout");
    const preview = await tryBackfill(deps, "job", wanted("2026-07-01T08:00Z", "2026-07-01T11:00Z"));
    expect(preview.counts).toEqual({ fires: 2, toRun: 2, takenUp: 0, hasRun: 0, covered: 0, blackout: 2 });
    expect(preview.fires.map(({ action }) => action)).toEqual(["run", "blackout", "blackout", "run"]);
    await backfill("08:00", "11:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T10:00Z x2 since 2026-07-01T09:00Z catch_up blackout",
      "2026-07-01T11:00Z backfill succeeded",
    ]);
  });

  test("what a paused schedule missed in a blackout keeps a row when the rest is run", async () => {
    await hourly({ blackouts: [{ when: "08:30-10:30", reason: null }] });
    await skippedRow("2026-07-01T11:00Z", 4, "2026-07-01T08:00Z", "paused");
    await backfill("08:00", "11:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T10:00Z x2 since 2026-07-01T09:00Z catch_up paused",
      "2026-07-01T11:00Z backfill succeeded",
    ]);
  });

  test("fires that a blackout puts off are one run, as they would have been", async () => {
    await hourly({ blackouts: [{ when: "08:30-10:30", reason: null }], blackoutPolicy: "defer" });
    await backfill("08:00", "11:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T10:30Z x2 since 2026-07-01T09:00Z backfill succeeded",
      "2026-07-01T11:00Z backfill succeeded",
    ]);
  });

  test("stays within the schedule's start and end, whatever its most runs", async () => {
    await hourly({ startsAt: new Date("2026-07-01T09:00Z"), maxRuns: 1 });
    await pool.query("update schedules set runs_made = 1, next_fire_at = null");
    await backfill("07:00", "11:00");
    await playOut();
    expect((await rows()).map((row) => row.slice(11, 16))).toEqual(["09:00", "10:00", "11:00"]);
    expect((await getSchedule(pool, "job")).runsMade).toBe(1);
  });

  test("goes through thousands of fires that have run in a few ticks, so that none of them takes long", async () => {
    await hourly();
    await pool.query(
      `insert into runs (schedule_id, fire_time, status, attempt, finished_at)
       select s.id, t, 'succeeded', 1, t
         from schedules s, generate_series('2025-07-01T00:00Z'::timestamptz, '2026-07-01T09:00Z', interval '1 hour') t`,
    );
    const year = wanted("2025-07-01T00:00Z", "2026-07-01T11:00Z");
    const { backfill, counts } = await createBackfill(deps, "job", year);
    expect(counts).toMatchObject({ fires: 8772, hasRun: 8770, toRun: 2 });
    await tick(deps);
    expect(await activeOf(backfill.id)).toBe(0);
    expect(await playOut()).toBeLessThan(10);
  });

  test("queue: waits for a run under way, and for those that wait", async () => {
    await hourly({ overlap: "queue" });
    const { id } = await getSchedule(pool, "job");
    const first = await insertManualRun(pool, id, clock.now());
    await tick(deps);
    await skippedRow("2026-07-01T09:00Z", 1, null);
    const later = await insertManualRun(pool, id, clock.now());
    await backfill("09:00", "09:00");
    await tick(deps);
    expect(await rows()).toEqual([
      "by hand manual dispatched",
      "by hand manual pending",
      "2026-07-01T09:00Z backfill pending",
    ]);
    await endRun(pool, first.id);
    await tick(deps);
    expect((await getRun(pool, later.id)).status).toBe("dispatched");
    await endRun(pool, later.id);
    await tick(deps);
    expect((await rows())[2]).toBe("2026-07-01T09:00Z backfill dispatched");
  });

  test.each(["skip", "queue"] as const)(
    "queue: a fire of a schedule with the policy %s waits for a run of the backfill, and goes before the next",
    async (overlap) => {
      await hourly({ overlap });
      await backfill("08:00", "10:00");
      await tick(deps);
      await startAll();
      clock.set(new Date("2026-07-01T13:00Z"));
      expect(await tick(deps)).toMatchObject({ skipped: 0, dispatched: 0 });
      expect(await rows()).toEqual([
        "2026-07-01T08:00Z backfill running",
        "2026-07-01T13:00Z schedule pending",
      ]);
      await endAll();
      await tick(deps);
      expect(await rows()).toEqual([
        "2026-07-01T08:00Z backfill succeeded",
        "2026-07-01T09:00Z backfill pending",
        "2026-07-01T13:00Z schedule dispatched",
      ]);
      await playOut();
      expect((await rows()).filter((row) => row.endsWith("succeeded"))).toHaveLength(4);
    },
  );

  test("skip: a fire that meets another run of its schedule is skipped, and the backfill goes on", async () => {
    await hourly();
    await skippedRow("2026-07-01T09:00Z", 1, null);
    const busy = await insertManualRun(pool, (await getSchedule(pool, "job")).id, clock.now());
    const id = await backfill("08:00", "09:30", { overlap: "skip" });
    await tick(deps);
    expect(await rows()).toEqual([
      "by hand manual dispatched",
      "2026-07-01T08:00Z backfill overlap",
      "2026-07-01T09:00Z backfill overlap",
    ]);
    expect((await getBackfill(pool, id)).finishedAt).toEqual(clock.now());
    await endRun(pool, busy.id);
    await backfill("08:00", "10:00", { overlap: "skip" });
    await playOut();
    expect((await rows()).slice(1)).toEqual([
      "2026-07-01T08:00Z backfill succeeded",
      "2026-07-01T09:00Z backfill succeeded",
      "2026-07-01T10:00Z backfill succeeded",
    ]);
    const events = await listRunEvents(pool, "1");
    expect(events.map(({ details }) => details["reason"] ?? null)).toEqual([
      "late",
      null,
      "overlap",
      null,
      null,
    ]);
  });

  test("concurrent: five at once, beside other runs and in nobody's way", async () => {
    await hourly({ overlap: "skip" });
    const busy = await insertManualRun(pool, (await getSchedule(pool, "job")).id, clock.now());
    const id = await backfill("01:00", "12:00", { overlap: "concurrent" });
    expect(await tick(deps)).toMatchObject({ dispatched: 6 });
    expect(await activeOf(id)).toBe(5);
    await endRun(pool, busy.id);
    await startAll();
    clock.set(new Date("2026-07-01T13:00Z"));
    expect(await tick(deps)).toMatchObject({ dispatched: 1, skipped: 0 });
    expect((await rows()).at(-1)).toBe("2026-07-01T13:00Z schedule dispatched");
    await playOut();
    expect((await rows()).filter((row) => row.includes("backfill succeeded"))).toHaveLength(12);
  });

  test("concurrent: as many at once as were asked for", async () => {
    await hourly();
    const id = await backfill("01:00", "12:00", { overlap: "concurrent", parallel: 3 });
    await tick(deps);
    expect(await activeOf(id)).toBe(3);
    await endRun(pool, "2");
    await tick(deps);
    expect(await activeOf(id)).toBe(3);
  });

  test("queue: one at a time also of a schedule whose own runs overlap", async () => {
    await hourly({ overlap: "concurrent" });
    const id = await backfill("08:00", "10:00");
    await insertManualRun(pool, (await getSchedule(pool, "job")).id, clock.now());
    expect(await tick(deps)).toMatchObject({ dispatched: 2 });
    expect(await activeOf(id)).toBe(1);
  });

  test("two of one schedule take turns", async () => {
    await hourly();
    const ids = [await backfill("01:00", "03:00"), await backfill("05:00", "07:00")];
    await tick(deps);
    expect(await Promise.all(ids.map(activeOf))).toEqual([1, 1]);
    await playOut();
    const fires = deps.dispatcher.requests.map(({ runId }) => runId);
    expect(fires).toHaveLength(6);
    expect((await rows()).every((row) => row.endsWith("backfill succeeded"))).toBe(true);
  });

  test("cancelled in the middle: what waits is cancelled, what runs is asked to end, and no more is made", async () => {
    await hourly();
    const id = await backfill("01:00", "12:00", { overlap: "concurrent" });
    await tick(deps);
    await pool.query("update runs set status = 'running', started_at = dispatched_at where id = 1");
    await pool.query("update runs set status = 'pending', attempt = 0, dispatched_at = null where id = 2");
    expect((await cancelBackfill(deps, id)).finishedAt).toBeNull();
    expect(await rows()).toEqual([
      "2026-07-01T01:00Z backfill running",
      ...["02", "03", "04", "05"].map((hour) => `2026-07-01T${hour}:00Z backfill cancelled`),
    ]);
    expect((await getRun(pool, "1")).cancelRequestedAt).toEqual(clock.now());
    await tick(deps);
    expect(await rows()).toHaveLength(5);
    await pool.query("update runs set status = 'cancelled', finished_at = now() where id = 1");
    await tick(deps);
    expect(await getBackfill(pool, id)).toMatchObject({ cancelledAt: clock.now(), finishedAt: clock.now() });
    await expect(cancelBackfill(deps, id)).rejects.toMatchObject({
      code: "backfill_ended",
      message: "The backfill has already ended: it is cancelled.",
    });
  });

  test("cancelled while nothing of it runs is over at once", async () => {
    await hourly();
    const id = await backfill("01:00", "12:00");
    expect((await cancelBackfill(deps, id)).finishedAt).toEqual(clock.now());
    await tick(deps);
    expect(await rows()).toEqual([]);
    await expect(cancelBackfill(deps, "999")).rejects.toMatchObject({ code: "backfill_not_found" });
  });

  test("ends when its schedule is retired, and what waits is skipped as retired", async () => {
    await hourly();
    const busy = await insertManualRun(pool, (await getSchedule(pool, "job")).id, clock.now());
    const id = await backfill("08:00", "11:00");
    await tick(deps);
    await retireSchedules(pool, [(await getSchedule(pool, "job")).id], clock.now());
    await tick(deps);
    await endRun(pool, busy.id);
    expect(await rows()).toEqual(["by hand manual succeeded", "2026-07-01T08:00Z backfill retired"]);
    expect(await getBackfill(pool, id)).toMatchObject({ cancelledAt: clock.now(), finishedAt: clock.now() });
  });

  const applied = (cron: string) =>
    applyManifest(deps, [{ ...scheduleDefaults, name: "job", run: "true", cron }]);

  test("goes on with the new times when its schedule is edited", async () => {
    await applied("0 * * * *");
    await backfill("08:00", "10:00");
    await tick(deps);
    await applied("*/30 * * * *");
    await playOut();
    expect((await rows()).map((row) => row.slice(11, 16))).toEqual([
      "08:00",
      "08:30",
      "09:00",
      "09:30",
      "10:00",
    ]);
  });

  test("ends when an edit leaves no fire in its range", async () => {
    await applied("0 * * * *");
    const id = await backfill("08:00", "10:00");
    await tick(deps);
    await applied("0 3 * * *");
    await playOut();
    expect(await rows()).toHaveLength(1);
    expect((await getBackfill(pool, id)).cancelledAt).toBeNull();
  });

  test("runs what a paused schedule has missed so far, and the end of the pause tells of the rest", async () => {
    await hourly();
    await pool.query("update schedules set next_fire_at = '2026-07-01T08:00Z'");
    await pause(deps, "job", null);
    await backfill("10:00", "12:00");
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T09:00Z x2 since 2026-07-01T08:00Z schedule paused",
      "2026-07-01T10:00Z backfill succeeded",
      "2026-07-01T11:00Z backfill succeeded",
      "2026-07-01T12:00Z backfill succeeded",
    ]);
    clock.set(new Date("2026-07-01T14:30Z"));
    await resume(deps, "job");
    expect((await rows()).at(-1)).toBe("2026-07-01T14:00Z x2 since 2026-07-01T13:00Z schedule paused");
    expect(await rows()).toHaveLength(5);
  });

  test("leaves a fire to the schedule itself that no tick has seen yet", async () => {
    await hourly({ overlap: "concurrent" });
    await pool.query("update schedules set next_fire_at = '2026-07-01T10:00Z'");
    await backfill("09:00", "12:00", { overlap: "concurrent" });
    await feedBackfills(deps);
    expect(await rows()).toEqual(["2026-07-01T09:00Z backfill pending"]);
    await playOut();
    expect(await rows()).toEqual([
      "2026-07-01T09:00Z backfill succeeded",
      "2026-07-01T10:00Z backfill succeeded",
      "2026-07-01T11:00Z backfill succeeded",
      "2026-07-01T12:00Z x3 since 2026-07-01T10:00Z catch_up succeeded",
    ]);
  });

  test("that cannot be worked out any more harms no other, nor the tick", async () => {
    await hourly();
    await createSchedule(pool, { name: "sound", cron: "0 * * * *", run: "true" });
    const id = await backfill("08:00", "10:00");
    await createBackfill(deps, "sound", wanted("2026-07-01T08:00Z", "2026-07-01T08:00Z"));
    await pool.query("update schedules set timezone = 'Mars/Olympus' where name = 'job'");
    expect(await tick(deps)).toMatchObject({ dispatched: 1 });
    expect((await allRuns(pool)).map(({ name }) => name)).toEqual(["sound"]);
    expect(deps.log.told).toContainEqual({
      level: "error",
      event: "backfill.errored",
      details: { backfillId: id, error: expect.stringContaining("Mars/Olympus") },
    });
    await pool.query("update schedules set timezone = 'UTC' where name = 'job'");
    await playOut();
    expect(await allRuns(pool)).toHaveLength(4);
  });

  test("a dry run writes nothing, and says what would be done about each fire", async () => {
    await hourly();
    await succeeded("2026-07-01T08:00Z");
    await skippedRow("2026-07-01T09:00Z", 1, null);
    const before = await rows();
    const preview = await tryBackfill(deps, "job", wanted("2026-07-01T08:00Z", "2026-07-01T10:00Z"));
    expect(preview.fires).toEqual([
      fire("08:00", { action: "leave", runId: "1", status: "succeeded" }),
      fire("09:00", { action: "take_up", runId: "2", status: "skipped", skipReason: "late" }),
      fire("10:00", { action: "run" }),
    ]);
    await tick(deps);
    expect(await rows()).toEqual(before);
    expect((await pool.query("select from backfills")).rows).toEqual([]);
  });

  const fire = (hour: string, rest: object) => ({
    fireMs: Date.parse(`2026-07-01T${hour}Z`),
    runId: null,
    status: null,
    skipReason: null,
    coveredBy: null,
    ...rest,
  });

  test.each<[string, Partial<NewSchedule>, WantedBackfill, RegExp]>([
    [
      "a schedule that runs by hand only",
      { cron: null },
      wanted("2026-07-01T08:00Z", "2026-07-01T10:00Z"),
      /^"job" runs by hand only, so it has no fires to run\. Trigger it instead\.$/,
    ],
    [
      "an end before the beginning",
      {},
      wanted("2026-07-01T10:00Z", "2026-07-01T08:00Z"),
      /^2026-07-01T10:00:00\.000Z is after 2026-07-01T08:00:00\.000Z\. Turn the beginning and the end round\.$/,
    ],
    [
      "an end that has not come",
      {},
      wanted("2026-07-01T10:00Z", "2026-07-01T12:30:00.001Z"),
      /ends at 2026-07-01T12:30:00\.001Z, and now it is 2026-07-01T12:30:00\.000Z\. Only past fires can be run/,
    ],
    [
      "more than ten thousand fires",
      { cron: "* * * * *" },
      wanted("2026-06-01T00:00Z", "2026-07-01T00:00Z"),
      /^There are 43,201 fires between .* takes at most 10,000\. Narrow the range/,
    ],
    [
      "several at once under queue",
      {},
      wanted("2026-07-01T08:00Z", "2026-07-01T10:00Z", { parallel: 2 }),
      /policy queue has at most 1 of its runs under way at once, not 2\.$/,
    ],
    [
      "too many at once",
      {},
      wanted("2026-07-01T08:00Z", "2026-07-01T10:00Z", { overlap: "concurrent", parallel: 101 }),
      /policy concurrent has at most 100 of its runs under way at once, not 101\.$/,
    ],
  ])("of %s is refused, and says what would be right", async (_, schedule, range, message) => {
    await createSchedule(pool, { name: "job", cron: "0 * * * *", run: "true", ...schedule });
    const refusal = { code: "invalid_backfill", message: expect.stringMatching(message) };
    await expect(createBackfill(deps, "job", range)).rejects.toMatchObject(refusal);
    await expect(tryBackfill(deps, "job", range)).rejects.toMatchObject(refusal);
    expect((await pool.query("select from backfills")).rows).toEqual([]);
  });

  test("of ten thousand fires is not too large", async () => {
    await hourly({ cron: "* * * * *" });
    const { counts } = await tryBackfill(deps, "job", wanted("2026-06-01T00:00Z", "2026-06-07T22:39Z"));
    expect(counts.fires).toBe(10_000);
  });

  test("of a schedule that is retired, or not there, is refused", async () => {
    await hourly();
    await retireSchedules(pool, [(await getSchedule(pool, "job")).id], clock.now());
    await expect(backfill("08:00", "10:00")).rejects.toMatchObject({ code: "schedule_retired" });
    const range = wanted("2026-07-01T08:00Z", "2026-07-01T10:00Z");
    await expect(createBackfill(deps, "nope", range)).rejects.toMatchObject({ code: "schedule_not_found" });
  });
});

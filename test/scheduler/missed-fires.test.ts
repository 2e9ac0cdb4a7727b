import { beforeAll, beforeEach, expect, test } from "vitest";
import { scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { pause, resume } from "../../src/scheduler/pause.js";
import { rearmBrokenSchedules } from "../../src/scheduler/rearm.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { getSchedule } from "../../src/store/schedules.js";
import { createManualClock, type ManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

const text = (instant: Date | null) => instant?.toISOString().replace(/(:00)?\.000Z/, "Z") ?? null;

describeOnBothDatabases("fires that nobody was there for", (open) => {
  let pool: Pool;
  let clock: ManualClock;
  let deps: TestDeps;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(new Date("2026-07-01T12:00:00Z"));
    deps = createTestDeps(pool, { clock });
  });

  const at = (instant: string) => clock.set(new Date(instant));

  /** A schedule that fires next at the instant. */
  async function armed(nextFireAt: string, schedule: Partial<NewSchedule>): Promise<void> {
    const { id } = await createSchedule(pool, { name: "job", cron: "0 * * * *", run: "true", ...schedule });
    await pool.query("update schedules set next_fire_at = $2 where id = $1", [id, nextFireAt]);
  }

  /** All rows in short: fire, how many it stands for since when, reason, and status or why it was skipped. */
  async function rows(): Promise<string[]> {
    const runs = await allRuns(pool);
    return runs.map((run) => {
      const covers = run.covers_count > 1 ? ` x${run.covers_count} since ${text(run.covers_from)}` : "";
      return `${text(run.fire_time)}${covers} ${run.fire_reason} ${run.skip_reason ?? run.status}`;
    });
  }

  const nextFire = async () => text((await getSchedule(pool, "job")).nextFireAt);

  test("latest: one run for all of them, which says which they are, also in the log", async () => {
    await armed("2026-07-01T12:00Z", {});
    at("2026-07-01T15:20Z");
    await tick(deps);
    expect(await rows()).toEqual(["2026-07-01T15:00Z x4 since 2026-07-01T12:00Z catch_up dispatched"]);
    expect(deps.log.told).toContainEqual({
      level: "debug",
      event: "schedule.fired",
      details: {
        schedule: "job",
        fireTime: new Date("2026-07-01T15:00Z"),
        coversCount: 4,
        coversFrom: new Date("2026-07-01T12:00Z"),
        decision: "dispatch",
      },
    });
  });

  test("latest within a window: the older ones are skipped as late", async () => {
    await armed("2026-07-01T12:00Z", { catchUpWindowSec: 3600 });
    at("2026-07-01T15:20Z");
    expect(await tick(deps)).toMatchObject({ dispatched: 1, skipped: 1 });
    expect(await rows()).toEqual([
      "2026-07-01T14:00Z x3 since 2026-07-01T12:00Z catch_up late",
      "2026-07-01T15:00Z catch_up dispatched",
    ]);
  });

  test("none: they are skipped, and the schedule goes on", async () => {
    await armed("2026-07-01T12:00Z", { catchUp: "none" });
    at("2026-07-01T15:20Z");
    await tick(deps);
    at("2026-07-01T16:00Z");
    await tick(deps);
    expect(await rows()).toEqual([
      "2026-07-01T15:00Z x4 since 2026-07-01T12:00Z catch_up late",
      "2026-07-01T16:00Z schedule dispatched",
    ]);
  });

  test("all: each runs, oldest first, one after the other if they queue", async () => {
    await armed("2026-07-01T12:00Z", { catchUp: "all", overlap: "queue" });
    at("2026-07-01T14:20Z");
    expect(await tick(deps)).toMatchObject({ dispatched: 1, queued: 2 });
    expect(await rows()).toEqual([
      "2026-07-01T12:00Z catch_up dispatched",
      "2026-07-01T13:00Z catch_up pending",
      "2026-07-01T14:00Z catch_up pending",
    ]);
  });

  test("all: a hundred of a thousand run, and one row says what became of the others", async () => {
    await armed("2026-07-01T00:00Z", { cron: "* * * * *", catchUp: "all", overlap: "queue" });
    at("2026-07-01T16:39:30Z");
    await tick(deps);
    const all = await rows();
    expect(all).toHaveLength(101);
    expect(all[0]).toBe("2026-07-01T14:59Z x900 since 2026-07-01T00:00Z catch_up catch_up_limit");
    expect(all[1]).toBe("2026-07-01T15:00Z catch_up dispatched");
  });

  test("a schedule that fires each second and was away for a month gets one row", async () => {
    await armed("2026-06-01T00:00Z", { cron: "* * * * * *", catchUp: "none" });
    await tick(deps);
    expect(await rows()).toEqual([
      "2026-07-01T11:59:59Z x2635200 since 2026-06-01T00:00Z catch_up late",
      "2026-07-01T12:00Z schedule dispatched",
    ]);
  });

  test("a fire in a blackout has a row that says so", async () => {
    await armed("2026-07-04T12:00Z", { blackouts: [{ when: "SAT-SUN", reason: null }] });
    at("2026-07-04T12:00Z");
    await tick(deps);
    at("2026-07-05T23:00Z");
    await tick(deps);
    at("2026-07-06T00:00Z");
    await tick(deps);
    expect(await rows()).toEqual([
      "2026-07-04T12:00Z schedule blackout",
      "2026-07-05T23:00Z x35 since 2026-07-04T13:00Z catch_up blackout",
      "2026-07-06T00:00Z schedule dispatched",
    ]);
  });

  test("a blackout that defers makes one run of its fires when it ends", async () => {
    await armed("2026-07-06T00:00Z", {
      blackouts: [{ when: "SAT-SUN", reason: null }],
      blackoutPolicy: "defer",
      cron: "0 3 * * *",
    });
    at("2026-07-06T00:00Z");
    await tick(deps);
    expect(await rows()).toEqual(["2026-07-06T00:00Z x2 since 2026-07-04T03:00Z schedule dispatched"]);
    expect(await nextFire()).toBe("2026-07-06T03:00Z");
  });

  test("a pause is never made up for; when it ends, one row says what it left out", async () => {
    await armed("2026-07-01T13:00Z", {});
    await pause(deps, "job", "the disk is full");
    expect(await nextFire()).toBeNull();
    at("2026-07-01T16:30Z");
    await resume(deps, "job");
    await tick(deps);
    expect(await rows()).toEqual(["2026-07-01T16:00Z x4 since 2026-07-01T13:00Z schedule paused"]);
    expect(await nextFire()).toBe("2026-07-01T17:00Z");
  });

  test("resuming what is not paused leaves a fire that is due to the next tick", async () => {
    await armed("2026-07-01T12:00Z", {});
    await resume(deps, "job");
    await tick(deps);
    expect(await rows()).toEqual(["2026-07-01T12:00Z schedule dispatched"]);
  });

  test("a pause that no fire fell into leaves no row", async () => {
    await armed("2026-07-01T13:00Z", {});
    await pause(deps, "job", null);
    at("2026-07-01T12:50Z");
    await resume(deps, "job");
    expect(await rows()).toEqual([]);
    expect(await nextFire()).toBe("2026-07-01T13:00Z");
  });

  test("what a schedule missed while it could not be read is told of when it can", async () => {
    await armed("2026-07-01T13:00Z", {});
    await pool.query("update schedules set timezone = 'Mars/Olympus'");
    at("2026-07-01T13:00Z");
    await tick(deps);
    await pool.query("update schedules set timezone = 'UTC'");
    at("2026-07-01T16:30Z");
    await rearmBrokenSchedules(deps);
    expect(await rows()).toEqual([
      "2026-07-01T13:00Z schedule schedule_error",
      "2026-07-01T16:00Z x3 since 2026-07-01T14:00Z schedule schedule_error",
    ]);
    expect(await nextFire()).toBe("2026-07-01T17:00Z");
  });

  const wanted = (schedule: object) => [{ ...scheduleDefaults, name: "job", run: "true", ...schedule }];

  async function applied(schedule: object): Promise<void> {
    await applyManifest(deps, wanted(schedule));
  }

  test("an edit is never made up for; a row says which fires it came before", async () => {
    at("2026-07-01T11:30Z");
    await applied({ cron: "0 * * * *" });
    at("2026-07-01T14:30Z");
    await applied({ cron: "15 * * * *" });
    await tick(deps);
    expect(await rows()).toEqual(["2026-07-01T14:00Z x3 since 2026-07-01T12:00Z schedule edited"]);
    expect(await nextFire()).toBe("2026-07-01T15:15Z");
  });

  test("an edit of anything but the times leaves what is due to the next tick", async () => {
    at("2026-07-01T11:30Z");
    await applied({ cron: "0 * * * *" });
    at("2026-07-01T14:30Z");
    await applied({ cron: "0 * * * *", description: "Another description." });
    await tick(deps);
    expect(await rows()).toEqual(["2026-07-01T14:00Z x3 since 2026-07-01T12:00Z catch_up dispatched"]);
  });

  test("a schedule that is edited while it is paused is told of by the times it had", async () => {
    at("2026-07-01T11:30Z");
    await applied({ cron: "0 * * * *" });
    await pause(deps, "job", null);
    at("2026-07-01T13:30Z");
    await applied({ cron: "15 * * * *" });
    at("2026-07-01T15:30Z");
    await resume(deps, "job");
    expect(await rows()).toEqual([
      "2026-07-01T13:00Z x2 since 2026-07-01T12:00Z schedule paused",
      "2026-07-01T15:15Z x2 since 2026-07-01T14:15Z schedule paused",
    ]);
    expect(await nextFire()).toBe("2026-07-01T16:15Z");
  });

  test("a schedule that is retired leaves a row for what it had missed", async () => {
    at("2026-07-01T11:30Z");
    await applied({ cron: "0 * * * *" });
    at("2026-07-01T12:30Z");
    await applyManifest(deps, []);
    expect(await rows()).toEqual(["2026-07-01T12:00Z schedule retired"]);
  });

  test("a schedule makes no more runs than it may, through skips, pauses and edits", async () => {
    at("2026-07-01T11:30Z");
    await applied({ cron: "0 * * * *", maxRuns: 2 });
    at("2026-07-01T12:00Z");
    await tick(deps);
    at("2026-07-01T13:00Z");
    await tick(deps); // skipped: the run before has not ended
    await pool.query("update runs set status = 'cancelled', finished_at = now() where status = 'dispatched'");
    await pause(deps, "job", null);
    await resume(deps, "job");
    await applied({ cron: "0 * * * *", maxRuns: 2, description: "Twice." });
    at("2026-07-01T14:00Z");
    await tick(deps);
    at("2026-07-01T15:00Z");
    await tick(deps);
    expect(await rows()).toEqual([
      "2026-07-01T12:00Z schedule cancelled",
      "2026-07-01T13:00Z schedule overlap",
      "2026-07-01T14:00Z schedule dispatched",
    ]);
    expect(await nextFire()).toBeNull();
    await applied({ cron: "0 * * * *", maxRuns: 3 });
    expect(await nextFire()).toBe("2026-07-01T16:00Z");
  });

  test("a clock that jumps ahead and comes back makes no fire twice, and loses none", async () => {
    await armed("2026-07-01T12:00Z", { cron: "*/10 * * * *", overlap: "concurrent", timeoutSec: 86_400 });
    await tick(deps);
    at("2026-07-01T14:05Z"); // two hours ahead
    await tick(deps);
    for (const minute of [10, 20, 30]) {
      at(`2026-07-01T12:${minute}Z`); // and back
      await tick(deps);
    }
    at("2026-07-01T14:10Z");
    await tick(deps);
    expect(await rows()).toEqual([
      "2026-07-01T12:00Z schedule dispatched",
      "2026-07-01T14:00Z x12 since 2026-07-01T12:10Z catch_up dispatched",
      "2026-07-01T14:10Z schedule dispatched",
    ]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["paused and resumed", () => pause(deps, "job", null).then(() => resume(deps, "job"))],
    ["edited", () => applied({ cron: "*/5 * * * *", overlap: "concurrent" })],
    ["retired and brought back", () => applyManifest(deps, []).then(() => applied({ cron: "*/5 * * * *" }))],
  ])(
    "what a clock fired that was two hours ahead is not fired again when the schedule is %s",
    async (_, change) => {
      at("2026-07-01T11:55Z");
      await applied({ cron: "*/10 * * * *", overlap: "concurrent" });
      at("2026-07-01T14:05Z");
      await tick(deps);
      at("2026-07-01T12:05Z");
      await change();
      at("2026-07-01T13:02Z");
      await tick(deps);
      expect(await rows()).toEqual(["2026-07-01T14:00Z x13 since 2026-07-01T12:00Z catch_up dispatched"]);
      expect(await nextFire()).toMatch(/^2026-07-01T14:(05|10)Z$/);
    },
  );

  test("a clock that was years ahead for a moment does not silence a schedule for years", async () => {
    await armed("2026-07-01T12:00Z", { overlap: "concurrent" });
    at("2031-01-01T00:30Z");
    await tick(deps);
    at("2026-07-01T12:10Z");
    await tick(deps);
    expect(await nextFire()).toBe("2026-07-01T13:00Z");
    expect(deps.log.told).toContainEqual(
      expect.objectContaining({ level: "warn", event: "clock.went_back" }),
    );
    at("2026-07-01T13:00Z");
    await tick(deps);
    expect((await rows()).at(-1)).toBe("2026-07-01T13:00Z schedule dispatched");
    await tick(deps);
    expect(await rows()).toHaveLength(2);
  });
});

import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { insertManualRun } from "../../src/store/runs.js";
import { createInMemoryDispatcher, createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createDueSchedule, createTestDeps, emptyTables, endRun, makeDue } from "../support/deps.js";

const quiet = { dispatched: 0, skipped: 0, queued: 0, errored: 0, swept: 0 };

/** Fires again while the run before is still there: the same minute again, as if a minute had passed. */
async function fireAgain(pool: Pool, name: string): Promise<void> {
  await pool.query(
    `update runs set fire_time = fire_time - interval '1 minute'
      where fire_time is not null and schedule_id = (select id from schedules where name = $1)`,
    [name],
  );
  await makeDue(pool, name);
}

describeOnBothDatabases("a tick", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  test("does nothing when nothing is due", async () => {
    await createSchedule(pool, { name: "later", cron: "0 0 1 1 *", run: "true" });
    expect(await tick(createTestDeps(pool))).toEqual(quiet);
    expect(await allRuns(pool)).toEqual([]);
  });

  test("turns a due schedule into one dispatched run and moves its next fire on", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await tick(deps)).toEqual(quiet);

    const [run, ...others] = await allRuns(pool);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ name: "backup", status: "dispatched", attempt: 1, fire_reason: "schedule" });
    const { rows } = await pool.query("select next_fire_at > now() as ahead from schedules");
    expect(rows).toEqual([{ ahead: true }]);
  });

  test("tells the dispatcher all that a runner needs", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const deps = createTestDeps(pool, { runnerApiUrl: "http://belfry.internal" });
    await tick(deps);

    const [run] = await allRuns(pool);
    const [request] = deps.dispatcher.requests;
    expect(request).toMatchObject({
      runId: run!.id,
      attempt: 1,
      scheduleName: "backup",
      binaryPath: "/opt/belfry/bin/belfry",
      args: ["runner", "--run-id", run!.id],
      env: { BELFRY_API_URL: "http://belfry.internal", BELFRY_RUN_ID: run!.id },
    });
    const token = request!.env["BELFRY_RUN_TOKEN"]!;
    expect(await deps.signer.verify(token)).toMatchObject({ runId: run!.id, attempt: 1, secretNames: [] });
    const { rows } = await pool.query("select runner_token_hash from runs");
    expect(rows).toEqual([{ runner_token_hash: deps.signer.hashToken(token) }]);
  });

  test("lets runners use the server's own address when no other is named", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const deps = createTestDeps(pool);
    await tick(deps);
    expect(deps.dispatcher.requests[0]!.env["BELFRY_API_URL"]).toBe("http://127.0.0.1:7717");
  });

  test("never makes a second row for a fire, even if the schedule is set back", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    await createDueSchedule(pool, { name: "backup", overlap: "concurrent" });
    const setBack = () => pool.query("update schedules set next_fire_at = '2026-03-01T10:00:00Z'");
    const deps = createTestDeps(pool, { clock });

    await setBack();
    expect(await tick(deps)).toMatchObject({ dispatched: 1 });
    await setBack();
    expect(await tick(deps)).toEqual(quiet);
    expect(await allRuns(pool)).toHaveLength(1);
  });

  test("skips a fire while the run before has not ended, and says why", async () => {
    await createDueSchedule(pool, { name: "slow", overlap: "skip" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "slow");

    expect(await tick(deps)).toEqual({ ...quiet, skipped: 1 });
    expect((await allRuns(pool)).map((run) => [run.status, run.skip_reason])).toEqual([
      ["dispatched", null],
      ["skipped", "overlap"],
    ]);
  });

  test("queues a fire while the run before has not ended, and dispatches it afterwards", async () => {
    await createDueSchedule(pool, { name: "slow", overlap: "queue" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "slow");
    expect(await tick(deps)).toEqual({ ...quiet, queued: 1 });
    await fireAgain(pool, "slow");
    expect(await tick(deps)).toEqual({ ...quiet, queued: 1 });

    const [first, second, third] = await allRuns(pool);
    await endRun(pool, first!.id);
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect((await allRuns(pool)).map((run) => run.status)).toEqual(["succeeded", "dispatched", "pending"]);
    await endRun(pool, second!.id);
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(deps.dispatcher.requests.map((request) => request.runId)).toEqual([
      first!.id,
      second!.id,
      third!.id,
    ]);
  });

  test("runs fires side by side where the policy lets them", async () => {
    await createDueSchedule(pool, { name: "many", overlap: "concurrent" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "many");
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect((await allRuns(pool)).map((run) => run.status)).toEqual(["dispatched", "dispatched"]);
  });

  test("treats a policy that it does not know as skip", async () => {
    await createDueSchedule(pool, { name: "odd" });
    await pool.query("update schedules set overlap_policy = 'as-you-like'");
    const deps = createTestDeps(pool);
    await tick(deps);
    await fireAgain(pool, "odd");
    expect(await tick(deps)).toEqual({ ...quiet, skipped: 1 });
  });

  test("dispatches a run asked for by hand, but not beside another of its schedule", async () => {
    const schedule = await createSchedule(pool, { name: "by-hand", run: "true" });
    await insertManualRun(pool, schedule.id, null);
    await insertManualRun(pool, schedule.id, null);
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await tick(deps)).toEqual(quiet);
    const [first] = await allRuns(pool);
    expect(first).toMatchObject({ fire_reason: "manual", fire_time: null });
    await endRun(pool, first!.id);
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
  });

  test.each([
    ["expression", "cron = 'every tuesday'"],
    ["time zone", "timezone = 'Mars/Olympus_Mons'"],
  ])("counts and shows a schedule with a broken %s, and fires the others", async (_, damage) => {
    await createDueSchedule(pool, { name: "broken" });
    await createDueSchedule(pool, { name: "sound" });
    await pool.query(`update schedules set ${damage} where name = 'broken'`);
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1, errored: 1 });
    expect(await allRuns(pool)).toMatchObject([
      { name: "broken", status: "skipped", skip_reason: "schedule_error" },
      { name: "sound", status: "dispatched" },
    ]);
    const { rows } = await pool.query("select last_error from schedules where name = 'broken'");
    expect(rows[0].last_error).toMatch(/every tuesday|Mars\/Olympus_Mons/);
    expect(deps.log.told).toContainEqual(
      expect.objectContaining({
        level: "error",
        event: "schedule.errored",
        details: expect.objectContaining({ schedule: "broken" }),
      }),
    );
    expect(await tick(deps)).toEqual(quiet);
  });

  test("fires the rest of a batch when the database refuses one of its rows", async () => {
    for (const name of ["a", "b", "c"]) await createDueSchedule(pool, { name });
    const { rows } = await pool.query<{ id: string }>("select id from schedules where name = 'b'");
    await pool.query(
      `alter table runs add constraint not_b check (schedule_id <> ${rows[0]!.id} or status = 'skipped')`,
    );
    const deps = createTestDeps(pool);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 2, errored: 1 });
    expect((await allRuns(pool)).map((run) => [run.name, run.status]).toSorted()).toEqual([
      ["a", "dispatched"],
      ["b", "skipped"],
      ["c", "dispatched"],
    ]);
    await pool.query("alter table runs drop constraint not_b");
  });

  test("fails a run that could not be dispatched, and dispatches the others", async () => {
    await createDueSchedule(pool, { name: "broken" });
    await createDueSchedule(pool, { name: "sound" });
    const dispatcher = createInMemoryDispatcher(({ scheduleName }) => {
      if (scheduleName === "broken") throw new Error("No host has room for it.");
    });
    expect(await tick(createTestDeps(pool, { dispatcher }))).toEqual({ ...quiet, dispatched: 1, errored: 1 });
    const runs = await allRuns(pool);
    expect(runs.find((run) => run.name === "broken")).toMatchObject({
      status: "failed",
      error_kind: "dispatch",
      error_message: "No host has room for it.",
    });
  });

  test("does not wait for ever for a dispatcher that never answers", async () => {
    await createDueSchedule(pool, { name: "stuck" });
    const dispatcher = createInMemoryDispatcher(() => new Promise(() => {}));
    const deps = createTestDeps(pool, { dispatcher, dispatchTimeoutMs: 20 });
    expect(await tick(deps)).toEqual({ ...quiet, errored: 1 });
    expect(await allRuns(pool)).toMatchObject([{ status: "failed", error_kind: "dispatch" }]);
  });

  test("leaves to the next tick what the dispatcher has no room for", async () => {
    for (const name of ["a", "b", "c"]) await createDueSchedule(pool, { name });
    const memory = createInMemoryDispatcher();
    const dispatcher = { ...memory, requests: memory.requests, capacity: () => 2 - memory.requests.length };
    expect(await tick(createTestDeps(pool, { dispatcher }))).toEqual({ ...quiet, dispatched: 2 });
    expect((await allRuns(pool)).map((run) => run.status).toSorted()).toEqual([
      "dispatched",
      "dispatched",
      "pending",
    ]);
  });

  test("after an outage runs the newest missed fire once, and says which fires it covers", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    await createSchedule(pool, { name: "hourly", cron: "0 * * * *", run: "true" });
    await pool.query("update schedules set next_fire_at = '2026-03-01T04:00:00Z'");
    const deps = createTestDeps(pool, { clock });

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await allRuns(pool)).toMatchObject([
      {
        fire_time: new Date("2026-03-01T10:00:00Z"),
        covers_from: new Date("2026-03-01T04:00:00Z"),
        covers_count: 7,
      },
    ]);
    const { rows } = await pool.query("select next_fire_at from schedules");
    expect(rows).toEqual([{ next_fire_at: new Date("2026-03-01T11:00:00Z") }]);
  });

  test.each([
    ["disabled", "enabled = false"],
    ["paused", "paused_at = now()"],
    ["retired", "retired_at = now()"],
  ])("never fires a schedule that is %s", async (_, change) => {
    await createDueSchedule(pool, { name: "quiet" });
    await pool.query(`update schedules set ${change}`);
    expect(await tick(createTestDeps(pool))).toEqual(quiet);
    expect(await allRuns(pool)).toEqual([]);
  });

  test("fires more schedules than fit into a batch", async () => {
    await pool.query(
      `insert into schedules (name, cron, command, next_fire_at)
       select 'crowd ' || n, '0 0 * * *', '"true"', now() - interval '1 second' from generate_series(1, 2300) n`,
    );
    expect(await tick(createTestDeps(pool))).toEqual({ ...quiet, dispatched: 2300 });
  });

  test("gives a run that names an installation a GitHub token", async () => {
    await createDueSchedule(pool, { name: "with", installationId: 4711 });
    await createDueSchedule(pool, { name: "without" });
    const deps = createTestDeps(pool, { installations: { token: async (id) => `token of ${id}` } });
    await tick(deps);
    const tokens = deps.dispatcher.requests.map((request) => [
      request.scheduleName,
      request.env["GITHUB_TOKEN"],
    ]);
    expect(Object.fromEntries(tokens)).toEqual({ with: "token of 4711", without: undefined });
  });

  test("dispatches without a GitHub token when none can be minted, and says so", async () => {
    await createDueSchedule(pool, { name: "with", installationId: 4711 });
    const token = async () => Promise.reject(new Error("The installation is suspended."));
    const deps = createTestDeps(pool, { installations: { token } });
    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(deps.dispatcher.requests[0]!.env).not.toHaveProperty("GITHUB_TOKEN");
    expect(deps.log.told.map((told) => told.event)).toContain("run.github_token_failed");
    const { rows } = await pool.query("select name, details from run_events where name like '%github%'");
    expect(rows).toMatchObject([
      { details: { installationId: 4711, error: "The installation is suspended." } },
    ]);
  });

  test("dispatches a run again whose runner has not come in time, as the next attempt", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    const schedule = await createSchedule(pool, { name: "stranded", run: "true" });
    await insertManualRun(pool, schedule.id, clock.now());
    const memory = createInMemoryDispatcher();
    const dispatcher = { ...memory, requests: memory.requests, startWithinMs: 30_000 };
    const deps = createTestDeps(pool, { clock, dispatcher });
    await tick(deps);
    clock.advance(30_000);
    expect(await tick(deps)).toEqual(quiet);
    clock.advance(1000);

    expect(await tick(deps)).toEqual({ ...quiet, dispatched: 1 });
    expect(await allRuns(pool)).toMatchObject([{ status: "dispatched", attempt: 2 }]);
    expect(deps.dispatcher.requests.map((request) => request.attempt)).toEqual([1, 2]);
    const { rows } = await pool.query("select attempt, name from run_events order by id");
    expect(rows).toEqual([
      { attempt: 1, name: "run.dispatched" },
      { attempt: 1, name: "run.start_overdue" },
      { attempt: 2, name: "run.dispatched" },
    ]);
  });

  test("a run that nothing can start is tried again until it is too old, and then ends", async () => {
    const clock = createManualClock(new Date("2026-03-01T10:00:30Z"));
    const schedule = await createSchedule(pool, { name: "hopeless", run: "true", timeoutSec: 60 });
    await insertManualRun(pool, schedule.id, clock.now());
    const deps = createTestDeps(pool, { clock });
    let swept = 0;
    for (let minute = 0; minute < 10 && swept === 0; minute += 1) {
      ({ swept } = await tick(deps));
      clock.advance(61_000);
    }
    expect(swept).toBe(1);
    expect(await allRuns(pool)).toMatchObject([{ status: "failed", error_kind: "shutdown" }]);
    expect(deps.dispatcher.requests.length).toBe(6);
  });

  test("leaves a run alone that has been started, however long ago it was dispatched", async () => {
    await createDueSchedule(pool, { name: "running" });
    const deps = createTestDeps(pool);
    await tick(deps);
    await pool.query(
      "update runs set status = 'running', started_at = now(), dispatched_at = now() - interval '10 minutes'",
    );
    expect(await tick(deps)).toEqual(quiet);
    expect(await allRuns(pool)).toMatchObject([{ status: "running", attempt: 1 }]);
  });

  test("does not take a run for lost that waits for its turn at a slow dispatcher", async () => {
    for (let n = 0; n < 40; n += 1) await createDueSchedule(pool, { name: `slow ${n}` });
    let atOnce = 0;
    const claimedAhead: number[] = [];
    const memory = createInMemoryDispatcher(async () => {
      atOnce += 1;
      const { rows } = await pool.query("select count(*)::int as n from runs where status = 'dispatched'");
      claimedAhead.push(rows[0].n - memory.requests.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce -= 1;
      expect(atOnce).toBeLessThan(2);
    });
    expect(await tick(createTestDeps(pool, { dispatcher: memory, dispatchConcurrency: 1 }))).toEqual({
      ...quiet,
      dispatched: 40,
    });
    expect(Math.max(...claimedAhead)).toBeLessThanOrEqual(32);
  });
});

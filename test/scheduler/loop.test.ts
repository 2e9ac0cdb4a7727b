import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import type { Deps } from "../../src/scheduler/deps.js";
import { loop, type LoopOptions } from "../../src/scheduler/loop.js";
import type { Pool } from "../../src/store/database.js";
import { failAttempt } from "../../src/scheduler/finish.js";
import { insertManualRun } from "../../src/store/runs.js";
import { createInMemoryDispatcher } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createDueSchedule, createTestDeps, emptyTables, makeDue } from "../support/deps.js";
import { eventually } from "../support/eventually.js";

const hour = 3_600_000;

describeOnBothDatabases("the loop", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  /** A loop that ends with the test. Its cadence is so long that nothing but the test's own deeds can wake it. */
  function start(extra: Partial<Deps> = {}, options: Partial<LoopOptions> = {}) {
    const deps = createTestDeps(pool, extra);
    const stop = new AbortController();
    const told = { ticks: 0 };
    const onTick = () => void (told.ticks += 1);
    const ended = loop(deps, { cadenceMs: hour, signal: stop.signal, onTick, ...options }).catch(
      (reason: unknown) => reason,
    );
    onTestFinished(async () => {
      stop.abort();
      await ended;
    });
    return { deps, stop, ended, told };
  }

  const untilDispatched = (deps: ReturnType<typeof createTestDeps>, times: number) =>
    eventually(() => deps.dispatcher.requests.length >= times);

  /** A loop that has nothing to do, and sleeps. */
  async function startIdle(extra: Partial<Deps> = {}) {
    const idle = start(extra);
    await eventually(() => idle.told.ticks > 0);
    return idle;
  }

  test("ticks at once", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const { deps } = start();
    await untilDispatched(deps, 1);
  });

  test("sleeps until the next fire and no longer, however long its cadence", async () => {
    await createSchedule(pool, {
      name: "each second",
      cron: "* * * * * *",
      run: "true",
      overlap: "concurrent",
    });
    const { deps } = start();
    await untilDispatched(deps, 3);
    const times = (await allRuns(pool)).map((run) => run.fire_time!.getTime());
    expect(times.every((time) => time % 1000 === 0)).toBe(true);
    expect(new Set(times).size).toBe(times.length);
  });

  test("looks again after its cadence when nothing wakes it", async () => {
    const { deps } = start({}, { cadenceMs: 20 });
    await createSchedule(pool, { name: "backup", cron: "0 0 1 1 *", run: "true" });
    await makeDue(pool, "backup"); // tells nobody
    await untilDispatched(deps, 1);
  });

  test("wakes when a run is asked for by hand", async () => {
    const { id } = await createSchedule(pool, { name: "by hand", run: "true" });
    const { deps } = await startIdle();
    await insertManualRun(pool, id, null);
    await untilDispatched(deps, 1);
  });

  test("wakes when a schedule is made that fires before the others", async () => {
    await createSchedule(pool, { name: "far", cron: "0 0 1 1 *", run: "true" });
    const { deps } = await startIdle();
    await createSchedule(pool, { name: "near", cron: "* * * * * *", run: "true" });
    await untilDispatched(deps, 1);
    expect(deps.dispatcher.requests[0]!.scheduleName).toBe("near");
  });

  test("starts a queued run when the one before it ends", async () => {
    const { id } = await createSchedule(pool, { name: "one by one", run: "true", overlap: "queue" });
    const { deps } = await startIdle();
    await insertManualRun(pool, id, null);
    await insertManualRun(pool, id, null);
    await untilDispatched(deps, 1);
    const { runId, attempt } = deps.dispatcher.requests[0]!;
    await failAttempt({ pool }, { runId, attempt }, { errorKind: "shutdown", errorMessage: "Gone." });
    await untilDispatched(deps, 2);
  });

  test("fires on time while the dispatcher hangs", async () => {
    await createSchedule(pool, {
      name: "each second",
      cron: "* * * * * *",
      run: "true",
      overlap: "concurrent",
    });
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const { told } = start({ dispatcher: createInMemoryDispatcher(() => held), dispatchConcurrency: 1 });
    await eventually(async () => (await allRuns(pool)).length >= 3);
    expect(told.ticks).toBeGreaterThanOrEqual(3);
    letGo();
  });

  test("never has two ticks at once, however often it is woken", async () => {
    let [atWork, most, looks] = [0, 0, 0];
    const counting: Pool = {
      ...pool,
      async connect() {
        looks += 1;
        most = Math.max(most, ++atWork);
        const session = await pool.connect();
        return {
          query: (text, values) => session.query(text, values),
          release: (error) => {
            atWork -= 1;
            session.release(error);
          },
        };
      },
    };
    start({ pool: counting });
    while (looks < 5) await pool.query("select pg_notify('belfry', 'schedule') from generate_series(1, 20)");
    expect(most).toBe(1);
  });

  describe("of the only server", () => {
    const sole = { soleServerLeaseMs: 60_000 };
    const isPrompt = (told: { event: string }[]) => told.every(({ event }) => event !== "leases.prolonged");

    /** As if the machine slept for so long. */
    function sleep(ms: number): void {
      const now = Date.now;
      vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
      onTestFinished(() => void vi.restoreAllMocks());
    }

    test("gives runs their lease anew when it has stood still, as nobody could renew it", async () => {
      const { id } = await createSchedule(pool, { name: "by hand", run: "true" });
      const { deps } = await startIdle(sole);
      sleep(hour + 30_000);
      await pool.query(
        `insert into runs (schedule_id, fire_reason, status, attempt, lease_expires_at)
         values ($1, 'manual', 'running', 1, now() - interval '1 second')`,
        [id],
      );
      await pool.query("select pg_notify('belfry', 'schedule')");
      await eventually(() => !isPrompt(deps.log.told));
      const { rows } = await pool.query(
        "select status, lease_expires_at > now() + interval '50 seconds' as is_held from runs",
      );
      expect(rows).toEqual([{ status: "running", is_held: true }]);
    });

    test("does not take its own sleep for that", async () => {
      const { deps, told } = await startIdle(sole);
      sleep(hour - 1000);
      const { ticks } = told;
      await pool.query("select pg_notify('belfry', 'schedule')");
      await eventually(() => told.ticks > ticks);
      expect(isPrompt(deps.log.told)).toBe(true);
    });
  });

  test("tells of a tick that fails, and goes on", async () => {
    await pool.query("alter table schedules rename to mislaid");
    const { deps, told } = start({}, { cadenceMs: 20 });
    const failures = () => deps.log.told.filter(({ event }) => event === "tick.failed");
    await eventually(() => failures().length >= 2);
    expect(failures()[0]).toMatchObject({
      level: "error",
      details: { error: 'relation "schedules" does not exist' },
    });
    expect(told.ticks).toBe(0);
    await pool.query("alter table mislaid rename to schedules");
    await createDueSchedule(pool, { name: "backup" });
    await untilDispatched(deps, 1);
  });

  test("does not wait for a long cadence to try again after a failure", async () => {
    await pool.query("alter table schedules rename to mislaid");
    const { deps, told } = start();
    await eventually(() => deps.log.told.some(({ event }) => event === "tick.failed"));
    await pool.query("alter table mislaid rename to schedules");
    await eventually(() => told.ticks > 0);
  });

  test("listens later when it cannot at first", async () => {
    let refusals = 2;
    const deaf: Pool = {
      ...pool,
      listen: async (...args) => {
        if (refusals-- > 0) throw new Error("No connection is free.");
        return pool.listen(...args);
      },
    };
    const { id } = await createSchedule(pool, { name: "by hand", run: "true" });
    const { deps } = start({ pool: deaf }, { cadenceMs: 50 });
    await eventually(() => refusals < 0);
    const failures = deps.log.told.filter(({ event }) => event === "listen.failed");
    expect(failures.map(({ level }) => level)).toEqual(["error", "error"]);
    await insertManualRun(pool, id, null);
    await untilDispatched(deps, 1);
  });

  test("ends with the signal's reason, from its sleep, and wakes no more", async () => {
    const { id } = await createSchedule(pool, { name: "by hand", run: "true" });
    const { deps, stop, ended } = await startIdle();
    const reason = new Error("enough");
    stop.abort(reason);
    expect(await ended).toBe(reason);
    await insertManualRun(pool, id, null);
    const { rows } = await pool.query("select pg_listening_channels()");
    expect([deps.dispatcher.requests, rows]).toEqual([[], []]);
  });

  test("does nothing at all if the signal has aborted before", async () => {
    await createDueSchedule(pool, { name: "backup" });
    const { deps, ended, told } = start({}, { signal: AbortSignal.abort("too late") });
    expect(await ended).toBe("too late");
    expect([told.ticks, await allRuns(pool), deps.log.told]).toEqual([0, [], []]);
  });

  test("ends only when the dispatch that is under way has", async () => {
    await createDueSchedule(pool, { name: "backup" });
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const { deps, stop, ended } = start({ dispatcher: createInMemoryDispatcher(() => held) });
    await untilDispatched(deps, 1);
    stop.abort();
    setImmediate(letGo);
    await ended;
    expect(deps.log.told.map(({ event }) => event)).toContain("run.dispatched");
  });
});

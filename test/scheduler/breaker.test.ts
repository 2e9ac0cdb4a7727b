import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import { findBreakers } from "../../src/store/breakers.js";
import type { Pool } from "../../src/store/database.js";
import { insertManualRun } from "../../src/store/runs.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

const minuteMs = 60_000;

describeOnBothDatabases("a schedule that pauses after five failures in a row", (open) => {
  let pool: Pool;
  let clock: ReturnType<typeof createManualClock>;
  let deps: TestDeps;
  let id: string;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(new Date("2026-11-24T10:00:00Z"));
    deps = createTestDeps(pool, { clock });
    id = await pausing();
  });

  async function pausing(fields: Partial<NewSchedule> = {}): Promise<string> {
    const schedule = await createSchedule(pool, {
      name: "job",
      cron: "* * * * *",
      run: "true",
      pauseAfter: 5,
      coolDownSec: 600,
      ...fields,
    });
    await pool.query("update schedules set next_fire_at = $2 where id = $1", [schedule.id, clock.now()]);
    return schedule.id;
  }

  /** Fires once a minute; each run that comes of it ends before the next fire. */
  async function fires(...ends: ("succeeded" | "failed" | "never")[]): Promise<void> {
    for (const end of ends) {
      await tick(deps);
      clock.advance(minuteMs / 2);
      if (end !== "never") await endAll(end);
      clock.advance(minuteMs / 2);
    }
  }

  async function endAll(status: "succeeded" | "failed"): Promise<void> {
    await pool.query(
      `update runs set status = $1, error_kind = case when $1 = 'failed' then 'exit_code' end, finished_at = $2
        where status in ('pending', 'dispatched')`,
      [status, clock.now()],
    );
  }

  const failures = (count: number) => Array.from({ length: count }, () => "failed" as const);
  const lastFate = async () => {
    const { status, skip_reason, covers_count } = (await allRuns(pool)).at(-1)!;
    return `${skip_reason ?? status} x${covers_count}`;
  };
  const breaker = async () => (await findBreakers(pool, [id], clock.now())).get(id);

  test("skips its fires after them, and each row says why", async () => {
    await fires(...failures(5));
    expect(await breaker()).toEqual({
      state: "open",
      sinceMs: Date.parse("2026-11-24T10:04:30Z"),
      probeMs: Date.parse("2026-11-24T10:14:30Z"),
    });
    expect(await tick(deps)).toMatchObject({ dispatched: 0, skipped: 1, errored: 0 });
    expect(await lastFate()).toBe("circuit_open x1");
    expect(deps.log.told).toContainEqual({
      level: "info",
      event: "run.skipped",
      details: expect.objectContaining({
        schedule: "job",
        reason: "circuit_open",
      }),
    });
  });

  test("goes on as ever after fewer, or if one in between succeeds", async () => {
    await fires(...failures(4), "succeeded", ...failures(4));
    expect(await breaker()).toMatchObject({ state: "closed" });
    expect(await tick(deps)).toMatchObject({ dispatched: 1, skipped: 0 });
  });

  test("counts no run that was cancelled, or skipped", async () => {
    await fires(...failures(4), "never");
    await pool.query("update runs set status = 'cancelled', finished_at = now() where status = 'dispatched'");
    await fires("failed");
    expect(await breaker()).toMatchObject({ state: "open" });
  });

  test("has one row for all the fires that it missed meanwhile", async () => {
    await fires(...failures(5));
    clock.advance(5 * minuteMs);
    await tick(deps);
    expect(await lastFate()).toBe("circuit_open x6");
  });

  describeProbe("lets one run try after the cool-down, and is open again if it fails", "failed", {
    state: "open",
    next: "circuit_open x1",
  });
  describeProbe("lets one run try after the cool-down, and goes on if it succeeds", "succeeded", {
    state: "closed",
    next: "dispatched x1",
  });

  function describeProbe(
    title: string,
    end: "failed" | "succeeded",
    then: { state: string; next: string },
  ): void {
    test(title, async () => {
      await fires(...failures(5), ...failures(10));
      expect(await breaker()).toMatchObject({ state: "half_open" });
      await fires(end);
      expect((await allRuns(pool)).filter(({ status }) => status !== "skipped")).toHaveLength(6);
      expect(await breaker()).toMatchObject({ state: then.state });
      await fires("never");
      expect(await lastFate()).toBe(then.next);
    });
  }

  test("lets no second run try while the first has not ended, whatever the policy", async () => {
    await pool.query("update schedules set overlap_policy = 'concurrent'");
    await fires(...failures(5), ...failures(10), "never", "never");
    expect((await allRuns(pool)).slice(-2).map((run) => run.skip_reason ?? run.status)).toEqual([
      "dispatched",
      "circuit_open",
    ]);
  });

  test("lets runs by hand through, and one of them that succeeds closes it", async () => {
    await fires(...failures(5));
    await insertManualRun(pool, id, clock.now());
    expect(await tick(deps)).toMatchObject({ dispatched: 1, skipped: 1 });
    await endAll("succeeded");
    expect(await breaker()).toMatchObject({ state: "closed" });
  });

  test("counts anew when it has been resumed or edited", async () => {
    await fires(...failures(5));
    await pool.query("update schedules set breaker_reset_at = $1", [clock.now()]);
    expect(await breaker()).toMatchObject({ state: "closed" });
    clock.advance(minuteMs);
    await fires(...failures(4));
    expect(await breaker()).toMatchObject({ state: "closed" });
    await fires("failed");
    expect(await breaker()).toMatchObject({ state: "open" });
  });

  test("holds up no other, and one without the policy has no breaker", async () => {
    await fires(...failures(5));
    const other = await pausing({ name: "other", pauseAfter: null });
    expect(await tick(deps)).toMatchObject({ dispatched: 1, skipped: 1 });
    expect([...(await findBreakers(pool, [other, id], clock.now())).keys()]).toEqual([id]);
  });
});

import { beforeAll, beforeEach, expect, test } from "vitest";
import type { ScheduleDefinition } from "../../src/core/schedule.js";
import { scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { pause, resume } from "../../src/scheduler/pause.js";
import { rearmBrokenSchedules } from "../../src/scheduler/rearm.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { insertManualRun } from "../../src/store/runs.js";
import { getSchedule } from "../../src/store/schedules.js";
import { createManualClock, type ManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, createTestDeps, emptyTables, type TestDeps } from "../support/deps.js";

function wanted(name: string, fields: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return { ...scheduleDefaults, name, run: ["true"], cron: "0 * * * *", ...fields };
}

describeOnBothDatabases("applying a manifest", (open) => {
  let pool: Pool;
  let clock: ManualClock;
  let deps: TestDeps;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await emptyTables(pool);
    clock = createManualClock(new Date("2026-03-01T10:30:00Z"));
    deps = createTestDeps(pool, { clock });
  });
  const nextFireOf = async (name: string) =>
    (await getSchedule(pool, name)).nextFireAt?.toISOString() ?? null;

  test("creates what is new, and arms it from now on", async () => {
    const applied = await applyManifest(deps, [
      wanted("a"),
      wanted("by hand", { cron: null }),
      wanted("off", { enabled: false }),
    ]);
    expect(applied).toEqual({ created: ["a", "by hand", "off"], updated: [], retired: [], unchanged: 0 });
    expect(await nextFireOf("a")).toBe("2026-03-01T11:00:00.000Z");
    expect(await nextFireOf("by hand")).toBeNull();
    expect(await nextFireOf("off")).toBeNull();
  });

  test("changes nothing when nothing changed", async () => {
    await applyManifest(deps, [wanted("a", { env: { A: "1", B: "2" } })]);
    const before = await getSchedule(pool, "a");
    clock.advance(60_000);
    expect(await applyManifest(deps, [wanted("a", { env: { B: "2", A: "1" } })])).toMatchObject({
      updated: [],
      unchanged: 1,
    });
    expect(await getSchedule(pool, "a")).toEqual(before);
  });

  test("keeps the next fire of a schedule whose times stay, even one that is due already", async () => {
    await applyManifest(deps, [wanted("a")]);
    clock.set(new Date("2026-03-01T11:05:00Z"));
    await applyManifest(deps, [wanted("a", { timeoutSec: 60 })]);
    expect(await nextFireOf("a")).toBe("2026-03-01T11:00:00.000Z");
    expect(await tick(deps)).toMatchObject({ dispatched: 1 });
  });

  test("an edit of the times replays nothing", async () => {
    await applyManifest(deps, [wanted("a")]);
    clock.set(new Date("2026-03-01T11:05:00Z"));
    await applyManifest(deps, [wanted("a", { cron: "*/10 * * * *" })]);
    expect(await nextFireOf("a")).toBe("2026-03-01T11:10:00.000Z");
    expect(await tick(deps)).toMatchObject({ dispatched: 0 });
  });

  test("retires what is no longer named: it fires no more, what waited is skipped, its history stays", async () => {
    await applyManifest(deps, [wanted("a"), wanted("b")]);
    await insertManualRun(pool, (await getSchedule(pool, "a")).id, clock.now());
    expect(await applyManifest(deps, [wanted("b")])).toMatchObject({ retired: ["a"] });
    expect((await getSchedule(pool, "a")).retiredAt).toEqual(clock.now());
    clock.set(new Date("2026-03-01T12:00:00Z"));
    await tick(deps);
    expect(await allRuns(pool)).toMatchObject([
      { name: "a", status: "skipped", skip_reason: "retired" },
      { name: "b", status: "dispatched" },
    ]);
  });

  test("brings a retired schedule back without replaying what it missed", async () => {
    await applyManifest(deps, [wanted("a")]);
    await applyManifest(deps, []);
    clock.set(new Date("2026-03-05T09:15:00Z"));
    expect(await applyManifest(deps, [wanted("a")])).toMatchObject({ updated: ["a"] });
    expect(await nextFireOf("a")).toBe("2026-03-05T10:00:00.000Z");
  });

  test("leaves a schedule paused that somebody has paused by hand", async () => {
    await applyManifest(deps, [wanted("a")]);
    await pause(deps, "a", "holidays");
    await applyManifest(deps, [wanted("a", { cron: "*/5 * * * *" })]);
    expect(await getSchedule(pool, "a")).toMatchObject({ pauseReason: "holidays", nextFireAt: null });
    await resume(deps, "a");
    expect(await nextFireOf("a")).toBe("2026-03-01T10:35:00.000Z");
  });

  test("an edit of anything forgets the failures before it, and so does a resume", async () => {
    const job = { pauseAfter: 3, overlap: "queue" } as const;
    await applyManifest(deps, [wanted("a", job)]);
    const { breakerResetAt, updatedAt } = await getSchedule(pool, "a");
    expect(breakerResetAt).toBeNull();
    clock.advance(60_000);
    expect(await resume(deps, "a")).toMatchObject({ breakerResetAt: clock.now(), updatedAt });
    expect(await nextFireOf("a")).toBe("2026-03-01T11:00:00.000Z");
    clock.advance(60_000);
    await applyManifest(deps, [wanted("a", job)]);
    expect((await getSchedule(pool, "a")).breakerResetAt).not.toEqual(clock.now());
    await applyManifest(deps, [wanted("a", { ...job, queueDepth: 2 })]);
    expect(await getSchedule(pool, "a")).toMatchObject({ breakerResetAt: clock.now(), queueDepth: 2 });
    clock.advance(60_000);
    await pause(deps, "a", null);
    expect(await resume(deps, "a")).toMatchObject({ breakerResetAt: clock.now() });
  });

  test("a resume of what is on and never pauses by itself changes nothing", async () => {
    await applyManifest(deps, [wanted("a")]);
    const before = await getSchedule(pool, "a");
    clock.advance(60_000);
    expect(await resume(deps, "a")).toEqual(before);
  });

  test("refuses a name that belongs to another owner, and then applies nothing at all", async () => {
    await createSchedule(pool, { name: "theirs", run: "true" });
    const apply = applyManifest(deps, [wanted("mine"), wanted("theirs")]);
    await expect(apply).rejects.toMatchObject({
      code: "schedule_exists",
      message: expect.stringContaining('"theirs"'),
    });
    await expect(getSchedule(pool, "mine")).rejects.toMatchObject({ code: "schedule_not_found" });
    expect(await applyManifest(deps, [])).toMatchObject({ retired: [] });
  });

  test("a server that starts arms what an older one could not read", async () => {
    await applyManifest(deps, [wanted("a"), wanted("b")]);
    await pool.query(
      "update schedules set next_fire_at = null, last_error = 'unknown', last_error_at = now()",
    );
    await pool.query("update schedules set timezone = 'Mars/Olympus_Mons' where name = 'b'");
    await rearmBrokenSchedules(deps);
    expect(await getSchedule(pool, "a")).toMatchObject({
      lastError: null,
      nextFireAt: new Date("2026-03-01T11:00:00Z"),
    });
    expect(await getSchedule(pool, "b")).toMatchObject({ lastError: "unknown", nextFireAt: null });
  });

  const actsSince = async (id: string) => {
    const { rows } = await pool.query(
      `select actor_kind, actor_name, action, target, before, after, at from audit_log where id > $1 order by id`,
      [id],
    );
    return rows;
  };
  const lastAct = async () => {
    const { rows } = await pool.query<{ id: string }>(
      "select coalesce(max(id), 0)::text as id from audit_log",
    );
    return rows[0]!.id;
  };

  test("each schedule that it makes, edits or retires is on the audit log, without values of its environment", async () => {
    const before = await lastAct();
    await applyManifest(deps, [wanted("a", { env: { PASSWORD: "hunter2" } }), wanted("b"), wanted("c")]);
    await applyManifest(deps, [wanted("a", { env: { PASSWORD: "hunter3" } }), wanted("c")]);
    const acts = await actsSince(before);
    const system = { actor_kind: "system", actor_name: "manifest", at: clock.now() };
    expect(acts).toMatchObject([
      { ...system, action: "schedule.created", target: "a", after: { env: ["PASSWORD"] } },
      { ...system, action: "schedule.created", target: "b", before: null },
      { ...system, action: "schedule.created", target: "c" },
      {
        ...system,
        action: "schedule.updated",
        target: "a",
        before: { env: ["PASSWORD"] },
        after: { env: ["PASSWORD"] },
      },
      { ...system, action: "schedule.retired", target: "b", after: null },
    ]);
    expect(JSON.stringify(acts)).not.toContain("hunter");
  });

  test("an apply that changes nothing, or is refused, leaves no trace on the audit log", async () => {
    await applyManifest(deps, [wanted("a")]);
    await createSchedule(pool, { name: "theirs", cron: "0 * * * *", run: ["true"] });
    const before = await lastAct();
    await applyManifest(deps, [wanted("a")]);
    await expect(applyManifest(deps, [wanted("b"), wanted("theirs")])).rejects.toThrow();
    expect(await actsSince(before)).toEqual([]);
  });

  test("whoever asked for the apply is the one who did it", async () => {
    const before = await lastAct();
    const by = {
      actor: { kind: "user", id: "7", name: "ada" },
      address: "10.0.0.7",
      requestId: "r-1",
    } as const;
    await applyManifest(deps, [wanted("a")], by);
    expect(await actsSince(before)).toMatchObject([{ actor_kind: "user", actor_name: "ada" }]);
  });
});

import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createBackfill } from "../../src/scheduler/create-backfill.js";
import { createSchedule, type NewSchedule } from "../../src/scheduler/create-schedule.js";
import { keepPruned, pruneOnce, type PruneLimits } from "../../src/scheduler/prune.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool, Queryable } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { deleteRuns, lockRunsToPrune, tryLockPruning } from "../../src/store/prune.js";
import { inTransaction } from "../../src/store/transaction.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps, emptyTables, makeDue } from "../support/deps.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase } from "../support/postgres.js";

const dayMs = 86_400_000;
const clock = createManualClock(new Date("2026-11-23T12:00:00Z"));

const daysAgo = (days: number) => new Date(clock.now().getTime() - days * dayMs);

/** As a server keeps history that was told nothing, but for what a test says. */
const keeping = (limits: Partial<PruneLimits> = {}): PruneLimits => ({
  keepMs: 90 * dayMs,
  keepRuns: null,
  keepOutputBytes: null,
  ...limits,
});

interface Past {
  status?: string;
  /** Null: by hand. */
  fireTime?: Date | null;
  coversFrom?: Date;
  backfillId?: number;
  endedAt?: Date;
  /** The length of each piece of its output. */
  output?: number[];
}

/** Writes runs down that were made and ended so many days ago, in this order, each with two events. Answers their ids. */
async function past(pool: Pool, schedule: string, ages: number[], facts: Past = {}): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `with made as (
       insert into runs (schedule_id, fire_time, fire_reason, backfill_id, covers_from, covers_count, status, skip_reason,
                         error_kind, attempt, created_at, finished_at)
       select s.id, case when $7 then null else coalesce($6::timestamptz, a.at) end,
              case when $8::bigint is not null then 'backfill' when $7 then 'manual' else 'schedule' end, $8, $9::timestamptz,
              case when $9::timestamptz is null then 1 else 2 end,
              $3, case when $3 = 'skipped' then 'overlap' end, case when $3 = 'failed' then 'exit_code' end,
              case when $3 = 'skipped' then 0 else 1 end, a.at,
              case when $3 not in ('pending', 'dispatched', 'running') then coalesce($4::timestamptz, a.at) end
         from schedules s, unnest($2::timestamptz[]) with ordinality as a (at, n)
        where s.name = $1
        order by a.n
       returning id
     ), told as (
       insert into run_events (run_id, attempt, name)
       select id, 1, name from made, (values ('run.dispatched'), ('run.started')) as e (name)
     ), said as (
       insert into run_logs (run_id, attempt, seq, at, stream, text)
       select id, 1, o.n - 1, now(), 'stdout', repeat('x', o.bytes)
         from made, unnest($5::int[]) with ordinality as o (bytes, n)
     )
     select id from made order by id`,
    [
      schedule,
      ages.map((age) => daysAgo(age).toISOString()),
      facts.status ?? "succeeded",
      facts.endedAt?.toISOString() ?? null,
      facts.output ?? [10],
      facts.fireTime?.toISOString() ?? null,
      facts.fireTime === null,
      facts.backfillId ?? null,
      facts.coversFrom?.toISOString() ?? null,
    ],
  );
  return rows.map(({ id }) => id);
}

async function schedule(pool: Pool, name: string, policies: Partial<NewSchedule> = {}): Promise<string> {
  const { id } = await createSchedule(pool, { name, run: ["true"], ...policies });
  return id;
}

async function runIds(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>("select id from runs order by id");
  return rows.map(({ id }) => id);
}

/** Which events and pieces of output have no run. */
async function leftBehind(db: Queryable): Promise<object[]> {
  const { rows } = await db.query(
    `select run_id, name as what from run_events e where not exists (select from runs where id = e.run_id)
     union all
     select run_id, text from run_logs l where not exists (select from runs where id = l.run_id)`,
  );
  return rows;
}

async function output(pool: Pool, runId: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    "select stream || ': ' || text as line from run_logs where run_id = $1 order by attempt, seq",
    [runId],
  );
  return rows.map(({ line }) => line);
}

/** The pool, but with another way to get a session. */
const connectingBy = (pool: Pool, connect: Pool["connect"]): Pool => ({
  connect,
  query: (...query) => pool.query(...query),
  listen: (...listener) => pool.listen(...listener),
});

const inOrder = (...ids: string[][]) => ids.flat().toSorted((a, b) => Number(a) - Number(b));

describeOnBothDatabases("history", (open) => {
  let pool: Pool;
  const prune = (limits: Partial<PruneLimits> = {}) => pruneOnce({ pool, clock }, keeping(limits));

  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  test("a run goes with its events and its output when it has ended longer ago than history is kept", async () => {
    await schedule(pool, "job");
    const old = await past(pool, "job", [120, 91], { output: [10, 20, 30] });
    const young = await past(pool, "job", [89, 1, 0]);
    expect(await prune()).toEqual({ runs: 2, events: 4, logs: 6, outputs: 0, backfills: 0, auditEntries: 0 });
    expect(await runIds(pool)).toEqual(young);
    expect(old).toHaveLength(2);
    expect(await leftBehind(pool)).toEqual([]);
    expect(await prune()).toEqual({ runs: 0, events: 0, logs: 0, outputs: 0, backfills: 0, auditEntries: 0 });
  });

  test("its age counts from its end, not from its beginning", async () => {
    await schedule(pool, "job");
    const long = await past(pool, "job", [120], { endedAt: daysAgo(80) });
    const rest = await past(pool, "job", [100, 1]);
    await prune();
    expect(await runIds(pool)).toEqual(inOrder(long, rest.slice(1)));
  });

  test("of each schedule so many ended runs are kept, the newest ones, however they ended", async () => {
    await schedule(pool, "a");
    await schedule(pool, "b");
    await past(pool, "a", [5, 4]);
    const skipped = await past(pool, "a", [3], { status: "skipped" });
    const failed = await past(pool, "a", [2], { status: "failed" });
    const few = await past(pool, "b", [9, 8]);
    expect(await prune({ keepRuns: 2 })).toMatchObject({ runs: 2 });
    expect(await runIds(pool)).toEqual(inOrder(skipped, failed, few));
  });

  test("runs that have not ended do not count", async () => {
    await schedule(pool, "job", { overlap: "queue" });
    const longRunner = await past(pool, "job", [50], { status: "running" });
    const ended = await past(pool, "job", [5, 4, 3]);
    const waiting = await past(pool, "job", [2, 1], { status: "pending" });
    await prune({ keepRuns: 2 });
    expect(await runIds(pool)).toEqual(inOrder(longRunner, ended.slice(1), waiting));
  });

  test("a schedule may keep less than the server, or more", async () => {
    await schedule(pool, "brief", { keepSec: 7 * 86_400 });
    await schedule(pool, "few", { keepRuns: 2 });
    await schedule(pool, "long", { keepSec: 365 * 86_400, keepRuns: 100 });
    const brief = await past(pool, "brief", [8, 6, 1]);
    const few = await past(pool, "few", [8, 6, 1]);
    const long = await past(pool, "long", [364, 200, 6, 1]);
    await prune({ keepRuns: 3 });
    expect(await runIds(pool)).toEqual(inOrder(brief.slice(1), few.slice(1), long));
  });

  test("retired schedules are no exception", async () => {
    await schedule(pool, "job");
    const runs = await past(pool, "job", [120, 110, 100]);
    await pool.query("update schedules set retired_at = now(), next_fire_at = null");
    await prune();
    expect(await runIds(pool)).toEqual(runs.slice(2));
  });

  describe("stays, however old it is:", () => {
    test("what has not ended", async () => {
      await schedule(pool, "job", { overlap: "concurrent" });
      const statuses = ["pending", "dispatched", "running"];
      const live = [];
      for (const status of statuses) live.push(await past(pool, "job", [200], { status, fireTime: null }));
      const newest = await past(pool, "job", [1]);
      await prune({ keepRuns: 1 });
      expect(await runIds(pool)).toEqual(inOrder(...live, newest));
    });

    test("the newest run of a schedule, and the last that succeeded or failed", async () => {
      await schedule(pool, "yearly");
      await schedule(pool, "blocked");
      const [, yearly] = await past(pool, "yearly", [900, 500]);
      const [, tried] = await past(pool, "blocked", [900, 800]);
      const [, skipped] = await past(pool, "blocked", [700, 600], { status: "skipped" });
      await prune();
      expect(await runIds(pool)).toEqual(inOrder([yearly!], [tried!], [skipped!]));
    });

    test("the ends that a circuit breaker is derived from", async () => {
      await schedule(pool, "fragile", { pauseAfter: 3 });
      const failed = await past(pool, "fragile", [140, 130, 120, 110], { status: "failed" });
      const open = await past(pool, "fragile", [100, 99, 98], { status: "skipped" });
      await prune({ keepRuns: 1 });
      expect(await runIds(pool)).toEqual(inOrder(failed.slice(1), open.slice(2)));
    });

    test.each(["owed_from", "next_fire_at", "last_error_at"])(
      "the row of a fire that is not before %s, so that it is not made twice",
      async (column) => {
        await schedule(pool, "job");
        await past(pool, "job", [130]);
        const owed = await past(pool, "job", [120, 110]);
        const newest = await past(pool, "job", [1]);
        const error = column === "last_error_at" ? ", last_error = 'broken'" : "";
        await pool.query(`update schedules set ${column} = $1 ${error}`, [daysAgo(120)]);
        await prune({ keepRuns: 1 });
        expect(await runIds(pool)).toEqual(inOrder(owed, newest));
      },
    );

    test("the row of a fire that is still to come, because the clock has gone back", async () => {
      await schedule(pool, "job");
      await past(pool, "job", [3, 2]);
      const ahead = await past(pool, "job", [1.5], { fireTime: daysAgo(-0.5) });
      const newest = await past(pool, "job", [1]);
      await prune({ keepRuns: 1 });
      expect(await runIds(pool)).toEqual(inOrder(ahead, newest));
    });

    test("what an open backfill has made, and what lies in its range, until it has ended", async () => {
      const id = await schedule(pool, "job", { keepSec: 86_400 });
      await pool.query(
        `insert into backfills (schedule_id, from_at, to_at, overlap_policy, parallel, fires, next_from)
         values ($1, $2, $3, 'queue', 1, 5, $3)`,
        [id, daysAgo(120), daysAgo(110)],
      );
      await past(pool, "job", [121]);
      const inRange = await past(pool, "job", [119, 111]);
      const across = await past(pool, "job", [108], { coversFrom: daysAgo(111) });
      await past(pool, "job", [107]);
      const made = await past(pool, "job", [50], { backfillId: 1, fireTime: daysAgo(115) });
      const newest = await past(pool, "job", [0]);
      await prune();
      expect(await runIds(pool)).toEqual(inOrder(inRange, across, made, newest));
      await pool.query("update backfills set finished_at = $1, next_from = null", [daysAgo(0)]);
      await prune();
      expect(await runIds(pool)).toEqual(newest);
    });
  });

  test("a backfill goes when it ended long ago and none of its runs is left", async () => {
    const id = await schedule(pool, "job");
    await pool.query(
      `insert into backfills (schedule_id, from_at, to_at, overlap_policy, parallel, fires, finished_at)
       select $1, now(), now(), 'queue', 1, 1, at from unnest($2::timestamptz[]) with ordinality as e (at, n) order by n`,
      [id, [daysAgo(100).toISOString(), daysAgo(100).toISOString(), daysAgo(10).toISOString()]],
    );
    await past(pool, "job", [80], { backfillId: 2 });
    expect(await prune()).toMatchObject({ runs: 0, backfills: 1 });
    const { rows } = await pool.query("select id::int from backfills order by id");
    expect(rows).toEqual([{ id: 2 }, { id: 3 }]);
  });

  test("more than fits into a batch goes in several, and so does one run with very much output", async () => {
    await schedule(pool, "many");
    await schedule(pool, "talkative");
    await past(
      pool,
      "many",
      Array.from({ length: 601 }, (_, n) => 700 - n / 10),
    );
    const pieces = Array.from({ length: 6000 }, () => 1);
    await past(pool, "talkative", [500], { output: pieces });
    await past(pool, "talkative", [400]);
    expect(await prune()).toEqual({
      runs: 601,
      events: 1202,
      logs: 6600,
      outputs: 0,
      backfills: 0,
      auditEntries: 0,
    });
    expect(await leftBehind(pool)).toEqual([]);
    expect(await runIds(pool)).toHaveLength(2);
  });

  test("of many schedules each one has its turn", async () => {
    await pool.query(
      `insert into schedules (name, command) select 'job ' || n, '"true"' from generate_series(1, 1203) n`,
    );
    await pool.query(
      `insert into runs (schedule_id, fire_time, status, created_at, finished_at)
       select s.id, a.at, 'succeeded', a.at, a.at from schedules s, unnest($1::timestamptz[]) with ordinality as a (at, n)
        order by a.n, s.id`,
      [[daysAgo(100).toISOString(), daysAgo(5).toISOString()]],
    );
    expect(await prune()).toMatchObject({ runs: 1203 });
    expect(await prune()).toMatchObject({ runs: 0 });
  });

  describe("output beyond the limit", () => {
    const why = "belfry: Its output was removed to keep all output within 1 KiB.";

    test("goes, that of the oldest runs first, and a note says why; the runs and their events stay", async () => {
      await schedule(pool, "a");
      await schedule(pool, "b");
      const [first] = await past(pool, "a", [4], { output: [400, 400] });
      const [second] = await past(pool, "b", [3], { output: [300, 10] });
      const [third, fourth] = await past(pool, "a", [2, 1], { output: [500] });
      expect(await prune({ keepOutputBytes: 1024 })).toEqual({
        runs: 0,
        events: 0,
        logs: 4,
        outputs: 2,
        backfills: 0,
        auditEntries: 0,
      });
      expect(await output(pool, first!)).toEqual([why]);
      expect(await output(pool, second!)).toEqual([why]);
      expect(await output(pool, third!)).toEqual([`stdout: ${"x".repeat(500)}`]);
      expect(await output(pool, fourth!)).toEqual([`stdout: ${"x".repeat(500)}`]);
      const { rows } = await pool.query("select count(*)::int from run_events");
      expect(rows).toEqual([{ count: 8 }]);
      expect(await prune({ keepOutputBytes: 1024 })).toMatchObject({ outputs: 0, logs: 0 });
    });

    test("is counted in bytes, not in letters", async () => {
      await schedule(pool, "job");
      const [old, young] = await past(pool, "job", [2, 1], { output: [1] });
      await pool.query("update run_logs set text = repeat('ü', 300)");
      await prune({ keepOutputBytes: 1024 });
      expect(await output(pool, old!)).toEqual([why]);
      expect(await output(pool, young!)).toEqual([`stdout: ${"ü".repeat(300)}`]);
    });

    test("stays while its run is under way, and Belfry's own notes stay in any case", async () => {
      await schedule(pool, "job", { overlap: "concurrent" });
      const [live] = await past(pool, "job", [3], { status: "running", output: [2000] });
      const [ended] = await past(pool, "job", [2], { output: [5, 2000] });
      await pool.query("update run_logs set stream = 'belfry' where run_id = $1 and seq = 0", [ended]);
      await prune({ keepOutputBytes: 1024 });
      expect(await output(pool, live!)).toHaveLength(1);
      expect(await output(pool, ended!)).toEqual(["belfry: xxxxx", why]);
      await pool.query("update runs set status = 'succeeded', finished_at = now() where id = $1", [live]);
      await prune({ keepOutputBytes: 1024 });
      expect(await output(pool, live!)).toEqual([why]);
    });

    test("goes in batches; a run with very much output has one note", async () => {
      await schedule(pool, "talkative");
      const pieces = Array.from({ length: 12_000 }, () => 1);
      const [old, young] = await past(pool, "talkative", [2, 1], { output: pieces });
      expect(await prune({ keepOutputBytes: 1024 })).toMatchObject({ outputs: 2, logs: 24_000 });
      expect(await output(pool, old!)).toEqual([why]);
      expect(await output(pool, young!)).toEqual([why]);
    });
  });

  test("a server prunes until it is stopped, and tells how much", async () => {
    await schedule(pool, "job");
    const runs = await past(pool, "job", [120, 110, 1]);
    const deps = createTestDeps(pool, { clock });
    const stop = new AbortController();
    const limits = keeping({ keepOutputBytes: 1024 });
    const stopped = keepPruned(deps, limits, stop.signal, { everyMs: 5 });
    await eventually(async () => (await runIds(pool)).length === 1);
    const [loud] = await past(pool, "job", [0.5], { output: [5000] });
    await eventually(async () => (await output(pool, loud!))[0]?.startsWith("belfry") === true);
    await schedule(pool, "other");
    await past(pool, "other", [100, 0.1]);
    await eventually(async () => (await runIds(pool)).length === 3);
    stop.abort();
    await stopped;
    expect(await runIds(pool)).toContain(runs[2]);
    expect(new Set(deps.log.told.map(({ event }) => event))).toEqual(new Set(["runs.pruned"]));
    const sum = (what: string) =>
      deps.log.told.reduce((total, { details }) => total + Number(details[what]), 0);
    expect(["runs", "events", "logs", "outputs", "backfills"].map(sum)).toEqual([3, 6, 5, 2, 0]);
  });

  test("a pass that fails is told of, and the next one tries again", async () => {
    await schedule(pool, "job");
    await past(pool, "job", [120, 1]);
    let isAway = true;
    const connect: Pool["connect"] = () =>
      isAway ? Promise.reject(new Error("The database is away.")) : pool.connect();
    const deps = createTestDeps(connectingBy(pool, connect), { clock });
    const stop = new AbortController();
    const stopped = keepPruned(deps, keeping(), stop.signal, { everyMs: 5 });
    await eventually(() => deps.log.told.some(({ event }) => event === "prune.failed"));
    isAway = false;
    await eventually(async () => (await runIds(pool)).length === 1);
    stop.abort();
    await stopped;
    expect(deps.log.told[0]).toMatchObject({
      level: "error",
      event: "prune.failed",
      details: { error: "The database is away." },
    });
  });
});

describe("several servers", () => {
  let pool: Pool;
  let other: Pool;

  beforeEach(async () => {
    const { url, drop } = await createTestDatabase();
    const databases = await Promise.all([openDatabase({ url }), openDatabase({ url })]);
    [pool, other] = databases.map((database) => database.pool) as [Pool, Pool];
    onTestFinished(async () => {
      for (const { close } of databases) await close();
      await drop();
    });
  });

  /** Prunes a batch, and does something else before that is committed. */
  async function pruningMeanwhile(meanwhile: (removed: string[]) => Promise<unknown>): Promise<void> {
    await inTransaction(pool, async (session) => {
      expect(await tryLockPruning(session)).toBe(true);
      const { runIds } = await lockRunsToPrune(session, { ...keeping(), after: "0", at: clock.now() });
      await deleteRuns(session, runIds);
      await meanwhile(runIds);
    });
  }

  test("prune one at a time: each run is removed and counted once", async () => {
    await schedule(pool, "job");
    await past(
      pool,
      "job",
      Array.from({ length: 1001 }, (_, n) => 1200 - n),
    );
    const stop = new AbortController();
    const servers = [createTestDeps(pool, { clock }), createTestDeps(other, { clock })];
    const stopped = servers.map((deps) => keepPruned(deps, keeping(), stop.signal, { everyMs: 5 }));
    await eventually(async () => (await runIds(pool)).length === 1);
    stop.abort();
    await Promise.all(stopped);
    const told = servers.flatMap(({ log }) => log.told);
    expect(new Set(told.map(({ event }) => event))).toEqual(new Set(["runs.pruned"]));
    expect(told.reduce((sum, { details }) => sum + Number(details["runs"]), 0)).toBe(1000);
  });

  test("leave it to the one that is at it", async () => {
    await schedule(pool, "job");
    await past(pool, "job", [120, 110, 1]);
    await pruningMeanwhile(async (removed) => {
      expect(removed).toHaveLength(2);
      expect(await pruneOnce({ pool: other, clock }, keeping({ keepRuns: 1 }))).toMatchObject({ runs: 0 });
    });
  });

  test("a tick fires, claims and sweeps while old runs of its schedules are being removed", async () => {
    for (const name of ["a", "b"]) {
      await schedule(pool, name, { cron: "* * * * *" });
      await past(pool, name, [120, 110, 1]);
      await makeDue(pool, name);
    }
    const deps = createTestDeps(other);
    await pruningMeanwhile(async (removed) => {
      expect(removed).toHaveLength(4);
      expect(await tick(deps)).toMatchObject({ dispatched: 2, errored: 0 });
    });
  });

  test("a run that somebody else has locked is left for another time", async () => {
    await schedule(pool, "job");
    const [first, , last] = await past(pool, "job", [120, 110, 1]);
    await inTransaction(other, async (session) => {
      await session.query("select from runs where id = $1 for no key update", [first]);
      expect(await pruneOnce({ pool, clock }, keeping())).toMatchObject({ runs: 1 });
    });
    expect(await runIds(pool)).toEqual([first, last]);
    expect(await pruneOnce({ pool, clock }, keeping())).toMatchObject({ runs: 1 });
  });

  test("a backfill that is asked for meanwhile waits for the batch, and finds its range as it will stay", async () => {
    await schedule(pool, "job", { cron: "0 12 * * *", overlap: "queue", startsAt: daysAgo(365) });
    await pool.query("update schedules set created_at = $1", [daysAgo(365)]);
    await past(pool, "job", [120, 110, 100, 1]);
    const wanted = { from: daysAgo(110), to: daysAgo(100), overlap: "queue" as const, parallel: 1 };
    let asked: Promise<unknown> = Promise.resolve();
    await pruningMeanwhile(async (removed) => {
      expect(removed).toHaveLength(3);
      let isAnswered = false;
      asked = createBackfill({ pool: other }, "job", wanted).then(() => (isAnswered = true));
      await eventually(async () => (await waitingForPruning(pool)) === 1);
      expect(isAnswered).toBe(false);
    });
    await asked;
    const later = await past(pool, "job", [105]);
    await pruneOnce({ pool, clock }, keeping());
    expect(await runIds(pool)).toEqual(expect.arrayContaining(later));
  });

  test("a crash in the middle of a batch leaves every run whole", async () => {
    await schedule(pool, "job");
    const runs = await past(pool, "job", [120, 110, 1], { output: [10, 10] });
    await expect(pruningMeanwhile(() => Promise.reject(new Error("The machine went away.")))).rejects.toThrow(
      "The machine went away.",
    );
    expect(await runIds(pool)).toEqual(runs);
    expect(await output(pool, runs[0]!)).toHaveLength(2);
  });

  test("a server that is stopped between two batches leaves no event and no output without its run", async () => {
    await schedule(pool, "job");
    await past(
      pool,
      "job",
      Array.from({ length: 2000 }, (_, n) => 2200 - n),
      { output: [5, 5, 5] },
    );
    const stop = new AbortController();
    const connect: Pool["connect"] = async () => {
      if ((await runIds(other)).length < 1500) stop.abort();
      return pool.connect();
    };
    const deps = createTestDeps(connectingBy(pool, connect), { clock });
    await keepPruned(deps, keeping(), stop.signal);
    const left = await runIds(pool);
    expect(left.length).toBeLessThan(1500);
    expect(left.length).toBeGreaterThan(1);
    expect(await leftBehind(pool)).toEqual([]);
    const { rows } = await pool.query(
      `select count(distinct run_id)::int as runs, count(*)::int as pieces from run_logs`,
    );
    expect(rows[0].pieces).toBeLessThanOrEqual(3 * left.length);
    await pruneOnce({ pool, clock }, keeping());
    expect(await runIds(pool)).toHaveLength(1);
  });
});

async function waitingForPruning(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]!.count;
}

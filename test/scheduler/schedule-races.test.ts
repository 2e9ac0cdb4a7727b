import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ScheduleDefinition, scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { fireDueSchedules } from "../../src/scheduler/fire.js";
import { pause } from "../../src/scheduler/pause.js";
import { rearmBrokenSchedules } from "../../src/scheduler/rearm.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Database, Pool, Queryable } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { getSchedule, lockApplies } from "../../src/store/schedules.js";
import { inTransaction } from "../../src/store/transaction.js";
import { createManualClock } from "../../src/testing.js";
import { allRuns, createTestDeps, emptyTables } from "../support/deps.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase } from "../support/postgres.js";

let database: Database;
let drop: () => Promise<void>;
let pool: Pool;
const clock = createManualClock(new Date(0));

beforeAll(async () => {
  const created = await createTestDatabase();
  ({ drop } = created);
  database = await openDatabase({ url: created.url });
  ({ pool } = database);
});

afterAll(async () => {
  await database.close();
  await drop();
});

beforeEach(async () => {
  await emptyTables(pool);
  clock.set(new Date("2026-07-01T11:30Z"));
});

const definition = (part: Partial<ScheduleDefinition>): ScheduleDefinition => ({
  ...scheduleDefaults,
  name: "job",
  run: "true",
  cron: "0 * * * *",
  ...part,
});

const apply = (part: Partial<ScheduleDefinition>, on = pool) =>
  applyManifest({ pool: on, clock }, [definition(part)]);

const job = () => getSchedule(pool, "job");

/** The pool; something else happens just before the nth statement that matches. */
function meanwhile(pattern: RegExp, nth: number, happens: () => Promise<unknown>): Pool {
  let seen = 0;
  const look = async (text: string) => {
    if (!pattern.test(text)) return;
    seen += 1;
    if (seen === nth) await happens();
  };
  const on =
    (db: Queryable): Queryable["query"] =>
    async (text, values) => {
      await look(text);
      return db.query(text, values);
    };
  return {
    ...pool,
    query: on(pool),
    async connect() {
      const session = await pool.connect();
      return { query: on(session), release: (error) => session.release(error) };
    },
  };
}

const lock = /for no key update$/;

const breakJob = () =>
  pool.query("update schedules set next_fire_at = null, last_error = 'What?', last_error_at = now()");

test("a broken schedule that is paused while a server starts stays paused", async () => {
  await apply({});
  await breakJob();
  const racing = meanwhile(/for no key update$|with resumed/, 1, () =>
    pause({ pool, clock }, "job", "not now"),
  );
  await rearmBrokenSchedules(createTestDeps(racing, { clock }));
  expect(await job()).toMatchObject({ pauseReason: "not now", nextFireAt: null });
});

test("a schedule that breaks while it is edited is armed by the edit", async () => {
  await apply({});
  await apply({ description: "Another." }, meanwhile(lock, 1, breakJob));
  expect(await job()).toMatchObject({ lastError: null, nextFireAt: new Date("2026-07-01T12:00Z") });
});

test("a blackout that is taken away while a tick looks over it holds back no fire", async () => {
  const night = [{ when: "11:00-18:00", reason: null }];
  await apply({ blackouts: night });
  clock.set(new Date("2026-07-01T12:00Z"));
  await apply(
    {},
    meanwhile(lock, 1, () => fireDueSchedules(createTestDeps(pool, { clock }))),
  );
  expect(await job()).toMatchObject({ owedFrom: null, nextFireAt: new Date("2026-07-01T13:00Z") });
});

test("a schedule that is paused before its refused row can be told of stays paused, and its fire owed", async () => {
  await apply({});
  clock.set(new Date("2026-07-01T12:00Z"));
  await pool.query("alter table runs add constraint refused check (status = 'skipped')");
  try {
    const racing = meanwhile(/^begin$/, 2, () => pause({ pool, clock }, "job", null));
    await fireDueSchedules(createTestDeps(racing, { clock }));
  } finally {
    await pool.query("alter table runs drop constraint refused");
  }
  const fireAt = new Date("2026-07-01T12:00Z");
  expect(await job()).toMatchObject({ pausedAt: fireAt, owedFrom: fireAt, lastError: null });
});

test("a schedule that is edited while the clock is mended keeps the edit's next fire", async () => {
  await apply({ cron: "0 0 1 * *" });
  await pool.query(
    "insert into runs (schedule_id, fire_reason, created_at) select id, 'manual', '2031-01-01' from schedules",
  );
  await pool.query("update schedules set next_fire_at = '2031-02-01'");
  const racing = meanwhile(/set next_fire_at = \$2, owed_from = null/, 1, () => apply({ cron: "0 0 1 9 *" }));
  await tick(createTestDeps(racing, { clock }));
  expect((await job()).nextFireAt).toEqual(new Date("2026-09-01T00:00Z"));
});

test("an edit that had to wait counts from the end of its wait", async () => {
  await apply({});
  let until = new Date(0);
  let edited: Promise<unknown> = Promise.resolve();
  await inTransaction(pool, async (session) => {
    await lockApplies(session);
    edited = applyManifest({ pool }, [definition({ cron: null, everySec: 1 })]);
    await eventually(async () => {
      const now = await afterASecondsWait();
      if (now !== null) until = now;
      return now !== null;
    });
  });
  await edited;
  expect((await job()).nextFireAt!.getTime()).toBeGreaterThan(until.getTime());
  expect(await allRuns(pool)).toMatchObject([{ skip_reason: "edited" }]);
});

/** The present instant if a transaction that waits for a lock has been open for more than a second, else null. */
async function afterASecondsWait(): Promise<Date | null> {
  const { rows } = await pool.query<{ now: Date }>(
    `select clock_timestamp() as now
       from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
        and clock_timestamp() - xact_start > interval '1.1 seconds'`,
  );
  return rows[0]?.now ?? null;
}

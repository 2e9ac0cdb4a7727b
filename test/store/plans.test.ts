import { beforeAll, describe, expect, test } from "vitest";
import { countActiveRuns, listCoveringRuns, listFireRecords } from "../../src/store/backfill-runs.js";
import { insertBackfill, listBackfillsToFeed } from "../../src/store/backfills.js";
import { type Claim, claimRuns, listReadyRuns } from "../../src/store/claims.js";
import { listExpiredLeases, msUntilNextDeadline, requeueUnstarted } from "../../src/store/leases.js";
import { skipUnstarted } from "../../src/store/deadlines.js";
import type { Pool, Queryable } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { lockDueSchedules, msUntilNextFire } from "../../src/store/due-schedules.js";
import { type Advance, type FireRow, writeFires } from "../../src/store/fires.js";
import { failOrphans } from "../../src/store/orphans.js";
import { readVerdicts } from "../../src/store/breakers.js";
import { replaceOlder } from "../../src/store/replace.js";
import { oneSession } from "../support/one-session.js";
import { deleteBackfills, deleteRuns, lockRunsToPrune } from "../../src/store/prune.js";
import { type Plan, plansOf as explain } from "../support/plans.js";
import { createTestDatabase } from "../support/postgres.js";

const schedules = 100_000;
const batch = 1000;

let pool: Pool;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  const database = await openDatabase({ url });
  ({ pool } = database);
  await pool.query(
    `insert into schedules (name, cron, command, next_fire_at)
     select 'job ' || n, '0 * * * *', '"true"', now() + n * interval '1 second'
       from generate_series(1, ${schedules}) n;
     insert into runs (schedule_id, fire_time, status, created_at, finished_at)
     select id, next_fire_at - interval '1 day', 'succeeded', now() - interval '1 day', now() - interval '1 day'
       from schedules;
     insert into runs (schedule_id, fire_time, status, created_at, finished_at)
     select id, next_fire_at - interval '1 hour', 'pending', now(), null
       from schedules where id % 50 = 0;
     update runs set status = 'dispatched', attempt = 1, dispatched_at = now() where status = 'pending' and id % 3 = 0`,
  );
  await pool.query("vacuum analyze");
  return async () => {
    await database.close();
    await drop();
  };
});

/** The plans of all that the work asks the database; what it does is taken back. */
const plansOf = (work: (db: Queryable) => Promise<unknown>): Promise<Plan[]> => explain(pool, work);

const scansOf = (plans: Plan[]) =>
  plans
    .filter(
      (node) => node["Node Type"] === "Seq Scan" && /^(schedules|runs)$/.test(node["Relation Name"] ?? ""),
    )
    .map((node) => node["Relation Name"]);

const indexesOf = (plans: Plan[]) => new Set(plans.flatMap((node) => node["Index Name"] ?? []));

const readDue = (db: Queryable) => lockDueSchedules(db, { at: null, until: null, limit: batch, ids: null });

/** The fires of so many schedules, spread over the table. */
async function fires(count: number) {
  const { rows } = await pool.query<{ id: string; fire_time: Date }>(
    `select id, next_fire_at as fire_time from schedules where id % ${schedules / count} = 0`,
  );
  const advances: Advance[] = rows.map(({ id, fire_time }) => ({
    scheduleId: id,
    nextMs: fire_time.getTime() + 3_600_000,
    owedFromMs: null,
    error: null,
  }));
  const fires: FireRow[] = rows.map(({ id, fire_time }) => ({
    scheduleId: id,
    fireMs: fire_time.getTime(),
    fireReason: "schedule",
    coversFromMs: fire_time.getTime(),
    coversCount: 1,
    skipReason: null,
    priority: 0,
    startDeadlineSec: null,
  }));
  return { advances, fires };
}

function firstSchedules(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

async function claims(count: number): Promise<Claim[]> {
  const { ready } = await listReadyRuns(pool, { after: null, limit: count, at: null });
  expect(ready).toHaveLength(count);
  return ready.map(({ runId, scheduleId }) => ({
    runId,
    scheduleId,
    attempt: 1,
    tokenHash: "0".repeat(64),
    group: null,
    hasLimit: false,
  }));
}

describe.each([
  ["none is due", "now() + interval '1 day'"],
  ["all are due", "now() - id * interval '1 second'"],
])(`of ${schedules} schedules %s`, (situation, nextFireAt) => {
  beforeAll(async () => {
    await pool.query(`update schedules set next_fire_at = ${nextFireAt}`);
    await pool.query("vacuum analyze schedules");
  });

  test("those that are due are read from the index of the due ones", async () => {
    let found: unknown[] = [];
    const plans = await plansOf(async (db) => (found = await readDue(db)));
    expect(found).toHaveLength(situation === "none is due" ? 0 : batch);
    expect(scansOf(plans)).toEqual([]);
    expect(indexesOf(plans)).toContain("schedules_due");
  });

  test("the time of the next fire is read from it too", async () => {
    const plans = await plansOf((db) => msUntilNextFire(db, null));
    expect(scansOf(plans)).toEqual([]);
    expect(indexesOf(plans)).toEqual(new Set(["schedules_due"]));
  });

  test.each([1, 100, batch])("%i fires are written by primary key", async (count) => {
    const wanted = await fires(count);
    const plans = await plansOf((db) => writeFires(db, wanted.advances, wanted.fires, null));
    expect(scansOf(plans)).toEqual([]);
    expect(indexesOf(plans)).toEqual(new Set(["schedules_pkey"]));
  });
});

describe("of the runs", () => {
  test.each([1, 100, batch])(
    "the last of %i schedules are found by schedule, for their breakers",
    async (count) => {
      const plans = await plansOf((db) => readVerdicts(db, firstSchedules(count)));
      expect(scansOf(plans)).toEqual([]);
      expect(indexesOf(plans)).toEqual(new Set(["schedules_pkey", "runs_verdicts"]));
    },
  );

  test.each([1, 100, batch])(
    "those of %i schedules that newer ones replace are found by schedule",
    async (count) => {
      const plans = await plansOf((db) => replaceOlder(db, firstSchedules(count), null));
      expect(scansOf(plans)).toEqual([]);
      expect(indexesOf(plans)).toEqual(new Set(["schedules_pkey", "runs_active", "runs_pkey"]));
    },
  );

  test.each([1, 500])("up to %i that are ready are found among the pending ones", async (limit) => {
    const plans = await plansOf((db) => listReadyRuns(db, { after: null, limit, at: null }));
    expect(scansOf(plans)).toEqual([]);
    expect(indexesOf(plans)).toContain("runs_pending");
  });

  test.each([1, 500])("%i are claimed by their ids", async (count) => {
    const wanted = await claims(count);
    for (const total of [null, 1_000_000]) {
      const terms = { at: null, startWithinMs: 30_000, total };
      expect(scansOf(await plansOf((db) => claimRuns(oneSession(db), wanted, terms)))).toEqual([]);
    }
  });

  test("those that were not started in time are looked for among those that have not ended", async () => {
    expect(scansOf(await plansOf((db) => requeueUnstarted(db, 30_000, null)))).toEqual([]);
  });

  test("leases and start deadlines are looked for among those that have not ended", async () => {
    const ask = async (db: Queryable) => {
      await listExpiredLeases(db, { at: null, limit: 500 });
      await skipUnstarted(db, null);
      await msUntilNextDeadline(db, null);
    };
    expect(scansOf(await plansOf(ask))).toEqual([]);
  });

  const backfill = { scheduleId: "7", overlap: "queue", parallel: 1, fires: 3 } as const;
  const range = { from: new Date("2026-01-01T00:00Z"), to: new Date("2026-02-01T00:00Z") };

  test("those of a backfill are looked for among those of its schedule that have not ended", async () => {
    const plans = await plansOf(async (db) => {
      const inserted = await insertBackfill(db, { ...backfill, ...range }, null);
      expect(await listBackfillsToFeed(db)).toEqual([inserted.id]);
      await countActiveRuns(db, inserted);
    });
    expect(scansOf(plans)).toEqual([]);
    expect(indexesOf(plans)).toContain("runs_active");
  });

  test("those that past fires have are found by schedule and fire time, also those that stand for several", async () => {
    const plans = await plansOf(async (db) => {
      await listFireRecords(db, "7", [range.from.getTime(), range.to.getTime()]);
      await listCoveringRuns(db, "7", range);
    });
    expect(scansOf(plans)).toEqual([]);
  });

  test("orphans are looked for among those that have not ended", async () => {
    expect(scansOf(await plansOf((db) => failOrphans(db, null)))).toEqual([]);
  });

  test.each([null, 1])(
    "those that need not be kept are looked for schedule by schedule",
    async (keepRuns) => {
      const plans = await plansOf(async (db) => {
        await lockRunsToPrune(db, { keepMs: 1, keepRuns, after: "5000", at: null });
        await deleteBackfills(db, { keepMs: 1, at: null });
      });
      expect(scansOf(plans)).toEqual([]);
      expect(indexesOf(plans)).toContain("runs_of_schedule");
    },
  );

  test("those that are pruned are removed by their ids", async () => {
    const runIds = Array.from({ length: 250 }, (_, n) => String(n * 100 + 1));
    const plans = await plansOf(async (db) => {
      expect(await deleteRuns(db, runIds)).toMatchObject({ runs: 250 });
    });
    expect(scansOf(plans)).toEqual([]);
  });
});

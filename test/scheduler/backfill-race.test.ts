import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { usualParallel } from "../../src/core/backfill/backfill.js";
import type { OverlapPolicy } from "../../src/core/decide.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { feedBackfills } from "../../src/scheduler/backfill.js";
import { cancelBackfill, createBackfill } from "../../src/scheduler/create-backfill.js";
import { loop } from "../../src/scheduler/loop.js";
import type { Database, Pool, PoolClient } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createInMemoryDispatcher } from "../../src/testing.js";
import { allRuns, createTestDeps, emptyTables } from "../support/deps.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase } from "../support/postgres.js";

const firstFire = Date.UTC(2026, 5, 1);
const minuteMs = 60_000;

let databases: Database[];
let drop: () => Promise<void>;
let pool: Pool;

beforeAll(async () => {
  const created = await createTestDatabase();
  ({ drop } = created);
  databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url: created.url })));
  ({ pool } = databases[0]!);
});

afterAll(async () => {
  for (const database of databases) await database.close();
  await drop();
});

beforeEach(async () => {
  await emptyTables(pool);
  // It fires each minute, and is never due.
  await pool.query(
    `insert into schedules (name, cron, command, source) values ('job', '* * * * *', '"true"', 'manifest')`,
  );
});

async function backfill(fires: number, overlap: OverlapPolicy = "queue"): Promise<string> {
  const from = new Date(firstFire);
  const to = new Date(firstFire + (fires - 1) * minuteMs);
  const wanted = { from, to, overlap, parallel: usualParallel(overlap) };
  return (await createBackfill({ pool }, "job", wanted)).backfill.id;
}

const isFinished = async (ids: string[]) => {
  const { rows } = await pool.query(
    "select from backfills where id = any($1::bigint[]) and finished_at is not null",
    [ids],
  );
  return rows.length === ids.length;
};

const expectedFires = (count: number) =>
  Array.from({ length: count }, (_, n) => new Date(firstFire + n * minuteMs));

async function firesOf(status: string): Promise<(Date | null)[]> {
  const runs = await allRuns(pool);
  return runs
    .filter((run) => run.status === status)
    .map(({ fire_time: fire }) => fire)
    .toSorted((a, b) => Number(a) - Number(b));
}

async function endRun(id: string): Promise<void> {
  await pool.query(
    `with ended as (
       update runs set status = 'succeeded', finished_at = now() where id = $1 and status = 'dispatched' returning id)
     select pg_notify('belfry', 'ready'), pg_notify('belfry', 'feed') from ended`,
    [id],
  );
}

/** Servers whose runs end by themselves, a moment after they began; they keep which ran, and how many at once. */
function startServers(seen: { runIds: string[]; underWay: number; most: number }): void {
  const stop = new AbortController();
  const ended = databases.slice(1).map((database) => {
    const dispatcher = createInMemoryDispatcher(({ runId }) => {
      seen.runIds.push(runId);
      seen.underWay += 1;
      seen.most = Math.max(seen.most, seen.underWay);
      setTimeout(() => {
        seen.underWay -= 1;
        endRun(runId).catch(() => {}); // the test is over
      }, 3);
    });
    const deps = createTestDeps(database.pool, { dispatcher });
    return loop(deps, { cadenceMs: 5000, signal: stop.signal }).catch(() => {});
  });
  onTestFinished(async () => {
    stop.abort();
    await Promise.all(ended);
  });
}

test.each<[OverlapPolicy, number]>([
  ["queue", 1],
  ["concurrent", 5],
])(
  "two servers share a backfill (%s): each fire runs once, and at most %i at once",
  async (overlap, most) => {
    const seen = { runIds: [] as string[], underWay: 0, most: 0 };
    startServers(seen);
    const id = await backfill(40, overlap);
    await eventually(() => isFinished([id]));
    expect(await firesOf("succeeded")).toEqual(expectedFires(40));
    expect(new Set(seen.runIds).size).toBe(40);
    expect(seen.runIds).toHaveLength(40);
    expect(seen.most).toBeLessThanOrEqual(most);
  },
);

test("two servers and two backfills of the same fires: each fire runs once, one at a time", async () => {
  const seen = { runIds: [] as string[], underWay: 0, most: 0 };
  startServers(seen);
  const ids = await Promise.all([backfill(20), backfill(20)]);
  await eventually(() => isFinished(ids));
  expect(await firesOf("succeeded")).toEqual(expectedFires(20));
  expect(seen).toMatchObject({ most: 1, runIds: { length: 20 } });
});

/** A pool whose transactions are cut off at their nth statement: it is not sent any more, or its answer does not come. */
function dyingPool(at: number, isSent: boolean): Pool {
  const gone = new Error("The connection is gone.");
  return {
    query: (text, values) => pool.query(text, values),
    listen: (channel, onNotify) => pool.listen(channel, onNotify),
    async connect(): Promise<PoolClient> {
      const session = await pool.connect();
      let count = 0;
      return {
        async query(text, values) {
          count += 1;
          if (count > at || (count === at && !isSent)) throw gone;
          const answer = await session.query(text, values);
          if (count === at) throw gone;
          return answer;
        },
        release: () => session.release(gone),
      };
    },
  };
}

async function skippedRange(): Promise<void> {
  await pool.query(
    `insert into runs (schedule_id, fire_time, covers_from, covers_count, status, skip_reason, finished_at)
     select id, $1::timestamptz, $1::timestamptz - interval '9 minutes', 10, 'skipped', 'late', now() from schedules`,
    [new Date(firstFire)],
  );
}

test.each([false, true])(
  "a server that dies at any statement of its feeding loses and doubles nothing (answer lost: %s)",
  async (isSent) => {
    for (let at = 1; at <= 16; at += 1) {
      await emptyTables(pool);
      await pool.query(`insert into schedules (name, cron, command) values ('job', '* * * * *', '"true"')`);
      await skippedRange();
      const id = await backfill(3, "concurrent");
      await feedBackfills({ pool: dyingPool(at, isSent) }).catch(() => {});
      // The database may take a moment to notice, and keeps the locks until then: a tick finds nothing to do, and the next does.
      await eventually(async () => {
        await feedBackfills({ pool });
        return (await firesOf("pending")).length > 0;
      });
      expect(await firesOf("pending")).toEqual(expectedFires(3));
      const skipped = (await allRuns(pool)).filter(({ status }) => status === "skipped");
      expect(skipped).toMatchObject([{ covers_count: 9, covers_from: new Date(firstFire - 9 * minuteMs) }]);
      const { rows: events } = await pool.query("select name from run_events order by id");
      expect(events).toEqual([{ name: "run.skipped" }, { name: "run.backfilled" }]);
      for (const run of await allRuns(pool)) {
        await pool.query(
          "update runs set status = 'succeeded', finished_at = now() where id = $1 and status = 'pending'",
          [run.id],
        );
      }
      await feedBackfills({ pool });
      expect(await isFinished([id])).toBe(true);
    }
  },
);

test("a cancel that meets the feeding leaves no run that goes on, and none is made after it", async () => {
  const [feeder, canceller] = databases.slice(1).map((database) => ({ pool: database.pool }));
  for (let round = 0; round < 25; round += 1) {
    const id = await backfill(100, round % 2 === 0 ? "queue" : "concurrent");
    await Promise.all([feedBackfills(feeder!), cancelBackfill(canceller!, id), feedBackfills({ pool })]);
    await feedBackfills({ pool });
    expect(await firesOf("pending")).toEqual([]);
    expect(await isFinished([id])).toBe(true);
  }
});

test("a schedule that is retired while its backfill is fed has no run that waits", async () => {
  const others = databases.slice(1).map((database) => ({ pool: database.pool }));
  for (let round = 0; round < 25; round += 1) {
    await emptyTables(pool);
    await pool.query(
      `insert into schedules (name, cron, command, source) values ('job', '* * * * *', '"true"', 'manifest')`,
    );
    const id = await backfill(100, "concurrent");
    await Promise.all([feedBackfills(others[0]!), applyManifest(others[1]!, [])]);
    await feedBackfills({ pool });
    expect(await firesOf("pending")).toEqual([]);
    expect(await isFinished([id])).toBe(true);
  }
});

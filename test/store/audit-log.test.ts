import { beforeAll, expect, test } from "vitest";
import { itself } from "../../src/core/actor.js";
import { pruneOnce } from "../../src/scheduler/prune.js";
import {
  deleteAuditEntries,
  listAuditEntries,
  listAuditEntriesAfter,
  recordAudit,
} from "../../src/store/audit-log.js";
import type { Pool, Queryable } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { inTransaction } from "../../src/store/transaction.js";
import { createManualClock } from "../../src/testing.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createToldLog } from "../support/deps.js";
import { type Plan, plansOf } from "../support/plans.js";
import { createTestDatabase } from "../support/postgres.js";

const dayMs = 86_400_000;
const anything = {
  actorKind: null,
  actorId: null,
  actorName: null,
  action: null,
  targetKind: null,
  target: null,
  from: null,
  to: null,
};

const add = (session: Queryable, targets: string[], at: Date | null = null) =>
  recordAudit(
    session,
    itself("test"),
    targets.map((target) => ({ action: "run.cancelled", targetKind: "run", target })),
    at,
  );

const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

async function targets(pool: Pool): Promise<string[]> {
  const found = await listAuditEntries(pool, { ...anything, cursor: null, limit: 10_000 });
  return found.map(({ target }) => target).toReversed();
}

describeOnBothDatabases("the audit log is append-only", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
    await inTransaction(pool, (session) => add(session, ["old"], daysAgo(31)));
    await inTransaction(pool, (session) => add(session, ["new"]));
  });

  const refused = { code: "42501", message: expect.stringContaining("append-only") };

  test.each([
    "update audit_log set actor_name = 'nobody'",
    "update audit_log set action = action where false",
    "delete from audit_log where target = 'old'",
    "delete from audit_log",
    "truncate audit_log",
    "insert into audit_log (actor_kind, actor_name, action, target_kind, target) overriding system value select 'system', '', '', '', '' on conflict (id) do update set action = ''",
  ])("%s", async (statement) => {
    await expect(pool.query(statement)).rejects.toMatchObject(refused);
    expect(await targets(pool)).toEqual(["old", "new"]);
  });

  test.each(["update audit_log set actor_name = 'nobody'", "delete from audit_log", "truncate audit_log"])(
    "for a session that turns triggers off too: %s",
    async (statement) => {
      const tampering = inTransaction(pool, async (session) => {
        await session.query("set local session_replication_role = 'replica'");
        await session.query(statement);
      });
      await expect(tampering).rejects.toMatchObject(refused);
      expect(await targets(pool)).toEqual(["old", "new"]);
    },
  );

  test.each(["update audit_log set actor_name = 'nobody'", "delete from audit_log", "truncate audit_log"])(
    "for one that says that it prunes: %s",
    async (statement) => {
      const tampering = inTransaction(pool, async (session) => {
        await session.query("set local belfry.prunes_audit_log = 'on'");
        await session.query(statement);
      });
      await expect(tampering).rejects.toMatchObject(refused);
      expect(await targets(pool)).toEqual(["old", "new"]);
    },
  );

  test("pruning removes what is older than 30 days, and no transaction after it can", async () => {
    const prune = (session: Queryable) =>
      deleteAuditEntries(session, { keepMs: 30 * dayMs, limit: 10, at: null });
    expect(await inTransaction(pool, prune)).toBe(1);
    expect(await targets(pool)).toEqual(["new"]);
    await inTransaction(pool, (session) => add(session, ["old"], daysAgo(31)));
    await expect(pool.query("delete from audit_log where target = 'old'")).rejects.toMatchObject(refused);
  });
});

describeOnBothDatabases("the audit log is kept", (open) => {
  test("for as long as the server says, removed in batches, the oldest first", async () => {
    const { pool } = await open();
    const clock = createManualClock(new Date());
    await inTransaction(pool, async (session) => {
      await add(
        session,
        Array.from({ length: 2500 }, (_, n) => `old ${n}`),
        daysAgo(401),
      );
      await add(session, ["young"], daysAgo(399));
    });
    const limits = { keepMs: dayMs, keepRuns: null, keepOutputBytes: null };
    const log = createToldLog();
    expect(await pruneOnce({ pool, clock, log }, limits)).toMatchObject({ auditEntries: 0 });
    expect(await pruneOnce({ pool, clock, log }, { ...limits, keepAuditMs: 400 * dayMs })).toMatchObject({
      auditEntries: 2500,
    });
    expect(await targets(pool)).toEqual(["young"]);
    expect(log.told).toMatchObject([{ event: "runs.pruned", details: { auditEntries: 2500 } }]);
  });
});

/** What reads the whole table, or many rows for nothing. */
const wasteIn = (plans: Plan[]) =>
  plans
    .filter((node) => node["Node Type"] === "Seq Scan" || (node["Rows Removed by Filter"] ?? 0) > 5000)
    .map((node) => [node["Node Type"], node["Index Name"], node["Rows Removed by Filter"]]);

test("of 300,000 entries a page of any filter, a batch of an export, and those to prune are read by index", async () => {
  const { url, drop } = await createTestDatabase();
  const database = await openDatabase({ url });
  const { pool } = database;
  try {
    await pool.query(
      `insert into audit_log (at, actor_kind, actor_id, actor_name, action, target_kind, target)
       select now() - n * interval '1 minute', 'run', n, 'job ' || n % 500, 'secret.fetched', 'secret', 'secret ' || n % 100
         from generate_series(300000, 1, -1) n;
       insert into audit_log (actor_kind, actor_id, actor_name, action, target_kind, target)
       values ('user', 'u-1', 'ada', 'user.added', 'user', 'grace')`,
    );
    await pool.query("vacuum analyze audit_log");
    const filters = [
      {},
      { actorName: "job 7" },
      { actorKind: "run", actorId: "7" },
      { target: "secret 7" },
      { action: "user.*" },
      { action: "user.added" },
      { action: "secret.fetched" },
      { to: daysAgo(150) },
      { from: daysAgo(150), to: daysAgo(149), target: "secret 7" },
    ];
    for (const filter of filters) {
      const ask = { ...anything, ...filter, limit: 50 };
      const plans = await plansOf(
        pool,
        async (db) => {
          await listAuditEntries(db, { ...ask, cursor: null });
          await listAuditEntries(db, { ...ask, cursor: "150000" });
        },
        { analyze: true },
      );
      expect([filter, wasteIn(plans)]).toEqual([filter, []]);
    }
    const pruning = await plansOf(pool, (db) =>
      deleteAuditEntries(db, { keepMs: 200 * dayMs, limit: 1000, at: null }),
    );
    expect(wasteIn(pruning)).toEqual([]);
    const exporting = await plansOf(pool, (db) =>
      listAuditEntriesAfter(db, { ...anything, after: "1000", upTo: "300001", limit: 500 }),
    );
    expect(wasteIn(exporting)).toEqual([]);
  } finally {
    await database.close();
    await drop();
  }
});

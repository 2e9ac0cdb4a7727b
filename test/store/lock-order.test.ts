import { expect, test } from "vitest";
import { type AttemptEnd, endAttempts } from "../../src/store/attempt-ends.js";
import { skipUnstarted } from "../../src/store/deadlines.js";
import { prolongLeases, requeueUnstarted } from "../../src/store/leases.js";
import type { Queryable } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { failOrphans } from "../../src/store/orphans.js";
import { replaceOlder } from "../../src/store/replace.js";
import { cancelRunsOfBackfill } from "../../src/store/runs.js";
import { retireSchedules } from "../../src/store/schedules.js";
import { inTransaction } from "../../src/store/transaction.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase } from "../support/postgres.js";

test.each<[string, status: string, ageSec: number, (db: Queryable) => Promise<unknown>, first?: string]>([
  ["retired with their schedule", "pending", 0, (db) => retireSchedules(db, ["1"], null)],
  ["cancelled with their backfill", "dispatched", 0, (db) => cancelRunsOfBackfill(db, "1", null)],
  ["swept", "dispatched", 4000, (db) => failOrphans(db, null)],
  [
    "put back because their runner did not come",
    "dispatched",
    60,
    (db) => requeueUnstarted(db, 30_000, null),
  ],
  ["given their leases anew", "running", 0, (db) => prolongLeases(db, 30_000, null)],
  ["skipped after their start deadline", "pending", 60, (db) => skipUnstarted(db, null)],
  ["failed from the server's side", "running", 0, (db) => endAttempts(db, ["2", "1"].map(gone), null)],
  [
    "replaced by a newer run",
    "pending",
    0,
    (db) => replaceOlder(db, ["1"], null),
    `update schedules set overlap_policy = 'replace';
     update runs set fire_reason = 'schedule', backfill_id = null where id = 2;
     update runs set fire_reason = 'schedule', backfill_id = null where id = 1;
     insert into runs (schedule_id, fire_reason) values (1, 'manual')`,
  ],
])(
  "runs that are %s are locked the oldest first, however they lie in the table",
  async (_, status, ageSec, work, first = "") => {
    const { url, drop } = await createTestDatabase();
    const { pool, close } = await openDatabase({ url });
    try {
      await pool.query(`${runsOf(status, ageSec)}; ${first}`);
      let done: Promise<unknown> = Promise.resolve();
      await inTransaction(pool, async (session) => {
        await session.query("select from runs where id = 1 for update");
        done = work(pool);
        await eventually(async () => (await waiting(pool)) === 1);
        const { rows } = await session.query("select id from runs where id = 2 for update nowait");
        expect(rows).toEqual([{ id: "2" }]);
      });
      await done;
    } finally {
      await close();
      await drop();
    }
  },
);

function gone(runId: string): AttemptEnd {
  return {
    runId,
    attempt: 0,
    tokenHash: null,
    onlyExpired: false,
    retryInMs: null,
    errorKind: "shutdown",
    errorMessage: "Gone.",
    exitCode: null,
    exitSignal: null,
    endedAgoMs: 0,
  };
}

/** Two runs of a backfill, the first of which lies behind the second. */
function runsOf(status: string, ageSec: number): string {
  return `
    insert into schedules (name, command, overlap_policy) values ('job', '"true"', 'concurrent');
    insert into runs (schedule_id, status, fire_reason, backfill_id, fire_time, created_at, dispatched_at,
                      start_by, lease_expires_at)
    select 1, '${status}', 'backfill', 1, now() - n * interval '1 minute', at, at, at, at + interval '30 seconds'
      from generate_series(1, 2) n, (values (now() - interval '${ageSec} seconds')) as age (at);
    update runs set status = 'succeeded', finished_at = now() where id = 1;
    update runs set status = '${status}', finished_at = null where id = 1`;
}

async function waiting(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]!.count;
}

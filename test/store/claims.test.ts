import { expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import {
  type Claim,
  claimRuns,
  listReadyRuns,
  type ReadyCursor,
  type ReadyPage,
} from "../../src/store/claims.js";
import { openDatabase } from "../../src/store/open-database.js";
import { oneSession } from "../support/one-session.js";
import { createTestDatabase } from "../support/postgres.js";

const claimOf = (runId: string): Claim => ({
  runId,
  attempt: 1,
  tokenHash: `hash of ${runId}`,
  scheduleId: "0",
  group: null,
  hasLimit: false,
});
const terms = { at: null, startWithinMs: 30_000, total: null };

test("two servers that cannot see each other's claims do not start two runs of a schedule", async () => {
  const { url, drop } = await createTestDatabase();
  const database = await openDatabase({ url });
  const { pool } = database;
  const schedule = await createSchedule(pool, { name: "one at a time", run: "true", overlap: "queue" });
  const other = await createSchedule(pool, { name: "other", run: "true" });
  const insert = "insert into runs (schedule_id, fire_reason) values ($1, 'manual') returning id";
  const [slow, quick] = [await pool.connect(), await pool.connect()];
  try {
    // The older row is not there yet when the quick server looks, and its claim is not there yet when ours does.
    await slow.query("begin");
    const older = (await slow.query<{ id: string }>(insert, [schedule.id])).rows[0]!.id;
    const newer = (await pool.query<{ id: string }>(insert, [schedule.id])).rows[0]!.id;
    const bystander = (await pool.query<{ id: string }>(insert, [other.id])).rows[0]!.id;
    await quick.query("begin");
    expect(await claimRuns(oneSession(quick), [claimOf(newer)], terms)).toEqual(new Set([newer]));
    await slow.query("commit");

    const ready = await listReadyRuns(pool, { after: null, limit: 10, at: null });
    expect(ready.ready.map((run) => run.runId)).toEqual([older, bystander]);
    const ours = claimRuns(pool, [claimOf(older), claimOf(bystander)], terms);
    await quick.query("commit");
    expect(await ours).toEqual(new Set([bystander]));
  } finally {
    slow.release();
    quick.release();
    await database.close();
    await drop();
  }
});

test("ready runs are found behind any number that wait, page by page", async () => {
  const { url, drop } = await createTestDatabase();
  await using database = await openDatabase({ url });
  const { pool } = database;
  const busy = await createSchedule(pool, { name: "busy", run: "true", overlap: "queue" });
  const free = await createSchedule(pool, { name: "free", run: "true", overlap: "concurrent" });
  await pool.query(
    `insert into runs (schedule_id, fire_reason) select $1, 'manual' from generate_series(1, 2500)`,
    [busy.id],
  );
  await pool.query(
    `insert into runs (schedule_id, fire_reason) select $1, 'manual' from generate_series(1, 3)`,
    [free.id],
  );
  const found: string[] = [];
  let after: ReadyCursor | null = null;
  do {
    const page: ReadyPage = await listReadyRuns(pool, { after, limit: 2, at: null });
    found.push(...page.ready.map((run) => run.scheduleName));
    after = page.next;
  } while (after !== null);
  expect(found).toEqual(["busy", "free", "free", "free"]);
  await database.close();
  await drop();
});

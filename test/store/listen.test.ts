import { beforeAll, expect, test, vi } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDatabase } from "../support/postgres.js";

const tell = (pool: Pool, channel: string, payload: string) =>
  pool.query("select pg_notify($1, $2)", [channel, payload]);

/** Listens and collects; `until` waits for a payload. */
async function collect(pool: Pool, channel: string) {
  const heard: (string | null)[] = [];
  const stop = await pool.listen(channel, (payload) => heard.push(payload));
  const until = (payload: string | null) =>
    vi.waitFor(() => expect(heard).toContain(payload), { timeout: 20_000 });
  return { heard, stop, until };
}

describeOnBothDatabases("a listener", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });

  test("hears its own channel only, in order, and as often as it is told", async () => {
    const runs = await collect(pool, "Runs and more");
    const other = await collect(pool, "other");
    await tell(pool, "Runs and more", "1");
    await tell(pool, "other", "2");
    await tell(pool, "Runs and more", "");
    await tell(pool, "Runs and more", "3");
    await Promise.all([runs.until("3"), other.until("2")]);
    expect([runs.heard, other.heard]).toEqual([["1", "", "3"], ["2"]]);
  });

  test("hears of what is committed, not of what is rolled back", async () => {
    const { heard, until } = await collect(pool, "runs");
    const session = await pool.connect();
    await session.query("begin");
    await session.query("notify runs, 'taken back'");
    await session.query("rollback");
    await session.query("begin");
    await session.query("notify runs, 'kept'");
    await session.query("commit");
    session.release();
    await until("kept");
    expect(heard).toEqual(["kept"]);
  });

  test("is one of several on a channel, and stops alone", async () => {
    const first = await collect(pool, "runs");
    const second = await collect(pool, "runs");
    await first.stop();
    await tell(pool, "runs", "a");
    await second.until("a");
    await second.stop();
    const third = await collect(pool, "runs");
    await tell(pool, "runs", "b");
    await third.until("b");
    expect([first.heard, second.heard, third.heard]).toEqual([[], ["a"], ["b"]]);
  });

  test("goes on after a session was thrown away", async () => {
    const { heard, until } = await collect(pool, "runs");
    (await pool.connect()).release(new Error("in doubt"));
    await tell(pool, "runs", "a");
    await until("a");
    expect(heard.filter((payload) => payload !== null)).toEqual(["a"]);
  });

  test("ends with the database", async () => {
    const database = await open();
    await collect(database.pool, "runs");
    await database.close();
    await expect(database.pool.listen("runs", () => {})).rejects.toMatchObject({
      code: "database_unreachable",
    });
  });
});

test("a listener whose connection PostgreSQL ends is told null, and hears again", async () => {
  const { url, drop } = await createTestDatabase();
  const events: string[] = [];
  const database = await openDatabase({ url }, (event) => events.push(event));
  const runs = await collect(database.pool, "runs");
  const other = await collect(database.pool, "other");
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen %'`,
  );
  await Promise.all([runs.until(null), other.until(null)]);
  await tell(database.pool, "runs", "again");
  await runs.until("again");
  expect(runs.heard).toEqual([null, "again"]);
  expect(events).toContain("database.listening_again");
  await database.close();
  await drop();
});

import { expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { keepTidy } from "../../src/server/housekeeping.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createTestDataDir } from "../support/data-dir.js";
import { createToldLog } from "../support/deps.js";

test("an embedded database is vacuumed and analyzed when its server starts", async () => {
  await using database = await openDatabase({ dataDir: await createTestDataDir() });
  const { pool } = database;
  await createSchedule(pool, { name: "a", run: "true" });
  await pool.query(
    "insert into run_events (run_id, attempt, name) select 1, 1, 'x' from generate_series(1, 5000)",
  );
  await pool.query("delete from run_events");
  const pages = async () =>
    (await pool.query<{ n: number }>("select pg_relation_size('run_events')::int / 8192 as n")).rows[0]!.n;
  expect(await pages()).toBeGreaterThan(20);

  const log = createToldLog();
  await keepTidy(database, log)();
  expect(await pages()).toBe(0);
  expect(log.told).toEqual([]);
});

test("a database that cannot be tidied is no reason to stop", async () => {
  const log = createToldLog();
  const query = () => Promise.reject(new Error("It is busy."));
  await keepTidy({ kind: "embedded", pool: { query } as never }, log)();
  expect(log.told).toEqual([
    { level: "warn", event: "database.not_tidied", details: { error: "It is busy." } },
  ]);
});

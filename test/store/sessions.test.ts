import { beforeAll, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { describeOnBothDatabases } from "../support/databases.js";

describeOnBothDatabases("a session", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });

  test("sees what it wrote before it commits, and nobody else does", async () => {
    await pool.query("create table notes (id int)");
    const session = await pool.connect();
    await session.query("begin");
    await session.query("insert into notes values (1)");
    const others = pool.query("select count(*)::int as n from notes");
    const own = await session.query("select count(*)::int as n from notes");
    await session.query("rollback");
    session.release();
    expect([own.rows, (await others).rows]).toEqual([[{ n: 1 }], [{ n: 0 }]]);
  });

  test("released inside a transaction is rolled back", async () => {
    const session = await pool.connect();
    await session.query("begin");
    await session.query("create table lost ()");
    session.release();
    const { rows } = await pool.query("select to_regclass('lost') as lost");
    expect(rows).toEqual([{ lost: null }]);
  });

  test("released with an error leaves none of its settings and locks behind", async () => {
    const session = await pool.connect();
    await session.query("set application_name = 'left over'");
    await session.query("select pg_advisory_lock(42)");
    session.release(new Error("in doubt"));
    const { rows } = await pool.query(
      "select current_setting('application_name') as name, pg_try_advisory_lock(42) as free",
    );
    expect(rows).toEqual([{ name: expect.not.stringContaining("left over"), free: true }]);
  });

  test("after another waits its turn, in order", async () => {
    const asked = Array.from({ length: 50 }, (_, i) => pool.query("select $1::int as i", [i]));
    const answers = await Promise.all(asked);
    expect(answers.map(({ rows }) => rows[0].i)).toEqual(asked.map((_, i) => i));
  });
});

describeOnBothDatabases("a statement", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });

  test("says how many rows it touched", async () => {
    await pool.query(
      "create table notes (id int); insert into notes values (1), (2); insert into notes values (3)",
    );
    const updated = await pool.query("update notes set id = id + $1 where id > 1", [10]);
    const missed = await pool.query("delete from notes where id = 2");
    const none = await pool.query("create table more ()");
    expect([updated.rowCount, missed.rowCount, none.rowCount]).toEqual([2, 0, null]);
  });

  test("that fails says why as PostgreSQL does, and harms no later one", async () => {
    await pool.query("create table people (id int primary key, age int constraint grown check (age > 17))");
    await pool.query("insert into people values (1, 18)");
    await expect(pool.query("insert into people values ($1, 20)", [1])).rejects.toMatchObject({
      code: "23505",
      constraint: "people_pkey",
      table: "people",
      detail: "Key (id)=(1) already exists.",
      message: 'duplicate key value violates unique constraint "people_pkey"',
    });
    await expect(pool.query("insert into people values (2, 3)")).rejects.toMatchObject({
      code: "23514",
      constraint: "grown",
    });
    await expect(pool.query("selec")).rejects.toMatchObject({ code: "42601", position: "1" });
    await expect(pool.query("select $1::int", ["x"])).rejects.toMatchObject({ code: "22P02" });
    await expect(pool.query("select 1 from nowhere where $1", [true])).rejects.toMatchObject({
      code: "42P01",
    });
    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("whose value cannot be sent fails alone", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    await expect(pool.query("select $1::jsonb", [circular])).rejects.toThrow("circular");
    expect((await pool.query("select $1::int as one", [1])).rows).toEqual([{ one: 1 }]);
  });

  test("may be long and answer much", async () => {
    const long = "x".repeat(3_000_000);
    const { rows } = await pool.query("select i, $1 || i as text from generate_series(1, 5) as i", [long]);
    expect(rows.map(({ i, text }) => [i, text.length])).toEqual([1, 2, 3, 4, 5].map((i) => [i, 3_000_001]));
    const many = await pool.query("select i from generate_series(1, 20000) as i");
    expect([many.rowCount, many.rows.at(-1)]).toEqual([20_000, { i: 20_000 }]);
  });
});

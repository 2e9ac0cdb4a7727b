import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { inTransaction } from "../../src/store/transaction.js";
import { describeOnBothDatabases } from "../support/databases.js";

const count = async (pool: Pool) =>
  (await pool.query("select count(*)::int as n from notes")).rows[0].n as number;

describeOnBothDatabases("a transaction", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(async () => {
    await pool.query("drop table if exists notes; create table notes (id int primary key)");
  });

  test("that ends well is kept, and answers what its work answered", async () => {
    const answer = await inTransaction(pool, async (session) => {
      await session.query("insert into notes values (1), (2)");
      return "done";
    });
    expect(answer).toBe("done");
    expect(await count(pool)).toBe(2);
  });

  test("whose work throws leaves nothing, and throws the same", async () => {
    const boom = new Error("boom");
    const work = inTransaction(pool, async (session) => {
      await session.query("insert into notes values (1)");
      throw boom;
    });
    await expect(work).rejects.toBe(boom);
    expect(await count(pool)).toBe(0);
  });

  test("with a wrong statement leaves nothing, and the pool goes on", async () => {
    const work = inTransaction(pool, async (session) => {
      await session.query("insert into notes values (1)");
      await session.query("insert into notes values (1)");
    });
    await expect(work).rejects.toMatchObject({ code: "23505" });
    expect(await count(pool)).toBe(0);
  });

  test("that swallows a failed statement does not pass for committed", async () => {
    const work = inTransaction(pool, async (session) => {
      await session.query("insert into notes values (1)");
      await session.query("select 1/0").catch(() => {});
    });
    await expect(work).rejects.toThrow("was rolled back");
    expect(await count(pool)).toBe(0);
  });

  test("is one of many at once", async () => {
    const ids = Array.from({ length: 30 }, (_, id) => id);
    await Promise.all(
      ids.map((id) => inTransaction(pool, (session) => session.query("insert into notes values ($1)", [id]))),
    );
    expect(await count(pool)).toBe(30);
  });
});

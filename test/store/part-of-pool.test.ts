import { beforeAll, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { partOfPool } from "../../src/store/part-of-pool.js";
import { describeOnBothDatabases } from "../support/databases.js";

describeOnBothDatabases("a part of the pool", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });

  test("gives out as many sessions as it has, and the next one when one comes back", async () => {
    const taken: string[] = [];
    let atWork = 0;
    let most = 0;
    const slow: Pool = {
      ...pool,
      query: async (text, values) => {
        most = Math.max(most, (atWork += 1));
        const answer = await pool.query(text, values).finally(() => (atWork -= 1));
        return answer as never;
      },
      async connect() {
        taken.push("taken");
        return pool.connect();
      },
    };
    const part = partOfPool(slow, 1);
    const session = await part.connect();
    const later = [part.connect(), part.query<{ n: number }>("select 1 as n")] as const;
    await session.query("select 1");
    expect(taken.length).toBe(1);
    session.release();
    const next = await later[0];
    expect(taken.length).toBe(2);
    next.release();
    expect((await later[1]).rows).toEqual([{ n: 1 }]);

    await Promise.all(Array.from({ length: 20 }, () => part.query("select 1")));
    expect(most).toBe(1);
  });

  test("goes on after a session that could not be had, and a statement that was wrong", async () => {
    let fails = true;
    const shaky: Pool = {
      ...pool,
      connect: () => (fails ? Promise.reject(new Error("away")) : pool.connect()),
    };
    const part = partOfPool(shaky, 1);
    await expect(part.connect()).rejects.toThrow("away");
    await expect(part.query("select nonsense")).rejects.toThrow("nonsense");
    fails = false;
    const session = await part.connect();
    expect((await session.query("select 1 as n")).rows).toEqual([{ n: 1 }]);
    session.release();
  });

  test("ends a session that comes back in doubt", async () => {
    const part = partOfPool(pool, 1);
    const session = await part.connect();
    await session.query("set application_name = 'left over'");
    session.release(new Error("in doubt"));
    const { rows } = await part.query("select current_setting('application_name') as name");
    expect(rows).toEqual([{ name: expect.not.stringContaining("left over") }]);
  });
});

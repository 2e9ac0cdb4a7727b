import { expect, test } from "vitest";
import { inTransaction } from "../../src/store/transaction.js";
import { describeOnBothDatabases } from "../support/databases.js";

describeOnBothDatabases("a transaction", (open) => {
  test("that ends well is kept", async () => {
    const { pool } = await open();
    const answer = await inTransaction(pool, async (session) => {
      await session.query("create table t (a int)");
      return "done";
    });
    expect(answer).toBe("done");
    expect((await pool.query("select * from t")).rows).toEqual([]);
  });
});

import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";
import { History } from "../support/history.js";

const histories = 12;
const steps = 60;

describeOnBothDatabases("whatever is done to schedules, and in whatever order", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });
  beforeEach(() => emptyTables(pool));

  test.each([
    ["on a clock that goes ahead", false],
    ["on a clock that jumps back now and then", true],
  ])("each fire is in one row, %s", async (_, backwards) => {
    for (let seed = 1; seed <= histories; seed += 1) {
      await emptyTables(pool);
      const history = new History(pool, { seed, backwards });
      for (let step = 0; step < steps; step += 1) await history.step();
      await history.settle();
      expect({ seed, faults: await history.faults() }, history.told.join("\n")).toEqual({ seed, faults: [] });
    }
  });
});

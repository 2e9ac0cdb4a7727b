// A server that fires and does nothing else, whenever a line is said to it. Arguments: the database's URL.
import { createInterface } from "node:readline";
import { fireDueSchedules } from "../../src/scheduler/fire.js";
import { openDatabase } from "../../src/store/open-database.js";
import { toNowhere } from "../nowhere.js";

const database = await openDatabase({ url: process.argv[2]! });
const deps = toNowhere(database.pool);
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  const { ready, skipped } = await fireDueSchedules(deps);
  console.log(ready + skipped);
}
await database.close();

// Opens the database of a data directory, says so, and writes numbers until it is killed; each is printed when its
// commit is answered.
import { openDatabase } from "../../../src/store/open-database.js";
import { inTransaction } from "../../../src/store/transaction.js";

process.stdin.on("end", () => process.exit()).resume(); // the test is gone

const database = await openDatabase({ dataDir: process.argv[2]! });
await database.pool.query("create table if not exists numbers (n int primary key)");
console.log("open");
for (let n = 1; ; n++) {
  await inTransaction(database.pool, (session) => session.query("insert into numbers values ($1)", [n]));
  console.log(n);
}

// pg-boss with so many schedules of one minute, and the shortest intervals that it allows. Arguments: the database's URL,
// how many. Prints the instant.
import { PgBoss } from "pg-boss";
import { nextMinute } from "./next-minute.mjs";

const [connectionString, count] = process.argv.slice(2);
const dueAt = nextMinute(75_000);
const writer = new PgBoss({ connectionString, schedule: false });
await writer.start();
await writer.createQueue("fire");
const numbers = Array.from({ length: Number(count) }, (_, n) => n);
async function writeSome() {
  for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) {
    await writer.schedule("fire", `${dueAt.getUTCMinutes()} * * * *`, { n }, { key: `job-${n}` });
  }
}
await Promise.all(Array.from({ length: 10 }, writeSome));
await writer.stop({ graceful: false });
if (Date.now() > dueAt.getTime()) throw new Error("The schedules were not written in time.");

const boss = new PgBoss({ connectionString, cronMonitorIntervalSeconds: 1, cronWorkerIntervalSeconds: 1 });
boss.on("error", (error) => console.error(error.message));
await boss.start();
console.log(dueAt.getTime());

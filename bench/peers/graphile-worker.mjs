// graphile-worker with so many cron items of one minute. Arguments: the database's URL, how many. Prints the instant.
// The jobs wait: the worker knows other tasks only, so that nothing but the scheduling is measured.
import { Logger, parseCronItems, run } from "graphile-worker";
import { nextMinute } from "./next-minute.mjs";

const [connectionString, count] = process.argv.slice(2);
const dueAt = nextMinute(5000);
const items = Array.from({ length: Number(count) }, (_, n) => ({
  task: "fire",
  match: `${dueAt.getUTCMinutes()} * * * *`,
  identifier: `job ${n}`,
}));
const runner = await run({
  connectionString,
  taskList: { another: () => {} },
  parsedCronItems: parseCronItems(items),
  logger: new Logger(() => () => {}),
});
console.log(dueAt.getTime());
await runner.promise;

// BullMQ with so many job schedulers, all due in the same second, and a worker in the same process. Arguments: the port of
// Redis, how many. Prints the instant, and then how many milliseconds after it the last job had been taken.
import { Queue, Worker } from "bullmq";

const [port, count] = process.argv.slice(2).map(Number);
const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
const queue = new Queue("fire", { connection });
const dueAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
const pattern = `${dueAt.getUTCSeconds()} ${dueAt.getUTCMinutes()} * * * *`;
const numbers = Array.from({ length: count }, (_, n) => n);
async function writeSome() {
  for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) {
    await queue.upsertJobScheduler(`job ${n}`, { pattern, tz: "UTC" }, { name: "fire", data: { n } });
  }
}
await Promise.all(Array.from({ length: 50 }, writeSome));
if (Date.now() > dueAt.getTime()) throw new Error("The schedulers were not written in time.");
console.log(dueAt.getTime());

let taken = 0;
const onJob = () => {
  taken += 1;
  if (taken === count) console.log(Date.now() - dueAt.getTime());
};
const worker = new Worker("fire", async () => onJob(), { connection, concurrency: 100 });
worker.on("error", (error) => console.error(error.message));

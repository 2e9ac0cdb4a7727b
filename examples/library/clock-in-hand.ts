// Tests schedules without waiting for them. Run: npx tsx examples/library/clock-in-hand.ts [data directory]
import { randomBytes } from "node:crypto";
import { createSchedule, type Deps, openDatabase, Signer, tick } from "belfry";
import { createInMemoryDispatcher, createManualClock } from "belfry/testing";

const database = await openDatabase({ dataDir: process.argv[2] ?? ".belfry-library" });
await database.migrate();
const { pool } = database;

const report = await createSchedule(pool, {
  name: `report ${Date.now()}`,
  cron: "0 9 * * *",
  run: ["report"],
});

// The clock decides what is due, in place of the database's; the dispatcher notes what it is asked, and starts nothing.
const clock = createManualClock(report.nextFireAt ?? new Date());
const dispatcher = createInMemoryDispatcher();
const deps: Deps = {
  pool,
  clock,
  dispatcher,
  signer: new Signer(randomBytes(32)),
  apiBaseUrl: "http://127.0.0.1:7717",
  runnerBinary: "/usr/bin/belfry",
};

console.log("at nine:", await tick(deps));
console.log("again:", await tick(deps));
console.log("args:", dispatcher.requests[0]?.args.slice(0, 2).join(" "));

// The run is ended by hand; then nobody ticks for a week.
await pool.query("update runs set status = 'succeeded', finished_at = $2 where schedule_id = $1", [
  report.id,
  clock.now(),
]);
clock.advance(7 * 86_400_000);
console.log("a week later:", await tick(deps));

const { rows } = await pool.query<{ covers_count: number }>(
  "select covers_count from runs where schedule_id = $1 order by id",
  [report.id],
);
console.log("fires that each run stands for:", rows.map((row) => row.covers_count).join(", "));
await database.close();

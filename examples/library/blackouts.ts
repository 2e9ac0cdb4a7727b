// Creates a schedule that waits for the end of a blackout. Run: npx tsx examples/library/blackouts.ts [data directory]
import { createSchedule, openDatabase } from "belfry";

await using database = await openDatabase({ dataDir: process.argv[2] ?? ".belfry-library" });
await database.migrate();

const timezone = "Europe/Berlin";
const { nextFireAt } = await createSchedule(database.pool, {
  name: `deploy ${Date.now()}`,
  cron: ["0 9 * * FRI", "30 10 * * FRI"],
  timezone,
  blackouts: [{ when: "FRI 08:00-12:00", reason: "The weekly review" }],
  blackoutPolicy: "defer",
  catchUp: "none",
  run: ["./deploy.sh"],
});

const format = { timeZone: timezone, weekday: "long", hour: "2-digit", minute: "2-digit" } as const;
console.log("The next fire:", nextFireAt?.toLocaleString("en-GB", format));

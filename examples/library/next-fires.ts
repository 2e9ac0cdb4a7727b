// Asks the cron engine and the overlap policy, which need no database. Run: npx tsx examples/library/next-fires.ts
import { BelfryError, decide, nextFire } from "belfry";

// On 29 March 2026 the clocks of Berlin jump from 02:00 to 03:00. Half past two moves to the first instant after the gap.
let fire: Date | null = new Date("2026-03-27T12:00:00Z");
for (let count = 0; count < 3 && fire !== null; count += 1) {
  fire = nextFire("30 2 * * *", "Europe/Berlin", fire);
  console.log(fire?.toISOString() ?? "never again");
}

// With one run of the schedule under way:
for (const policy of ["skip", "queue", "concurrent"]) console.log(`${policy}: ${decide(policy, 1)}`);

try {
  nextFire("61 * * * *", "UTC", new Date());
} catch (error) {
  if (!(error instanceof BelfryError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

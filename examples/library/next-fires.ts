// Asks the cron engine and the overlap policy, which need no database. Run: npx tsx examples/library/next-fires.ts
import { BelfryError, decide, nextFire } from "belfry";

// On 29 March 2026 the clocks of Berlin jump from 02:00 to 03:00. Half past two moves to the first instant after the gap.
let fire: Date | null = new Date("2026-03-27T12:00:00Z");
for (let count = 0; count < 3 && fire !== null; count += 1) {
  fire = nextFire("30 2 * * *", "Europe/Berlin", fire);
  console.log(fire?.toISOString() ?? "never again");
}

// On 25 October 2026 half past two comes twice. Of two expressions, one a line, it is the first fire of either.
const cron = "30 2 * * *\n0 12 * * SUN";
const afterTheFirst = new Date("2026-10-25T00:30:00Z");
console.log(nextFire(cron, "Europe/Berlin", afterTheFirst)?.toISOString());
console.log(nextFire(cron, "Europe/Berlin", afterTheFirst, { dst: { fold: "both" } })?.toISOString());

// An H stands for a minute that follows from the name.
for (const name of ["backup", "report"]) {
  console.log(nextFire("H 3 * * *", "UTC", new Date("2026-11-23T00:00:00Z"), { name })?.toISOString());
}

// With one run of the schedule under way:
for (const policy of ["skip", "queue", "concurrent"]) console.log(`${policy}: ${decide(policy, 1)}`);

try {
  nextFire("61 * * * *", "UTC", new Date());
} catch (error) {
  if (!(error instanceof BelfryError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

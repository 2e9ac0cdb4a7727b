// Disturbs a real system at random and holds what has come of it against the laws. Run: npm run torture -- --minutes 5
import { readOptions } from "./options.js";
import { summarize } from "./summary.js";
import { countViolations, torture } from "./torture.js";

const options = readOptions(process.argv.slice(2));
console.log(
  `seed ${options.seed}, ${options.schedules} schedules, ${options.durationMs / 60_000} minutes of faults`,
);
const outcome = await torture(options, (line) => console.log(line));
console.log(summarize(outcome));
process.exit(countViolations(outcome.verdicts) === 0 ? 0 : 1);

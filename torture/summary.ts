import Table from "cli-table3";
import type { Evidence, RunRow } from "./checker/evidence.js";
import { countViolations, type Outcome } from "./torture.js";

/** How many violations of a law are shown. */
const shown = 5;

/** What was done, what has come of it, and which laws were broken. */
export function summarize(outcome: Outcome): string {
  const { evidence } = outcome;
  return [
    faultTable(outcome),
    errorTable(outcome),
    runTable(evidence),
    verdictTable(outcome),
    violations(outcome),
  ].join("\n");
}

function faultTable({ faults }: Outcome): string {
  const table = createTable(["fault", "done", "left alone"]);
  for (const [kind, { done, leftAlone }] of [...faults].sort()) table.push([kind, done, leftAlone]);
  return table.toString();
}

function errorTable({ errors }: Outcome): string {
  const table = createTable(["what servers logged as an error", "how often"]);
  table.push(...[...errors].sort());
  return table.toString();
}

function runTable({ runs, lives }: Evidence): string {
  const table = createTable(["what became of fires and runs", "how many"]);
  const fires = runs.reduce((sum, run) => sum + (run.fireMs === null ? 0 : run.coversCount), 0);
  table.push(["fires", fires], ["rows", runs.length], ["jobs that were begun", lives.length]);
  for (const [end, count] of [...countEnds(runs)].sort()) table.push([`  ${end}`, count]);
  table.push([
    "failures that another attempt followed",
    runs.reduce((sum, { failures }) => sum + failures, 0),
  ]);
  const lags = runs.filter(isAlone).map(({ createdMs, fireMs }) => createdMs - fireMs!);
  lags.sort((a, b) => a - b);
  for (const [called, share] of lagShares) table.push([`row after its fire, ${called}`, lagOf(lags, share)]);
  return table.toString();
}

const lagShares = [
  ["the median", 0.5],
  ["99 %", 0.99],
  ["the worst", 1],
] as const;

/** A row that stands for its own fire only, so that its lag is its own. */
function isAlone({ fireMs, coversCount, skipReason }: RunRow): boolean {
  return fireMs !== null && coversCount === 1 && skipReason !== "paused" && skipReason !== "edited";
}

function lagOf(sorted: readonly number[], share: number): string {
  const lag = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return lag === undefined ? "-" : `${lag.toFixed(0)} ms`;
}

function countEnds(runs: readonly RunRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status, errorKind, skipReason } of runs) {
    const end = [status, errorKind ?? skipReason].filter((word) => word !== null).join(" as ");
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return counts;
}

function verdictTable({ verdicts }: Outcome): string {
  const table = createTable(["law", "violations"]);
  for (const { law, violations } of verdicts) table.push([law, violations.length]);
  return table.toString();
}

function violations({ verdicts, folder, seed, tookMs }: Outcome): string {
  const took = `Seed ${seed}, ${(tookMs / 1000).toFixed(0)} s.`;
  if (countViolations(verdicts) === 0) return `${took} All laws were kept.`;
  const lines = verdicts.flatMap(({ violations }) => violations.slice(0, shown));
  return [...lines, `${took} Rows, journal and logs are in ${folder}`].join("\n");
}

function createTable(head: string[]): InstanceType<typeof Table> {
  return new Table({ style: { head: [], border: [] }, head });
}

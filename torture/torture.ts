import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drawFrom } from "../test/support/draw.js";
import { builtBelfry } from "../test/support/built-belfry.js";
import { check, type Verdict } from "./checker/check.js";
import type { Evidence } from "./checker/evidence.js";
import { carryOut } from "./faults/carry-out.js";
import { leftAlone } from "./faults/doer.js";
import { type Fault, planFaults, tellFault } from "./faults/plan.js";
import type { TortureOptions } from "./options.js";
import { plantBug } from "./plant/plant-bug.js";
import { readJournal } from "./read-journal.js";
import { countErrors } from "./read-logs.js";
import { readRows } from "./read-rows.js";
import { planSchedules } from "./schedules.js";
import { settle } from "./settle.js";
import { findJobs } from "./world/processes.js";
import { jobPath, openWorld, type World } from "./world/world.js";

export interface Outcome {
  folder: string;
  seed: number;
  verdicts: Verdict[];
  evidence: Evidence;
  /** How often each kind of fault was carried out, and how often there was nothing to disturb. */
  faults: Map<string, { done: number; leftAlone: number }>;
  /** How often the servers have logged each event as an error: under such weather, no fault by itself. */
  errors: Map<string, number>;
  tookMs: number;
}

type Print = (line: string) => void;

/** After the last fault all must have come to its end within the leases, and so long for queues and timeouts. */
const settleMs = 150_000;

/** Carries a torture out from its beginning to its verdict. The folder stays if it is kept, or if a law was broken. */
export async function torture(options: TortureOptions, print: Print): Promise<Outcome> {
  const began = Date.now();
  const folder = await mkdtemp(join(tmpdir(), "belfry-torture-"));
  const schedules = planSchedules(options.schedules, drawFrom(options.seed), jobPath);
  const planted = await plantBug(options.plant, builtBelfry, folder);
  const world = await openWorld({ folder, options, schedules, program: planted.program });
  try {
    for (const server of world.servers) server.start();
    await untilApplied(world);
    await planted.inDatabase(world.databaseUrl);
    const faults = await disturb(world, options, print);
    const printNow = (what: string) => print(`${clock(began)}  ${what}`);
    printNow("the last fault is over");
    const unsettled = await settle(world, options.leaseMs * 3 + settleMs, printNow);
    printNow("all is quiet");
    const evidence = await gather(world);
    await Promise.all(world.servers.map((server) => server.stop(world.withinMs(30_000))));
    await world.close();
    printNow(`${evidence.runs.length} rows are held against the laws`);
    const verdicts = [
      ...check(evidence),
      { law: "what is told is done", violations: [...world.faults, ...unsettled] },
    ];
    const errors = await countErrors(world.servers.map(({ logPath }) => logPath));
    await keep(folder, options, evidence, verdicts);
    return { folder, seed: options.seed, verdicts, evidence, faults, errors, tookMs: Date.now() - began };
  } finally {
    await world.close();
  }
}

/** The sum of the violations of all laws. */
export function countViolations(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { violations }) => sum + violations.length, 0);
}

async function untilApplied(world: World): Promise<void> {
  for (const { name } of world.schedules.slice(-1)) await world.api.insist("GET", `/schedules/${name}`);
  world.manifest.isApplied();
}

async function disturb(world: World, options: TortureOptions, print: Print): Promise<Outcome["faults"]> {
  const counts: Outcome["faults"] = new Map();
  const scene = { world, busy: new Set<string>() };
  const began = Date.now();
  const underWay: Promise<void>[] = [];
  for (const fault of planFaults(options, drawFrom(options.seed + 1))) {
    await sleep(Math.max(0, fault.atMs - (Date.now() - began)));
    underWay.push(carryOutAndTell(scene, fault, counts, print));
  }
  await sleep(Math.max(0, options.durationMs - (Date.now() - began)));
  await Promise.all(underWay);
  return counts;
}

async function carryOutAndTell(
  scene: Parameters<typeof carryOut>[0],
  fault: Fault,
  counts: Outcome["faults"],
  print: Print,
): Promise<void> {
  const result = await carryOut(scene, fault);
  const count = counts.get(fault.kind) ?? { done: 0, leftAlone: 0 };
  counts.set(fault.kind, count);
  count[result === leftAlone ? "leftAlone" : "done"] += 1;
  print(`${(fault.atMs / 1000).toFixed(1).padStart(7)} s  ${tellFault(fault)}: ${result}`);
}

function clock(began: number): string {
  return `${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s`;
}

async function gather(world: World): Promise<Evidence> {
  const orphans = findJobs(world.mark, jobPath);
  const rows = await readRows(world.databaseUrl);
  return {
    asked: world.manifest.asked,
    ...rows,
    lives: await readJournal(world.journalPath),
    killed: world.killed,
    orphans,
  };
}

async function keep(
  folder: string,
  options: TortureOptions,
  evidence: Evidence,
  verdicts: readonly Verdict[],
): Promise<void> {
  if (!options.keepData && countViolations(verdicts) === 0)
    return rm(folder, { recursive: true, force: true });
  await writeFile(join(folder, "violations.json"), JSON.stringify(verdicts, null, 2));
  for (const [name, rows] of Object.entries(evidence)) {
    await writeFile(
      join(folder, `${name}.jsonl`),
      [...(rows as Iterable<unknown>)].map((row) => `${JSON.stringify(row)}\n`).join(""),
    );
  }
}

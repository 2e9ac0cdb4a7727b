import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { JobLife } from "./checker/evidence.js";

/** Reads what the jobs have noted; `job.sh` says what the lines mean. */
export async function readJournal(path: string): Promise<JobLife[]> {
  if (!existsSync(path)) return [];
  const lives = new Map<string, JobLife>();
  for await (const line of createInterface({ input: createReadStream(path) })) note(lives, line);
  return [...lives.values()];
}

/** A child notes its parent's process id, so that its life is one with the job's. */
function note(lives: Map<string, JobLife>, line: string): void {
  const [what, runId, attempt, pid, second, ...rest] = line.split(" ");
  if (second === undefined) throw new Error(`The journal has a line that is none: "${line}"`);
  const key = `${runId} ${attempt} ${pid}`;
  const atSec = Number(second);
  const known = lives.get(key);
  const life = known ?? newLife({ runId: runId!, attempt: Number(attempt), pid: Number(pid) }, atSec);
  if (known === undefined) lives.set(key, life);
  life.fromSec = Math.min(life.fromSec, atSec);
  life.untilSec = Math.max(life.untilSec, atSec);
  if (what === "S") life.schedule = rest[0] ?? "";
  if (what === "E") life.end = { exitCode: Number(rest[0]), lines: Number(rest[1]) };
}

function newLife(key: Pick<JobLife, "runId" | "attempt" | "pid">, atSec: number): JobLife {
  return { ...key, schedule: "", fromSec: atSec, untilSec: atSec, end: null };
}

import { rmSync } from "node:fs";
import { upMs } from "../clock.js";
import { startTimer } from "../long-timer.js";
import { pause } from "../pause.js";
import { statOf } from "../process-stat.js";
import { killMarked, ProcessTree } from "../process-tree.js";
import type { GuardWord } from "./guard-words.js";
import { readLines } from "./read-lines.js";

/** A guard that wakes later than this after a deadline stood still: what it was told meanwhile has to be read first. */
const lateMs = 50;
/** And so long it reads. */
const readMs = 100;

/** A `spawn` that was under way when its host died is over by then. */
const lateLooks = 3;
const lateLookMs = 100;

/**
 * `belfry runner --guard`: ends jobs whose host is gone, or has let a deadline pass. Told of them on its standard input; when
 * that ends, so do the jobs that it still knows.
 */
export async function guardJobs(): Promise<number> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  const watch = new Watch();
  readLines(process.stdin, (line) => {
    if (line !== null) watch.heed(JSON.parse(line) as GuardWord);
  });
  process.stdin.on("error", () => undefined); // It closes after that.
  await new Promise((resolve) => process.stdin.once("close", resolve));
  await watch.endAll();
  return 0;
}

/** A job; before it is known to be there, without its tree. */
interface Watched {
  tree: ProcessTree | null;
  until: number;
  callOff: () => void;
}

class Watch {
  readonly #jobs = new Map<string, Watched>();
  readonly #folders: string[] = [];

  heed(word: GuardWord): void {
    if (word[0] === "expect") this.#set(word[1], null, word[2]);
    else if (word[0] === "watch") this.#watch(word[1], word[2], word[3]);
    else if (word[0] === "renew") this.#renew(word[1], word[2]);
    else if (word[0] === "release") this.#release(word[1]);
    else this.#folders.push(word[1]);
  }

  async endAll(): Promise<void> {
    const expected = [...this.#jobs].flatMap(([assignment, { tree }]) => (tree === null ? [assignment] : []));
    for (const assignment of this.#jobs.keys()) this.#end(assignment);
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    // One that was just being started shows its mark a moment later.
    for (let looks = 0; looks < lateLooks && expected.length > 0; looks += 1) {
      await pause(lateLookMs);
      for (const assignment of expected) killMarked(assignment);
    }
  }

  #set(assignment: string, tree: ProcessTree | null, until: number): void {
    this.#release(assignment);
    this.#jobs.set(assignment, { tree, until, callOff: this.#endAt(assignment, until) });
  }

  /** If its first process is gone already, another one that gets its id is none of the job's. */
  #watch(assignment: string, groupId: number, until: number): void {
    const startedAt = statOf(groupId)?.startedAt ?? -1;
    this.#set(assignment, new ProcessTree({ groupId, startedAt, assignment }), until);
  }

  #renew(assignment: string, until: number): void {
    const job = this.#jobs.get(assignment);
    if (job !== undefined) job.until = until;
  }

  #endAt(assignment: string, until: number): () => void {
    return startTimer(Math.max(0, until - upMs()), () => this.#whenDue(assignment));
  }

  /** What was renewed meanwhile is waited for again: a timer per renewal would cost more. */
  #whenDue(assignment: string): void {
    const job = this.#jobs.get(assignment);
    if (job === undefined) return;
    const overdueMs = upMs() - job.until;
    if (overdueMs < 0) job.callOff = this.#endAt(assignment, job.until);
    else job.callOff = startTimer(overdueMs > lateMs ? readMs : 0, () => this.#endIfDue(assignment));
  }

  /** The pipe has been read since the deadline was seen to be over: it may have been put off. */
  #endIfDue(assignment: string): void {
    const job = this.#jobs.get(assignment);
    if (job === undefined) return;
    if (upMs() >= job.until) this.#end(assignment);
    else job.callOff = this.#endAt(assignment, job.until);
  }

  #end(assignment: string): void {
    const tree = this.#jobs.get(assignment)?.tree;
    if (tree == null) killMarked(assignment);
    else tree.kill();
    this.#release(assignment);
  }

  #release(assignment: string): void {
    this.#jobs.get(assignment)?.callOff();
    this.#jobs.delete(assignment);
  }
}

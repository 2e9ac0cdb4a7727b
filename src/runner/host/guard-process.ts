import { rmSync } from "node:fs";
import { upMs } from "../clock.js";
import { startTimer } from "../long-timer.js";
import { statOf } from "../process-stat.js";
import { ProcessTree } from "../process-tree.js";
import type { GuardWord } from "./guard-words.js";
import { readLines } from "./read-lines.js";

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
  watch.endAll();
  return 0;
}

interface Watched {
  tree: ProcessTree;
  until: number;
  callOff: () => void;
}

class Watch {
  readonly #jobs = new Map<number, Watched>();
  readonly #folders: string[] = [];

  heed(word: GuardWord): void {
    if (word[0] === "watch") this.#add(word[1], word[2], word[3]);
    else if (word[0] === "renew") this.#renew(word[1], word[2]);
    else if (word[0] === "release") this.#release(word[1]);
    else this.#folders.push(word[1]);
  }

  endAll(): void {
    for (const groupId of this.#jobs.keys()) this.#end(groupId);
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  /** If its first process is gone already, another one that gets its id is none of the job's. */
  #add(groupId: number, assignment: string, until: number): void {
    this.#release(groupId);
    const startedAt = statOf(groupId)?.startedAt ?? -1;
    const tree = new ProcessTree({ groupId, startedAt, assignment });
    this.#jobs.set(groupId, { tree, until, callOff: this.#endAt(groupId, until) });
  }

  #renew(groupId: number, until: number): void {
    const job = this.#jobs.get(groupId);
    if (job !== undefined) job.until = until;
  }

  #endAt(groupId: number, until: number): () => void {
    return startTimer(Math.max(0, until - upMs()), () => this.#whenDue(groupId));
  }

  /** What was renewed meanwhile is waited for again: a timer per renewal would cost more. */
  #whenDue(groupId: number): void {
    const job = this.#jobs.get(groupId);
    if (job === undefined) return;
    if (upMs() >= job.until) this.#end(groupId);
    else job.callOff = this.#endAt(groupId, job.until);
  }

  #end(groupId: number): void {
    this.#jobs.get(groupId)?.tree.kill();
    this.#release(groupId);
  }

  #release(groupId: number): void {
    this.#jobs.get(groupId)?.callOff();
    this.#jobs.delete(groupId);
  }
}

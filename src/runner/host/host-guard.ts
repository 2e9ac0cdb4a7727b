import { type ChildProcess, spawn } from "node:child_process";
import type { Guard, GuardedJob } from "../guard.js";
import type { JobMarks } from "../process-tree.js";
import { messageOf } from "../../core/errors.js";
import { say } from "../say.js";
import type { GuardWord } from "./guard-words.js";

const againAfterMs = 1000;

/** The guard of a host: a process of its own, started again if it should die. */
export class HostGuard implements Guard {
  readonly #jobs = new Map<number, { assignment: string; until: number }>();
  readonly #folders = new Set<string>();
  readonly #onStarted: () => void;
  #process: ChildProcess | null = null;
  #isClosed = false;

  /** `onStarted` hears of each process that is the guard from now on. */
  constructor(onStarted: () => void = () => undefined) {
    this.#onStarted = onStarted;
  }

  /** Its process; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Starts its process. */
  start(): void {
    const args = [...process.execArgv, process.argv[1]!, "runner", "--guard"];
    try {
      this.#attach(spawn(process.execPath, args, { detached: true, stdio: ["pipe", "ignore", "ignore"] }));
    } catch (error) {
      say(`The guard was not started: ${messageOf(error)}`);
      return this.#startAgain();
    }
    for (const [groupId, { assignment, until }] of this.#jobs)
      this.#tell("watch", groupId, assignment, until);
    for (const folder of this.#folders) this.#tell("folder", folder);
    this.#onStarted();
  }

  #attach(guard: ChildProcess): void {
    this.#process = guard;
    guard.stdin?.on("error", () => undefined); // It has gone, and is started again.
    guard.once("error", (error) => {
      say(`The guard was not started: ${error.message}`);
      if (guard.pid === undefined) this.#startAgain();
    });
    guard.once("close", () => {
      if (guard.pid !== undefined) this.#startAgain();
    });
  }

  watch({ groupId, assignment }: Omit<JobMarks, "startedAt">, until: number): GuardedJob {
    const job = { assignment, until };
    this.#jobs.set(groupId, job);
    this.#tell("watch", groupId, assignment, until);
    const isKnown = (): boolean => this.#jobs.get(groupId) === job;
    const renew = (later: number): void => {
      if (!isKnown()) return;
      job.until = later;
      this.#tell("renew", groupId, later);
    };
    const release = (): void => {
      if (!isKnown()) return;
      this.#jobs.delete(groupId);
      this.#tell("release", groupId);
    };
    return { renew, release };
  }

  /** Has a folder removed when the host is gone. */
  tidy(folder: string): void {
    if (this.#folders.has(folder)) return;
    this.#folders.add(folder);
    this.#tell("folder", folder);
  }

  /** Lets it go home; what it still knows it ends. */
  close(): void {
    this.#isClosed = true;
    this.#process?.stdin?.end();
  }

  #tell(...word: GuardWord): void {
    const pipe = this.#process?.stdin;
    if (pipe?.writable === true) pipe.write(`${JSON.stringify(word)}\n`);
  }

  #startAgain(): void {
    this.#process = null;
    if (this.#isClosed) return;
    setTimeout(() => {
      if (!this.#isClosed) this.start();
    }, againAfterMs);
  }
}

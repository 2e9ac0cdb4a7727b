import { type ChildProcess, spawn } from "node:child_process";
import type { Guard, GuardedJob } from "../guard.js";
import { messageOf } from "../../core/errors.js";
import { say } from "../say.js";
import type { GuardWord } from "./guard-words.js";

const againAfterMs = 1000;

/** A job that is there as a group, or is about to be. */
interface KnownJob {
  groupId: number | null;
  until: number;
}

/** The guard of a host: a process of its own, started again if it should die. */
export class HostGuard implements Guard {
  readonly #jobs = new Map<string, KnownJob>();
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
    for (const [assignment, { groupId, until }] of this.#jobs) {
      if (groupId === null) this.#tell("expect", assignment, until);
      else this.#tell("watch", assignment, groupId, until);
    }
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

  expect(assignment: string, until: number): GuardedJob {
    const job: KnownJob = { groupId: null, until };
    this.#jobs.set(assignment, job);
    this.#tell("expect", assignment, until);
    return {
      watch: (groupId) => {
        job.groupId = groupId;
        this.#tell("watch", assignment, groupId, job.until);
      },
      renew: (until) => {
        job.until = until;
        this.#tell("renew", assignment, until);
      },
      release: () => {
        if (this.#jobs.delete(assignment)) this.#tell("release", assignment);
      },
    };
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

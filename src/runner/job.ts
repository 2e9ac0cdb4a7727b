import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { pause } from "./pause.js";
import { awaitGroupEnd, signalGroup } from "./process-group.js";

export type StopReason = "timeout" | "cancel" | "shutdown" | "disowned";

/** How a job's process ended, and whether it was made to. */
export interface JobEnd {
  exitCode: number | null;
  exitSignal: string | null;
  stoppedBy: StopReason | null;
  /** Whether its main process outlived the grace after SIGTERM. */
  neededKill: boolean;
}

/** For how long others may hold the output of a process that has ended. */
const pipesMs = 1000;
/** From SIGTERM to SIGKILL for what a job that ended by itself left running. */
const leftoverGraceMs = 1000;
/** For the last bytes of what was killed; whoever holds the pipes after that has left the process group. */
const lastBytesMs = 200;

/** A job at work: a process that was started as the leader of its own group. */
export class Job {
  readonly #child: ChildProcess;
  readonly #readers: readonly Readable[];
  readonly #groupId: number;
  readonly #graceMs: number;
  #stoppedBy: StopReason | null = null;
  #neededKill = false;
  #killAt = Infinity;
  #killTimer: NodeJS.Timeout | undefined;
  /** Resolves when the process group is gone and its output read; never rejects. */
  readonly ended: Promise<JobEnd>;

  constructor(child: ChildProcess, readers: readonly Readable[], graceMs: number) {
    if (child.pid === undefined) throw new Error("A job needs a process that was started.");
    this.#child = child;
    this.#readers = readers;
    this.#groupId = child.pid;
    this.#graceMs = graceMs;
    this.ended = this.#end();
  }

  /** SIGTERM to the process group now, SIGKILL after the grace. Only the first call counts. */
  stop(reason: StopReason): void {
    if (this.#stoppedBy !== null || this.#hasExited()) return;
    this.#stoppedBy = reason;
    this.#killAt = performance.now() + this.#graceMs;
    signalGroup(this.#groupId, "SIGTERM");
    this.#killTimer = setTimeout(() => this.kill(), this.#graceMs);
  }

  /** SIGKILL to the process group now. */
  kill(): void {
    this.#neededKill ||= !this.#hasExited();
    signalGroup(this.#groupId, "SIGKILL");
  }

  #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #end(): Promise<JobEnd> {
    const killGroup = (): void => void signalGroup(this.#groupId, "SIGKILL");
    process.once("exit", killGroup); // Should the runner fail, its job must not go on unseen.
    await this.#exitAndOutput();
    clearTimeout(this.#killTimer);
    process.off("exit", killGroup);
    return {
      exitCode: this.#child.exitCode,
      exitSignal: this.#child.signalCode,
      stoppedBy: this.#stoppedBy,
      neededKill: this.#neededKill,
    };
  }

  async #exitAndOutput(): Promise<void> {
    const allRead = this.#allRead();
    await new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    await pause(pipesMs, allRead);
    await this.#endLeftovers();
    await pause(lastBytesMs, allRead);
    for (const reader of this.#readers) reader.destroy();
  }

  /** Aborts when nobody holds the output any more, and all of it has been read. */
  #allRead(): AbortSignal {
    const closed = new AbortController();
    let open = this.#readers.length;
    for (const reader of this.#readers) {
      reader.once("close", () => {
        open -= 1;
        if (open === 0) closed.abort();
      });
    }
    return closed.signal;
  }

  /** A job that was told to stop has its whole grace, also for what its shell has started. */
  async #endLeftovers(): Promise<void> {
    if (this.#stoppedBy === null) {
      signalGroup(this.#groupId, "SIGTERM");
      this.#killAt = performance.now() + leftoverGraceMs;
    }
    await awaitGroupEnd(this.#groupId, this.#killAt);
  }
}

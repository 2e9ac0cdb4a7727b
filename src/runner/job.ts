import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { upMs } from "./clock.js";
import { startTimer } from "./long-timer.js";
import { pause } from "./pause.js";
import { groupLives, isGoneBy, signalGroup } from "./process-group.js";
import { statOf } from "./process-stat.js";
import { ProcessTree } from "./process-tree.js";

export type StopReason = "timeout" | "cancel" | "shutdown" | "disowned" | "lease";

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

/** A job at work: a process that was started as the leader of its own group and session. */
export class Job {
  readonly #child: ChildProcess;
  readonly #readers: readonly Readable[];
  readonly #groupId: number;
  readonly #graceMs: number;
  readonly #assignment: string;
  #tree: ProcessTree | null = null;
  #stoppedBy: StopReason | null = null;
  #neededKill = false;
  #isOver = false;
  #killAt = Infinity;
  #callOffKill: () => void = () => undefined;
  /** Resolves when its processes are gone and its output read; never rejects. */
  readonly ended: Promise<JobEnd>;

  /** `assignment` is an entry of the job's environment that no other job has. */
  constructor(child: ChildProcess, readers: readonly Readable[], graceMs: number, assignment: string) {
    if (child.pid === undefined) throw new Error("A job needs a process that was started.");
    this.#child = child;
    this.#readers = readers;
    this.#groupId = child.pid;
    this.#graceMs = graceMs;
    this.#assignment = assignment;
    this.ended = this.#end();
  }

  /** The process group, named for its first process. */
  get groupId(): number {
    return this.#groupId;
  }

  /** SIGTERM to all its processes now, SIGKILL after the grace. Only the first call counts. */
  stop(reason: StopReason, graceMs = this.#graceMs): void {
    if (this.#stoppedBy !== null || this.#hasExited()) return;
    this.#stoppedBy = reason;
    this.#killAt = upMs() + graceMs;
    this.#processes().signal("SIGTERM");
    this.#callOffKill = startTimer(graceMs, () => this.kill());
  }

  /** SIGKILL to all its processes now. */
  kill(): void {
    if (this.#isOver) return; // Its ids may be those of others by now.
    this.#neededKill ||= !this.#hasExited();
    this.#killAt = upMs();
    this.#processes().kill();
  }

  /** Known at the first signal, while the first process is there: its age tells a later group of the same id apart. */
  #processes(): ProcessTree {
    const startedAt = statOf(this.#groupId)?.startedAt ?? null;
    this.#tree ??= new ProcessTree({ groupId: this.#groupId, startedAt, assignment: this.#assignment });
    return this.#tree;
  }

  #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #end(): Promise<JobEnd> {
    await this.#exitAndOutput();
    this.#callOffKill();
    this.#isOver = true;
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
    await (this.#stoppedBy === null ? this.#endLeftovers() : this.#endTree());
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
        if (open === 0) closed.abort("read"); // With a reason, as the one that it would make up is costly.
      });
    }
    return closed.signal;
  }

  /** A job that ended by itself may have left its group on purpose; what stayed in it is ended. */
  async #endLeftovers(): Promise<void> {
    if (!signalGroup(this.#groupId, "SIGTERM")) return;
    this.#killAt = upMs() + leftoverGraceMs;
    const isGone = await isGoneBy(this.#killAt, () => groupLives(this.#groupId));
    if (!isGone) signalGroup(this.#groupId, "SIGKILL");
  }

  /** A job that was told to stop has its whole grace, also for what its first process has started. */
  async #endTree(): Promise<void> {
    const tree = this.#processes();
    if (!(await isGoneBy(this.#killAt, () => tree.lives()))) tree.kill();
  }
}

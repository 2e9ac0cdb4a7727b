import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A pipe that a job writes its output to: the end that the runner reads, and the descriptor that the job is given. */
export interface OutputPipe {
  reader: Socket;
  jobEnd: number;
}

const run = promisify(execFile);

/**
 * Real pipes for the output of jobs, made `batch` pairs at a time, so that a job seldom waits for its own. What Node.js
 * calls a pipe is a socket, and on Linux a socket cannot be opened by name: `echo ... > /dev/stderr` or `tee /dev/stderr`
 * would fail in every job.
 */
export class OutputPipes {
  readonly #batch: number;
  readonly #onFolder: (folder: string) => void;
  #folder: string | null = null;
  #paths: string[] = [];
  #made = 0;
  #making: Promise<void> | null = null;

  /** `onFolder` hears of each folder that is to be removed if nobody closes this. */
  constructor(batch: number, onFolder: (folder: string) => void = () => undefined) {
    this.#batch = batch;
    this.#onFolder = onFolder;
  }

  /** Makes the next pairs, unless some are being made. */
  prepare(): Promise<void> {
    this.#making ??= this.#make().finally(() => (this.#making = null));
    return this.#making;
  }

  /** Two pipes, for stdout and stderr, or null where none can be made. */
  async open(): Promise<[OutputPipe, OutputPipe] | null> {
    for (let tries = 0; tries < 2; tries += 1) {
      const pipes = openPair(await this.#take());
      // Nothing is left to be used; or somebody tidied up here, or nothing can be made.
      if (this.#batch === 1 || pipes === null) this.close();
      if (pipes !== null) return pipes;
    }
    return null;
  }

  /** Removes what was not used. */
  close(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
    this.#paths = [];
  }

  async #take(): Promise<string[]> {
    if (this.#paths.length < 2) await this.prepare();
    const taken = this.#paths.splice(0, 2);
    if (this.#batch > 1 && this.#paths.length < this.#batch) void this.prepare();
    return taken.length < 2 && this.#folder !== null ? this.#take() : taken;
  }

  async #make(): Promise<void> {
    try {
      const folder = this.#folder ?? mkdtempSync(join(tmpdir(), "belfry-"));
      if (this.#folder === null) this.#onFolder(folder);
      this.#folder = folder;
      const paths = Array.from({ length: 2 * this.#batch }, (_, at) => join(folder, `${this.#made + at}`));
      this.#made += paths.length;
      await run("mkfifo", paths);
      if (this.#folder === folder) this.#paths.push(...paths);
    } catch {
      this.close();
    }
  }
}

function openPair([stdout, stderr]: readonly string[]): [OutputPipe, OutputPipe] | null {
  if (stdout === undefined || stderr === undefined) return null;
  const first = openPipe(stdout);
  const second = first === null ? null : openPipe(stderr);
  if (first !== null && second !== null) return [first, second];
  first?.reader.destroy();
  if (first !== null) closeJobEnds([first]);
  return null;
}

/** In this order: without a reader the second open would wait, and without a writer the reader would be at its end. */
function openPipe(path: string): OutputPipe | null {
  const ends: number[] = [];
  try {
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    ends.push(readEnd);
    const jobEnd = openSync(path, constants.O_WRONLY);
    ends.push(jobEnd);
    unlinkSync(path);
    return { reader: new Socket({ fd: readEnd, readable: true, writable: false }), jobEnd };
  } catch {
    for (const end of ends) closeSync(end);
    return null;
  }
}

/** Lets go of the job's end, which the job has by now, so that its closing it is seen. */
export function closeJobEnds(pipes: readonly OutputPipe[]): void {
  for (const { jobEnd } of pipes) closeSync(jobEnd);
}

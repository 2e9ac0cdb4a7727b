import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A pipe that a job writes its output to: the end that the runner reads, and the descriptor that the job is given. */
export interface OutputPipe {
  reader: Socket;
  jobEnd: number;
}

/**
 * Two real pipes, for stdout and stderr, or null where none can be made. What Node.js calls a pipe is a socket, and on
 * Linux a socket cannot be opened by name: `echo ... > /dev/stderr` or `tee /dev/stderr` would fail in every job.
 */
export function openOutputPipes(): [OutputPipe, OutputPipe] | null {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "belfry-"));
    const paths = [join(folder, "stdout"), join(folder, "stderr")] as const;
    execFileSync("mkfifo", paths, { stdio: "ignore" });
    return [openPipe(paths[0]), openPipe(paths[1])];
  } catch {
    return null;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** In this order: without a reader the second open would wait, and without a writer the reader would be at its end. */
function openPipe(path: string): OutputPipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const jobEnd = openSync(path, constants.O_WRONLY);
  return { reader: new Socket({ fd: readEnd, readable: true, writable: false }), jobEnd };
}

/** Lets go of the job's end, which the job has by now, so that its closing it is seen. */
export function closeJobEnds(pipes: readonly OutputPipe[]): void {
  for (const { jobEnd } of pipes) closeSync(jobEnd);
}

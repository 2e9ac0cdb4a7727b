import { readFileSync } from "node:fs";
import { processesWith } from "../../test/support/processes-with.js";

export interface FoundProcess {
  pid: number;
  parent: number;
  argv: string[];
}

/** The variable that the servers hand down to everything they start, so that it can be found. */
export const markName = "BELONGS_TO_TORTURE";

/** All live processes of this torture, but its PostgreSQL. */
export function findProcesses(mark: string): FoundProcess[] {
  return processesWith(`${markName}=${mark}`).flatMap((pid) => {
    const argv = read(pid, "cmdline");
    return argv === null || argv.length < 2 ? [] : [{ pid, parent: parentOf(pid), argv }];
  });
}

/** Jobs and their children, with the runs they belong to. */
export function findJobs(mark: string, jobPath: string): { pid: number; runId: string }[] {
  return findProcesses(mark)
    .filter(({ argv }) => argv.includes(jobPath))
    .map(({ pid }) => ({ pid, runId: runOf(pid) }));
}

function runOf(pid: number): string {
  const name = "BELFRY_RUN_ID=";
  return (
    read(pid, "environ")
      ?.find((line) => line.startsWith(name))
      ?.slice(name.length) ?? "unknown"
  );
}

/** 0 for one that has just gone. */
function parentOf(pid: number): number {
  const status = read(pid, "status")?.join("") ?? "";
  return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
}

/** Null for one that has just gone. */
function read(pid: number, file: "cmdline" | "environ" | "status"): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0");
  } catch {
    return null;
  }
}

/** Sends a signal to a process that may be gone; says whether it was there. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

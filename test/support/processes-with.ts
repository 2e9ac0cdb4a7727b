import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The processes that live and were started with `NAME=value` in their environment, or by one that was. */
export function processesWith(assignment: string): number[] {
  return existsSync("/proc/self/environ") ? inProc(assignment) : inProcessList(assignment);
}

function inProc(assignment: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(assignment)).map(Number);
}

/** Empty for a zombie, and for somebody else's process. */
function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function inProcessList(assignment: string): number[] {
  const list = execFileSync("ps", ["-Eaxww", "-o", "pid=,command="], { encoding: "utf8" });
  const lines = list.split("\n").filter((line) => line.split(" ").includes(assignment));
  return lines.map((line) => Number.parseInt(line, 10));
}

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Whether a process is a runner host, or what guards its jobs: these stay when its runs have ended. */
export function isRunnerHost(pid: number): boolean {
  try {
    return /\brunner --(host|guard)\b/.test(commandOf(pid));
  } catch {
    return false; // it is gone
  }
}

function commandOf(pid: number): string {
  if (existsSync("/proc/self/cmdline"))
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  return execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
}

import { readdirSync, readFileSync } from "node:fs";

/** What Linux tells of a process in `/proc/PID/stat`. */
export interface ProcessStat {
  pid: number;
  state: string;
  parentId: number;
  groupId: number;
  sessionId: number;
  /** When it was started, in clock ticks since boot: with its id the name of a process that is never given again. */
  startedAt: number;
}

/** One process, or null if it is gone or the system does not tell. */
export function statOf(pid: number | string): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // What follows the name, which may itself hold spaces and brackets.
    const [state = "", ...numbers] = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
    const [parentId = 0, groupId = 0, sessionId = 0] = numbers.map(Number);
    return { pid: Number(pid), state, parentId, groupId, sessionId, startedAt: Number(numbers[18]) };
  } catch {
    return null;
  }
}

/** All processes; none on systems without `/proc`. */
export function allStats(): ProcessStat[] {
  return processIds().flatMap((pid) => statOf(pid) ?? []);
}

/** Whether a process has something left to do. A zombie, which no parent has asked about, does not. */
export function isAtWork({ state }: ProcessStat): boolean {
  return state !== "Z" && state !== "X";
}

/** Whether a process is there and at work, as far as the system tells. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const stat = statOf(pid);
  return stat === null || isAtWork(stat);
}

function processIds(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

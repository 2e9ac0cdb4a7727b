import { readdirSync, readFileSync } from "node:fs";
import { pause } from "./pause.js";

const firstLookMs = 10;
const longestLookMs = 200;

/** Signals every process of the group; signal 0 only asks. Says whether there was one that could be signalled. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch {
    return false;
  }
}

/** Waits until the group is gone, and ends with SIGKILL what is left of it at `deadline` (of `performance.now()`). */
export async function awaitGroupEnd(groupId: number, deadline: number): Promise<void> {
  for (let lookMs = firstLookMs; groupLives(groupId); lookMs = Math.min(2 * lookMs, longestLookMs)) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      signalGroup(groupId, "SIGKILL");
      return;
    }
    await pause(Math.min(lookMs, leftMs));
  }
}

/**
 * Whether the group has a process that is not a zombie. Orphans stay zombies where the first process of a container is
 * no init, and nobody has to wait for those.
 */
function groupLives(groupId: number): boolean {
  if (!signalGroup(groupId, 0)) return false;
  const states = statesOf(groupId);
  return states.length === 0 || states.some((state) => state !== "Z" && state !== "X");
}

/** The states of the group's processes, as Linux tells them in `/proc/PID/stat`; empty on other systems. */
function statesOf(groupId: number): string[] {
  return processIds().flatMap((id) => {
    const [state, , group] = statOf(id).split(" ");
    return state !== undefined && group === String(groupId) ? [state] : [];
  });
}

function processIds(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** What follows the name, which may itself hold spaces and brackets; empty for a process that has just gone. */
function statOf(processId: string): string {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(") ") + 2);
  } catch {
    return "";
  }
}

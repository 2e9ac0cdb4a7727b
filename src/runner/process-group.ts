import { upMs } from "./clock.js";
import { pause } from "./pause.js";
import { allStats, isAtWork } from "./process-stat.js";

const firstLookMs = 10;
const longestLookMs = 200;

/** Signals every process of the group; signal 0 only asks. Says whether there was one that could be signalled. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  return trySignal(-groupId, signal);
}

/** Signals a process, or a group by its negative id. Says whether there was one that could be signalled. */
export function trySignal(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch {
    return false;
  }
}

/** Looks, at first often, until something no longer lives or the deadline (of `upMs()`) has come; says whether it is gone. */
export async function isGoneBy(deadline: number, lives: () => boolean): Promise<boolean> {
  for (let lookMs = firstLookMs; lives(); lookMs = Math.min(2 * lookMs, longestLookMs)) {
    const leftMs = deadline - upMs();
    if (leftMs <= 0) return false;
    await pause(Math.min(lookMs, leftMs));
  }
  return true;
}

/**
 * Whether the group has a process that is not a zombie. Orphans stay zombies where the first process of a container is
 * no init, and nobody has to wait for those.
 */
export function groupLives(groupId: number): boolean {
  if (!signalGroup(groupId, 0)) return false;
  const members = allStats().filter((stat) => stat.groupId === groupId);
  return members.length === 0 || members.some(isAtWork);
}

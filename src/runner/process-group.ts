import { pause } from "./pause.js";

const lookEveryMs = 20;

/** Signals every process of the group; signal 0 only asks. Says whether there was one that could be signalled. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch {
    return false;
  }
}

/** Waits until the group is empty, and ends with SIGKILL what is left of it at `deadline` (of `performance.now()`). */
export async function awaitGroupEnd(groupId: number, deadline: number): Promise<void> {
  while (signalGroup(groupId, 0)) {
    if (performance.now() >= deadline) {
      signalGroup(groupId, "SIGKILL");
      return;
    }
    await pause(lookEveryMs);
  }
}

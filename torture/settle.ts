import { setTimeout as sleep } from "node:timers/promises";
import { readOpen, readPaused } from "./read-rows.js";
import { findJobs } from "./world/processes.js";
import { jobPath, type World } from "./world/world.js";

/** What is due has a row within so long, once nothing is disturbed any more. */
const caughtUpWithinMs = 60_000;
/** How many pauses are asked for at once. */
const atOnce = 8;

/**
 * The quiet end: nothing is disturbed any more, what is due is fired, all schedules are paused, and what was begun comes to
 * its end, as long as something does within `withinMs`. Answers what has not.
 */
export async function settle(
  world: World,
  withinMs: number,
  print: (what: string) => void,
): Promise<string[]> {
  const faults: string[] = [];
  for (const server of world.servers.keys()) world.setClock(server, 0);
  for (const name of await readPaused(world.databaseUrl))
    await world.api.insist("POST", `/schedules/${name}/resume`);
  await sleep(2000); // A new fire may be due each second: from here on none is older.
  if (
    !(await within(
      world.withinMs(caughtUpWithinMs),
      async () => (await readOpen(world.databaseUrl)).due === 0,
    ))
  ) {
    faults.push(`Some fires that were due had no row ${caughtUpWithinMs} ms after the last fault.`);
  }
  print("what was due has a row; all schedules are paused now");
  await pauseAll(world);
  print("all are paused; what was begun has to come to its end");
  const { open, jobs } = await untilQuiet(world, world.withinMs(withinMs));
  if (open + jobs > 0) {
    faults.push(
      `For ${withinMs} ms of quiet nothing ended: ${open} runs are left, and ${jobs} jobs are alive.`,
    );
  }
  return faults;
}

/** Waits until all has ended, or nothing more has for so long: what has piled up in a long torture takes its time. */
async function untilQuiet(world: World, withinMs: number): Promise<{ open: number; jobs: number }> {
  let least = Infinity;
  let deadline = Date.now() + withinMs;
  for (;;) {
    const { open } = await readOpen(world.databaseUrl);
    const jobs = jobsOf(world);
    if (open + jobs === 0 || Date.now() > deadline) return { open, jobs };
    if (open < least) deadline = Date.now() + withinMs;
    least = Math.min(least, open);
    await sleep(200);
  }
}

function jobsOf(world: World): number {
  return findJobs(world.mark, jobPath).length;
}

async function pauseAll(world: World): Promise<void> {
  const left = world.schedules.map(({ name }) => name);
  const pauseSome = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      await world.api.insist("POST", `/schedules/${name}/pause`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, pauseSome));
}

async function within(limitMs: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) return false;
    await sleep(200);
  }
  return true;
}

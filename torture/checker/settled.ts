import { instant } from "./instant.js";
import type { Evidence } from "./evidence.js";
import type { Lookup } from "./scene.js";

const ends = new Set(["succeeded", "failed", "cancelled", "skipped"]);

/** When all is over, every run has ended, and no job is alive. */
export function checkSettled({ runById, nameOfRun }: Lookup, orphans: Evidence["orphans"]): string[] {
  const open = [...runById.values()].filter(({ status }) => !ends.has(status));
  return [
    ...open.map(
      (run) =>
        `${nameOfRun(run)}: run ${run.id}, made at ${instant(run.createdMs)}, is still ${run.status} at attempt ${run.attempt}.`,
    ),
    ...orphans.map(({ pid, runId }) => `Process ${pid}, a job of run ${runId}, is still alive.`),
  ];
}

/** Each schedule that was asked for has a row. */
export function checkSchedules({ asked, schedules }: Evidence): string[] {
  const there = new Set(schedules.map(({ name }) => name));
  return asked
    .filter(({ name }) => !there.has(name))
    .map(({ name }) => `${name}: there is no such schedule.`);
}

/** No fire of a schedule has two rows of its own. */
export function checkOneRow({ scenes }: Lookup): string[] {
  return scenes.flatMap(({ asked, runs }) => {
    const seen = new Map<number, string>();
    return runs.flatMap(({ id, fireMs }) => {
      if (fireMs === null) return [];
      const twin = seen.get(fireMs);
      seen.set(fireMs, id);
      return twin === undefined
        ? []
        : [`${asked.name}: the fire of ${instant(fireMs)} has two rows, run ${twin} and run ${id}.`];
    });
  });
}

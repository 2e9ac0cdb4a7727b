import { instant } from "./instant.js";
import type { Lookup, Scene } from "./scene.js";

/** Where fires wait for each other they start in their order: none is dispatched before an older one of its schedule. */
export function checkOrder(lookup: Lookup): string[] {
  return lookup.scenes
    .filter(({ asked }) => asked.overlap === "queue" && asked.limit === 1)
    .flatMap((scene) => checkOrderOf(scene, lookup));
}

function checkOrderOf({ asked, runs }: Scene, { eventsOf }: Lookup): string[] {
  const dispatched = runs.flatMap(({ id, fireMs }) => {
    const first = eventsOf(id).find(({ name }) => name === "run.dispatched");
    return fireMs === null || first === undefined ? [] : [{ id, fireMs, atMs: first.atMs }];
  });
  dispatched.sort((a, b) => a.fireMs - b.fireMs);
  return dispatched.flatMap((run, index) => {
    const older = dispatched[index - 1];
    if (older === undefined || older.atMs <= run.atMs) return [];
    return [
      `${asked.name}: run ${run.id} of ${instant(run.fireMs)} was dispatched at ${instant(run.atMs)}, ` +
        `before the older run ${older.id} of ${instant(older.fireMs)} at ${instant(older.atMs)}.`,
    ];
  });
}

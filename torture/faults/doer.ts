import { setTimeout as sleep } from "node:timers/promises";
import type { FaultProxy } from "../fault-proxy.js";
import type { World } from "../world/world.js";
import type { DeedOf, FaultKind } from "./plan.js";

/** What is being disturbed at the moment; nothing is disturbed twice at once. */
export type Busy = Set<string>;

/** Where faults happen. */
export interface Scene {
  world: World;
  busy: Busy;
}

/** Does a deed and undoes it; answers with what has come of it. */
export type Doer<Kind extends FaultKind> = (scene: Scene, deed: DeedOf<Kind>) => Promise<string>;

/** The answer if there is nothing to be disturbed, or it is disturbed already. */
export const leftAlone = "left alone";

/** Does something to a thing that nobody else disturbs meanwhile. */
export async function holding(busy: Busy, thing: string, work: () => Promise<string>): Promise<string> {
  if (busy.has(thing)) return leftAlone;
  busy.add(thing);
  try {
    return await work();
  } finally {
    busy.delete(thing);
  }
}

/** Does something, and undoes it after a while. */
export async function forAWhile(
  forMs: number,
  begin: () => void,
  end: () => void = () => {},
): Promise<string> {
  begin();
  await sleep(forMs);
  end();
  return "done";
}

/** Nobody is there behind a proxy for a while. */
export function cutAndRefuse(proxy: FaultProxy, forMs: number): void {
  proxy.refuse(forMs);
  proxy.cutAll();
}

import type { FireTimes } from "../../core/fires/fire-times.js";
import { noFires } from "../../core/fires/interval-fires.js";
import { type NamedTiming, readyTiming } from "../../core/fires/timing.js";

/** Whether an instant is a fire of both, or of the one after or before an edit only. */
export type FireChange = "same" | "added" | "removed";

export interface ChangedFire {
  at: Date;
  change: FireChange;
}

/** The next fires that no blackout skips, of a schedule before an edit and of it after that; null: there is none. */
export function changedFires(
  before: NamedTiming | null,
  after: NamedTiming | null,
  { now, count }: { now: Date; count: number },
): ChangedFire[] {
  const [old, current] = [liveFires(before), liveFires(after)];
  const instants = new Set([...firstFires(old, now, count), ...firstFires(current, now, count)]);
  return [...instants]
    .toSorted((a, b) => a - b)
    .map((ms) => ({ at: new Date(ms), change: changeOf(ms, old, current) }));
}

function liveFires(timing: NamedTiming | null): FireTimes {
  try {
    return timing === null ? noFires : readyTiming(timing).live;
  } catch {
    return noFires; // What could not be read did not fire.
  }
}

function firstFires(fires: FireTimes, now: Date, count: number): number[] {
  const found: number[] = [];
  let fireMs = fires.after(now.getTime());
  for (; !Number.isNaN(fireMs) && found.length < count; fireMs = fires.after(fireMs)) found.push(fireMs);
  return found;
}

function changeOf(ms: number, before: FireTimes, after: FireTimes): FireChange {
  if (!isFire(before, ms)) return "added";
  return isFire(after, ms) ? "same" : "removed";
}

function isFire(fires: FireTimes, ms: number): boolean {
  return fires.after(ms - 1) === ms;
}

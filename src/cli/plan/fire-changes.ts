import type { FireTimes } from "../../core/fires/fire-times.js";
import { noFires } from "../../core/fires/interval-fires.js";
import { type NamedTiming, readyTiming } from "../../core/fires/timing.js";

/** Whether an instant is a fire of both, or of the one after or before an edit only. */
export type FireChange = "same" | "added" | "removed";

/** The times of a schedule, and how many of the runs that they allow are made. */
export type PlannedTiming = NamedTiming & { runsMade: number };

export interface ChangedFire {
  at: Date;
  change: FireChange;
}

/** The next fires that no blackout skips, of a schedule before an edit and of it after that; null: there is none. */
export function changedFires(
  before: PlannedTiming | null,
  after: PlannedTiming | null,
  { now, count }: { now: Date; count: number },
): ChangedFire[] {
  const nowMs = now.getTime();
  const [old, current] = [runningFires(before, nowMs), runningFires(after, nowMs)];
  const instants = new Set([...firstFires(old, count), ...firstFires(current, count)]);
  return [...instants]
    .toSorted((a, b) => a - b)
    .map((ms) => ({ at: new Date(ms), change: changeOf(ms, old, current) }));
}

/** The fires after an instant that run, if each of them makes a run: no more than may still be made. */
interface RunningFires {
  fires: FireTimes;
  nowMs: number;
  runsLeft: number;
}

function runningFires(timing: PlannedTiming | null, nowMs: number): RunningFires {
  const { maxRuns = null, runsMade = 0 } = timing ?? {};
  const runsLeft = maxRuns === null ? Infinity : maxRuns - runsMade;
  return { fires: liveFires(timing), nowMs, runsLeft };
}

function liveFires(timing: NamedTiming | null): FireTimes {
  try {
    return timing === null ? noFires : readyTiming(timing).live;
  } catch {
    return noFires; // What could not be read did not fire.
  }
}

function firstFires({ fires, nowMs, runsLeft }: RunningFires, count: number): number[] {
  const found: number[] = [];
  const most = Math.min(count, runsLeft);
  let fireMs = fires.after(nowMs);
  for (; !Number.isNaN(fireMs) && found.length < most; fireMs = fires.after(fireMs)) found.push(fireMs);
  return found;
}

function changeOf(ms: number, before: RunningFires, after: RunningFires): FireChange {
  if (!isFire(before, ms)) return "added";
  return isFire(after, ms) ? "same" : "removed";
}

function isFire({ fires, nowMs, runsLeft }: RunningFires, ms: number): boolean {
  return fires.after(ms - 1) === ms && (runsLeft === Infinity || fires.count(nowMs, ms) <= runsLeft);
}

import { type NamedTiming, readyTiming } from "./timing.js";

/** A schedule that is in a blackout so often, one after the other, is taken to run no more. */
const mostBlackouts = 1000;

/**
 * When a schedule that is looked at next at `nextFireAt` runs next: the first fire from then on that no blackout skips. Null
 * if there is none, or if it cannot be worked out.
 */
export function nextRunAt(schedule: NamedTiming & { nextFireAt: Date | null }): Date | null {
  if (schedule.nextFireAt === null) return null;
  try {
    const fireMs = nextLive(schedule, schedule.nextFireAt.getTime());
    return Number.isNaN(fireMs) ? null : new Date(fireMs);
  } catch {
    return null;
  }
}

function nextLive(schedule: NamedTiming, nextFireMs: number): number {
  const { fires, skipping } = readyTiming(schedule);
  let fireMs = nextFireMs;
  for (let looked = 0; looked < mostBlackouts && !Number.isNaN(fireMs); looked += 1) {
    const stretch = skipping?.at(fireMs) ?? null;
    if (stretch === null) return fireMs;
    fireMs = stretch.endMs === Infinity ? NaN : fires.after(stretch.endMs - 1);
  }
  return NaN;
}

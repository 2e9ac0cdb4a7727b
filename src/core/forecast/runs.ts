import { decide } from "../decide.js";

/** How the runs of a schedule are imagined. */
export interface ImaginedRuns {
  overlap: string;
  /** How long each takes. */
  durationMs: number;
  /** How many it may still make. */
  runsLeft: number;
}

/** What becomes of fires when a run before them may still be at work. */
export interface ImaginedFates {
  ran: number;
  /** Those that did not run. */
  skipped: number;
  /** Those that ran later. */
  queued: number;
  longestWaitMs: number;
}

/** Hears of each run: when it was due, and from when to when it is at work. */
export type OnRun = (fireMs: number, startMs: number, endMs: number) => void;

/**
 * Plays the fires of a schedule, which are ascending, as the scheduler would on time: each by `decide`, with the runs before
 * it ended or not. A run that waits starts when the one before it ends.
 */
export function imagineRuns(
  fires: Float64Array,
  { overlap, durationMs, runsLeft }: ImaginedRuns,
  onRun: OnRun,
): ImaginedFates {
  const fates: ImaginedFates = { ran: 0, skipped: 0, queued: 0, longestWaitMs: 0 };
  let busyUntilMs = -Infinity;
  for (let index = 0; index < fires.length && fates.ran < runsLeft; index += 1) {
    const fireMs = fires[index]!;
    const decision = decide(overlap, busyUntilMs > fireMs ? 1 : 0);
    if (decision === "skip") {
      fates.skipped += 1;
      continue;
    }
    const startMs = decision === "queue" ? busyUntilMs : fireMs;
    if (decision === "queue") {
      fates.queued += 1;
      fates.longestWaitMs = Math.max(fates.longestWaitMs, startMs - fireMs);
    }
    busyUntilMs = Math.max(busyUntilMs, startMs + durationMs);
    fates.ran += 1;
    onRun(fireMs, startMs, startMs + durationMs);
  }
  return fates;
}

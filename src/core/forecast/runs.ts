import { decide, type OverlapLimits, runLimit } from "../decide.js";

/** How the runs of a schedule are imagined. */
export interface ImaginedRuns extends OverlapLimits {
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
  /** Those that ran, until a newer one replaced them. */
  replaced: number;
}

/** Hears of each run: when it was due, and from when to when it is at work. */
export type OnRun = (fireMs: number, startMs: number, endMs: number) => void;

/**
 * Plays the fires of a schedule, which are ascending, as the scheduler would on time: each by `decide`, with the runs before
 * it ended or not. Since all take equally long they end in their order: one that waits starts when the one so many before it
 * ends as may be under way at once, and the oldest is the one that a newer one replaces.
 */
export function imagineRuns(
  fires: Float64Array,
  { overlap, durationMs, runsLeft, ...limits }: ImaginedRuns,
  onRun: OnRun,
): ImaginedFates {
  const fates: ImaginedFates = { ran: 0, skipped: 0, queued: 0, longestWaitMs: 0, replaced: 0 };
  const limit = runLimit(overlap, limits.maxConcurrent);
  const line = new Line(fires.length, durationMs, onRun);
  for (let index = 0; index < fires.length && fates.ran < runsLeft; index += 1) {
    const fireMs = fires[index]!;
    const decision = decide(overlap, line.activeAt(fireMs), limits);
    if (decision === "skip") {
      fates.skipped += 1;
      continue;
    }
    if (decision === "replace") {
      fates.replaced += 1;
      line.endOldest(fireMs);
    }
    const startMs = decision === "queue" ? line.placeFreeAt(limit) : fireMs;
    if (decision === "queue") {
      fates.queued += 1;
      fates.longestWaitMs = Math.max(fates.longestWaitMs, startMs - fireMs);
    }
    line.add(fireMs, startMs);
    fates.ran += 1;
  }
  line.activeAt(Infinity);
  return fates;
}

/** The runs that have not ended, in their order. Each is told of when its end is known. */
class Line {
  readonly #durationMs: number;
  readonly #onRun: OnRun;
  readonly #fires: Float64Array;
  readonly #starts: Float64Array;
  #first = 0;
  #end = 0;

  constructor(most: number, durationMs: number, onRun: OnRun) {
    this.#durationMs = durationMs;
    this.#onRun = onRun;
    this.#fires = new Float64Array(most);
    this.#starts = new Float64Array(most);
  }

  add(fireMs: number, startMs: number): void {
    this.#fires[this.#end] = fireMs;
    this.#starts[this.#end] = startMs;
    this.#end += 1;
  }

  /** How many have not ended at an instant, which is not before those that were asked about. */
  activeAt(ms: number): number {
    while (this.#first < this.#end) {
      const endMs = this.#starts[this.#first]! + this.#durationMs;
      if (endMs > ms) return this.#end - this.#first;
      this.endOldest(endMs);
    }
    this.#first = this.#end = 0;
    return 0;
  }

  /** When a place is free for the next, if so many may be under way at once. */
  placeFreeAt(limit: number): number {
    return this.#starts[this.#end - limit]! + this.#durationMs;
  }

  endOldest(endMs: number): void {
    this.#onRun(this.#fires[this.#first]!, this.#starts[this.#first]!, endMs);
    this.#first += 1;
  }
}

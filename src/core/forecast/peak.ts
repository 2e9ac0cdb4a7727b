import type { ForecastSpan } from "./fires.js";

/** The most runs that are at work at once, and when that is so first. */
export interface ForecastPeak {
  readonly runs: number;
  readonly atMs: number;
}

/** Over a month a slot is a second; more slots than these are not worth their memory. */
const mostSlots = 8_000_000;

/** How many runs are at work at once, in slots of a second (over a year: of four). A run fills the slots that it touches; one that takes no time touches none. */
export class RunsAtOnce {
  readonly #fromMs: number;
  readonly #slotMs: number;
  /** How many more are at work in a slot than in the one before it. */
  readonly #changes: Int32Array;

  constructor({ fromMs, toMs }: ForecastSpan) {
    const seconds = Math.ceil((toMs - fromMs) / 1000);
    this.#fromMs = fromMs;
    this.#slotMs = Math.ceil(seconds / mostSlots) * 1000;
    this.#changes = new Int32Array(Math.ceil((seconds * 1000) / this.#slotMs) + 1);
  }

  add(startMs: number, endMs: number, runs = 1): void {
    const start = Math.floor((startMs - this.#fromMs) / this.#slotMs);
    const end = Math.ceil((endMs - this.#fromMs) / this.#slotMs);
    const last = this.#changes.length - 1;
    if (endMs <= startMs || start >= last) return;
    this.#changes[Math.max(start, 0)]! += runs;
    this.#changes[Math.min(end, last)]! -= runs;
  }

  peak(): ForecastPeak {
    let [runs, most, mostAt] = [0, 0, 0];
    for (let slot = 0; slot < this.#changes.length; slot += 1) {
      runs += this.#changes[slot]!;
      if (runs > most) [most, mostAt] = [runs, slot];
    }
    return { runs: most, atMs: this.#fromMs + mostAt * this.#slotMs };
  }
}

import type { Blackouts, BlackoutStretch } from "../blackout/blackouts.js";
import type { FireTimes } from "./fire-times.js";
import { type Spread, spreadBy } from "./spread-fires.js";

/**
 * Fires that wait for the end of a blackout: all of one stretch are one fire, at its end, moved by the schedule's own
 * spread. They count as many as they are.
 */
export class DeferredFires implements FireTimes {
  readonly #times: FireTimes;
  readonly #blackouts: Blackouts;
  readonly #spread: Spread;

  constructor(times: FireTimes, blackouts: Blackouts, spread: Spread) {
    this.#times = times;
    this.#blackouts = blackouts;
    this.#spread = spread;
  }

  after(ms: number): number {
    const namedMs = this.#times.after(this.#settledUntil(ms));
    const stretch = this.#blackouts.at(namedMs);
    return stretch === null ? namedMs : this.#resumeAt(stretch);
  }

  count(afterMs: number, untilMs: number): number {
    return this.#times.count(this.#settledUntil(afterMs), this.#settledUntil(untilMs));
  }

  nominalOf(fireMs: number): number {
    return this.#times.after(this.#settledUntil(fireMs - 1));
  }

  /** The instant until which all that was named has come by `ms`. */
  #settledUntil(ms: number): number {
    let stretch = this.#blackouts.from(ms - this.#spread.ms);
    while (stretch !== null && stretch.startMs <= ms) {
      if (!(this.#resumeAt(stretch) <= ms)) return stretch.startMs - 1;
      stretch = this.#blackouts.from(stretch.endMs);
    }
    return ms;
  }

  /** When what a stretch held back comes: before the next fire and the next stretch. NaN if it never ends. */
  #resumeAt({ endMs }: BlackoutStretch): number {
    if (endMs === Infinity) return NaN;
    const nextMs = this.#times.after(endMs - 1);
    const nextStretchMs = this.#blackouts.from(endMs)?.startMs ?? Infinity;
    const roomMs = Math.min(Number.isNaN(nextMs) ? Infinity : nextMs - endMs, nextStretchMs - endMs);
    return endMs + spreadBy(this.#spread, roomMs);
  }
}

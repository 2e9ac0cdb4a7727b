import type { Blackouts } from "../blackout/blackouts.js";
import type { FireTimes } from "./fire-times.js";

/** A question looks through so many blackouts in a row, and then takes it that no more comes: thirteen years of nights. */
const mostStretches = 5000;

/** The fires that are not in a blackout. What comes after `untilMs` is not looked for: there may be no such fire. */
export class LiveFires implements FireTimes {
  readonly #times: FireTimes;
  readonly #blackouts: Blackouts;
  readonly #untilMs: number;

  constructor(times: FireTimes, blackouts: Blackouts, untilMs = Infinity) {
    this.#times = times;
    this.#blackouts = blackouts;
    this.#untilMs = untilMs;
  }

  after(ms: number): number {
    let fireMs = this.#times.after(ms);
    for (let looked = 0; looked < mostStretches; looked += 1) {
      const stretch = Number.isNaN(fireMs) ? null : this.#blackouts.at(fireMs);
      if (stretch === null) return fireMs;
      if (fireMs > this.#untilMs) return NaN;
      fireMs = stretch.endMs === Infinity ? NaN : this.#times.after(stretch.endMs - 1);
    }
    return NaN;
  }

  count(afterMs: number, untilMs: number): number {
    return this.#times.count(afterMs, untilMs) - countWithin(this.#times, this.#blackouts, afterMs, untilMs);
  }

  nominalOf(fireMs: number): number {
    return this.#times.nominalOf(fireMs);
  }
}

/** How many of the fires after one instant and until another are in a blackout. */
function countWithin(times: FireTimes, blackouts: Blackouts, afterMs: number, untilMs: number): number {
  let count = 0;
  let stretch = blackouts.from(afterMs + 1);
  while (stretch !== null && stretch.startMs <= untilMs) {
    count += times.count(Math.max(stretch.startMs - 1, afterMs), Math.min(stretch.endMs - 1, untilMs));
    stretch = stretch.endMs === Infinity ? null : blackouts.from(stretch.endMs);
  }
  return count;
}

/** The fires that are in a blackout. Blackouts that begin after `untilMs` are not looked at: there may be no fire in any. */
export class BlackedOutFires implements FireTimes {
  readonly #times: FireTimes;
  readonly #blackouts: Blackouts;
  readonly #untilMs: number;

  constructor(times: FireTimes, blackouts: Blackouts, untilMs = Infinity) {
    this.#times = times;
    this.#blackouts = blackouts;
    this.#untilMs = untilMs;
  }

  after(ms: number): number {
    let stretch = this.#blackouts.from(ms + 1);
    for (let looked = 0; stretch !== null && looked < mostStretches; looked += 1) {
      if (stretch.startMs > this.#untilMs) return NaN;
      const fireMs = this.#times.after(Math.max(ms, stretch.startMs - 1));
      if (Number.isNaN(fireMs) || fireMs < stretch.endMs) return fireMs;
      // The stretches before the next fire hold none.
      stretch = this.#blackouts.from(fireMs);
    }
    return NaN;
  }

  count(afterMs: number, untilMs: number): number {
    return countWithin(this.#times, this.#blackouts, afterMs, untilMs);
  }

  nominalOf(fireMs: number): number {
    return this.#times.nominalOf(fireMs);
  }
}

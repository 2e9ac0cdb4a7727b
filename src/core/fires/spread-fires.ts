import { type FireTimes, lastFire } from "./fire-times.js";

/** How far fires are moved: by a fraction of `ms` that is the schedule's own, so that not all begin at once. */
export interface Spread {
  /** From 0 to below 1. */
  readonly fraction: number;
  readonly ms: number;
}

/** By how much something is moved that has `roomMs` until what comes next: whole seconds, and less than the room. */
export function spreadBy({ fraction, ms }: Spread, roomMs: number): number {
  return Math.floor((fraction * Math.min(ms, roomMs)) / 1000) * 1000;
}

/** Fires that are each moved by the same span, or by less where the next fire, or the end, is nearer than `spread.ms`. */
export class SpreadFires implements FireTimes {
  readonly #times: FireTimes;
  readonly #spread: Spread;
  readonly #untilMs: number;

  constructor(times: FireTimes, spread: Spread, untilMs: number) {
    this.#times = times;
    this.#spread = spread;
    this.#untilMs = untilMs;
  }

  after(ms: number): number {
    const moved = this.#lastMoved(ms);
    return moved > ms ? moved : this.#moved(this.#times.after(ms));
  }

  count(afterMs: number, untilMs: number): number {
    if (untilMs <= afterMs) return 0;
    return this.#times.count(afterMs, untilMs) + this.#stillToCome(afterMs) - this.#stillToCome(untilMs);
  }

  nominalOf(fireMs: number): number {
    return fireMs;
  }

  /** 1 if a fire was named at or before the instant and comes after it. */
  #stillToCome(ms: number): number {
    return this.#lastMoved(ms) > ms ? 1 : 0;
  }

  /** When the last fire comes that is named at or before the instant; NaN if it is too long ago to matter. */
  #lastMoved(ms: number): number {
    return this.#moved(lastFire(this.#times, ms - this.#spread.ms, ms));
  }

  #moved(namedMs: number): number {
    const nextMs = this.#times.after(namedMs);
    const roomMs = Number.isNaN(nextMs) ? this.#untilMs - namedMs : nextMs - namedMs;
    return namedMs + spreadBy(this.#spread, roomMs);
  }
}

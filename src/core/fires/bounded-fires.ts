import type { FireTimes } from "./fire-times.js";

/** The fires from one instant on and until another, both included. */
export class BoundedFires implements FireTimes {
  readonly #times: FireTimes;
  readonly #fromMs: number;
  readonly #untilMs: number;

  constructor(times: FireTimes, { fromMs, untilMs }: { fromMs: number; untilMs: number }) {
    this.#times = times;
    this.#fromMs = fromMs;
    this.#untilMs = untilMs;
  }

  after(ms: number): number {
    const fireMs = this.#times.after(Math.max(ms, this.#fromMs - 1));
    return fireMs <= this.#untilMs ? fireMs : NaN;
  }

  count(afterMs: number, untilMs: number): number {
    return this.#times.count(Math.max(afterMs, this.#fromMs - 1), Math.min(untilMs, this.#untilMs));
  }

  nominalOf(fireMs: number): number {
    return this.#times.nominalOf(fireMs);
  }
}

/** The instants at which something fires, as a sequence that can be asked. All in milliseconds since 1970. */
export interface FireTimes {
  /** The first fire strictly after an instant; NaN: never again. */
  after(ms: number): number;
  /** How many fires there are after one instant and until another, this one included. */
  count(afterMs: number, untilMs: number): number;
  /** The oldest time that a fire stands for: its own, unless it was deferred. */
  nominalOf(fireMs: number): number;
}

/** The last fire after one instant and until another, this one included; NaN if there is none. Halves the time between. */
export function lastFire(times: FireTimes, afterMs: number, untilMs: number): number {
  let last = times.after(afterMs);
  if (!(last <= untilMs)) return NaN;
  let noneAfterMs = untilMs;
  for (let next = times.after(last); next <= untilMs; next = times.after(last)) {
    last = next;
    const middleMs = Math.floor((last + noneAfterMs) / 2);
    const afterMiddleMs = times.after(middleMs);
    if (afterMiddleMs <= untilMs) last = afterMiddleMs;
    else noneAfterMs = middleMs;
  }
  return last;
}

/** The fires of a sequence, and one more instant before them, whether the sequence names it or not. */
export class FiresFrom implements FireTimes {
  readonly #times: FireTimes;
  readonly #firstMs: number;

  constructor(times: FireTimes, firstMs: number) {
    this.#times = times;
    this.#firstMs = firstMs;
  }

  after(ms: number): number {
    return ms < this.#firstMs ? this.#firstMs : this.#times.after(ms);
  }

  count(afterMs: number, untilMs: number): number {
    if (untilMs < this.#firstMs) return 0;
    const later = this.#times.count(Math.max(afterMs, this.#firstMs), untilMs);
    if (afterMs >= this.#firstMs) return later;
    return later + Math.max(1, this.#times.count(this.#firstMs - 1, this.#firstMs));
  }

  nominalOf(fireMs: number): number {
    return this.#times.nominalOf(fireMs);
  }
}

import { earliestSec, latestSec } from "../clock/calendar.js";
import type { FireTimes } from "./fire-times.js";

const earliestMs = earliestSec * 1000;
const latestMs = latestSec * 1000;

/** Fires that follow each other by a span of elapsed time, before an anchor as well as after it, within the calendar. */
export class IntervalFires implements FireTimes {
  readonly #periodMs: number;
  readonly #anchorMs: number;

  constructor(periodMs: number, anchorMs: number) {
    this.#periodMs = periodMs;
    this.#anchorMs = anchorMs;
  }

  after(ms: number): number {
    const fireMs = this.#anchorMs + (this.#indexAt(ms) + 1) * this.#periodMs;
    return fireMs < latestMs ? fireMs : NaN;
  }

  count(afterMs: number, untilMs: number): number {
    const last = this.#indexAt(Math.min(untilMs, latestMs - 1));
    return Math.max(0, last - this.#indexAt(afterMs));
  }

  nominalOf(fireMs: number): number {
    return fireMs;
  }

  /** Which fire is the last at or before an instant, or before the calendar; that at the anchor is 0. */
  #indexAt(ms: number): number {
    return Math.floor((Math.max(ms, earliestMs) - this.#anchorMs) / this.#periodMs);
  }
}

/** One fire. */
export class SingleFire implements FireTimes {
  readonly #atMs: number;

  constructor(atMs: number) {
    this.#atMs = atMs;
  }

  after(ms: number): number {
    return ms < this.#atMs ? this.#atMs : NaN;
  }

  count(afterMs: number, untilMs: number): number {
    return afterMs < this.#atMs && this.#atMs <= untilMs ? 1 : 0;
  }

  nominalOf(fireMs: number): number {
    return fireMs;
  }
}

/** No fire at all. */
export const noFires: FireTimes = { after: () => NaN, count: () => 0, nominalOf: (fireMs) => fireMs };

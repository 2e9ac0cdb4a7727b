import { calendarEndSec } from "../clock/calendar.js";
import { firstInstantOf, lastInstantOf } from "../clock/zoned-instant.js";
import type { Zone } from "../clock/zone.js";

/** From `start` to before `end`, and the place in a list of blackouts of the one that begins it. */
export interface BlackoutWindow {
  readonly start: number;
  readonly end: number;
  readonly entry: number;
}

/** Windows in the order of their starts and of their ends, on a wall clock in seconds or in milliseconds since 1970. */
export interface BlackoutWindows {
  /** The first window that ends after `at`, whether it has begun by then or not; null if there is none. */
  firstEndingAfter(at: number): BlackoutWindow | null;
}

/** The same windows as stretches that lie apart, in order. */
export function joined(windows: readonly BlackoutWindow[]): BlackoutWindow[] {
  const apart: BlackoutWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.start - b.start || a.entry - b.entry)) {
    const last = apart.at(-1);
    if (last === undefined || window.start > last.end) apart.push(window);
    else if (window.end > last.end) apart[apart.length - 1] = { ...last, end: window.end };
  }
  return apart;
}

/** The window, `by` later. */
export function shifted({ start, end, entry }: BlackoutWindow, by: number): BlackoutWindow {
  return { start: start + by, end: end + by, entry };
}

/** Windows that are all known. */
export class WindowList implements BlackoutWindows {
  readonly #apart: readonly BlackoutWindow[];

  constructor(windows: readonly BlackoutWindow[]) {
    this.#apart = joined(windows);
  }

  firstEndingAfter(at: number): BlackoutWindow | null {
    let low = 0;
    let high = this.#apart.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#apart[middle]!.end > at) high = middle;
      else low = middle + 1;
    }
    return this.#apart[low] ?? null;
  }
}

/**
 * The windows of a wall clock in milliseconds. One that begins or ends in a gap does so at the first instant after it (and
 * is empty if it does both); of a time that comes twice, a start is the first and an end the last.
 */
export class WindowsInZone implements BlackoutWindows {
  readonly #windows: BlackoutWindows;
  readonly #zone: Zone;

  constructor(windows: BlackoutWindows, zone: Zone) {
    this.#windows = windows;
    this.#zone = zone;
  }

  firstEndingAfter(at: number): BlackoutWindow | null {
    const window = this.#windows.firstEndingAfter(this.#endedBy(Math.floor(at / 1000)));
    if (window === null || window.start === -Infinity) return window;
    if (window.start >= calendarEndSec) return null;
    return {
      start: 1000 * firstInstantOf(this.#zone, window.start),
      end: 1000 * lastInstantOf(this.#zone, window.end),
      entry: window.entry,
    };
  }

  /** The latest time of the wall clock that is shown no more after an instant: ends until then have come. */
  #endedBy(atSec: number): number {
    const index = this.#zone.segmentAt(atSec);
    const { offsetSec, shownAfter } = this.#zone.segments[index]!;
    return Math.min(atSec + offsetSec, shownAfter - 1);
  }
}

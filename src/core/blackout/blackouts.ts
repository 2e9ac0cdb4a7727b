import { type Blackout, checkBlackout, checkBlackoutReason } from "./blackout.js";
import { sourcesOf } from "./sources.js";
import type { BlackoutWindow, BlackoutWindows } from "./windows.js";
import { BoundedCache } from "../bounded-cache.js";
import { earliestSec, latestSec } from "../clock/calendar.js";
import { BelfryError } from "../errors.js";
import type { Zone } from "../clock/zone.js";

/**
 * A maximal stretch: windows that overlap or touch are one. Milliseconds; `endMs` is the first instant no longer within,
 * Infinity if it does not end before the calendar does, as `startMs` is -Infinity if it began before the calendar.
 */
export interface BlackoutStretch {
  readonly startMs: number;
  readonly endMs: number;
  /** The reason of the blackout that began it or, if it has none, its `when`. */
  readonly reason: string;
}

/** How many blackouts a schedule may have. */
const mostBlackouts = 1000;

const earliestMs = earliestSec * 1000;
const latestMs = latestSec * 1000;

const known = new BoundedCache<Blackouts>(500);

/** Throws `invalid_schedule` unless it is a list of at most 1,000 blackouts, each of which can be read. */
export function checkBlackouts(list: unknown): void {
  if (!Array.isArray(list)) throw wrong("Blackouts are a list.");
  if (list.length > mostBlackouts) {
    throw wrong(`A schedule has at most ${mostBlackouts} blackouts; these are ${list.length}.`);
  }
  for (const blackout of list as unknown[]) {
    if (typeof blackout !== "object" || blackout === null) throw wrong("A blackout has a when and a reason.");
    const { when, reason } = blackout as Partial<Record<keyof Blackout, unknown>>;
    checkBlackout(when);
    checkBlackoutReason(reason);
  }
}

/** The blackouts of a list in a zone. Throws `invalid_schedule` for one that cannot be read. */
export function blackoutsOf(list: readonly Blackout[], zone: Zone): Blackouts {
  const key = `${zone.name} ${JSON.stringify(list)}`;
  return known.get(key) ?? known.set(key, new Blackouts(list, zone));
}

/** When a schedule does not run. Remembers the stretch, or the time between two, that was asked for last. */
export class Blackouts {
  readonly #list: readonly Blackout[];
  readonly #zone: Zone;
  readonly #sources: readonly BlackoutWindows[];
  #alone: readonly Blackouts[] | null = null;
  #lately: BlackoutStretch | null = null;
  #freeFromMs = Infinity;
  #freeToMs = -Infinity;

  constructor(list: readonly Blackout[], zone: Zone) {
    this.#list = list;
    this.#zone = zone;
    this.#sources = sourcesOf(list, zone);
  }

  /** The stretch that the instant is in, or null. */
  at(ms: number): BlackoutStretch | null {
    const lately = this.#lately;
    if (lately !== null && ms >= lately.startMs && ms < lately.endMs) return lately;
    if (ms >= this.#freeFromMs && ms < this.#freeToMs) return null;
    if (ms >= earliestMs && ms < latestMs) return this.#find(ms);
    return Number.isNaN(ms) ? null : this.#beyondCalendar(ms);
  }

  /** The reason of the first in the list that the instant is in or, if that has none, its `when`; null if it is in none. */
  reasonAt(ms: number): string | null {
    if (this.at(ms) === null) return null;
    this.#alone ??= this.#list.map((one) => new Blackouts([one], this.#zone));
    const { when, reason } = this.#list[this.#alone.findIndex((one) => one.at(ms) !== null)]!;
    return reason ?? when;
  }

  /** The stretch that the instant is in, or the first that begins after it; null if none comes (within the calendar). */
  from(ms: number): BlackoutStretch | null {
    if (Number.isNaN(ms)) return null;
    let atMs = Math.max(ms, earliestMs);
    while (atMs < latestMs) {
      const stretch = this.at(atMs);
      if (stretch !== null) return stretch;
      atMs = this.#freeToMs;
    }
    return null;
  }

  /** Only a stretch that goes on at the end of the calendar is beyond it. */
  #beyondCalendar(ms: number): BlackoutStretch | null {
    const stretch = this.#find(ms < earliestMs ? earliestMs : latestMs - 1);
    return stretch !== null && ms >= stretch.startMs && ms < stretch.endMs ? stretch : null;
  }

  #find(ms: number): BlackoutStretch | null {
    const endMs = this.#endOf(ms);
    if (endMs === ms) {
      [this.#freeFromMs, this.#freeToMs] = [ms, this.#nextStartAfter(ms)];
      return null;
    }
    const startMs = this.#startOf(ms);
    const { when, reason } = this.#list[this.#entryAt(Math.max(startMs, earliestMs))]!;
    return (this.#lately = { startMs, endMs, reason: reason ?? when });
  }

  /** The first instant from `ms` on that is in no window; Infinity if the calendar ends before. */
  #endOf(ms: number): number {
    let end = ms;
    for (let reached = -Infinity; reached < end && end < latestMs;) {
      reached = end;
      for (const window of this.#covering(reached)) end = Math.max(end, window.end);
    }
    return end < latestMs ? end : Infinity;
  }

  /** The first instant of those just before `ms` that are in a window; -Infinity if the calendar begins after it. */
  #startOf(ms: number): number {
    let start = ms + 1;
    for (let reached = Infinity; reached > start && start > earliestMs;) {
      reached = start;
      for (const window of this.#covering(reached - 1)) start = Math.min(start, window.start);
    }
    return start > earliestMs ? start : -Infinity;
  }

  /** The place in the list of the blackout that began a stretch: of those that began together, the first. */
  #entryAt(startMs: number): number {
    const windows = this.#covering(startMs);
    const earliest = Math.min(...windows.map(({ start }) => start));
    return Math.min(...windows.filter(({ start }) => start === earliest).map(({ entry }) => entry));
  }

  #covering(ms: number): BlackoutWindow[] {
    return this.#windowsAt(ms).filter(({ start }) => start <= ms);
  }

  /** No instant between `ms` and this one is in a window; this one need not be. */
  #nextStartAfter(ms: number): number {
    return this.#windowsAt(ms).reduce((next, { start }) => Math.min(next, start), Infinity);
  }

  #windowsAt(ms: number): BlackoutWindow[] {
    return this.#sources.map((source) => source.firstEndingAfter(ms)).filter((window) => window !== null);
  }
}

function wrong(message: string): BelfryError {
  return new BelfryError("invalid_schedule", message);
}

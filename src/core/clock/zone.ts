import { BoundedCache } from "../bounded-cache.js";
import { daySec, earliestSec, latestSec } from "./calendar.js";
import { BelfryError } from "../errors.js";
import { nearestName } from "../nearest-name.js";
import { type OffsetChange, offsetChanges, type OffsetReader, offsetReader } from "./zone-offsets.js";

/**
 * A stretch of time in which the offset from UTC stays the same. All in seconds; wall-clock times are counted from
 * 1970-01-01 00:00:00 on the wall clock. An end is the first second that is no longer within.
 */
export interface Segment {
  readonly startSec: number;
  readonly endSec: number;
  readonly offsetSec: number;
  readonly localStart: number;
  readonly localEnd: number;
  /** The end of all wall-clock times shown before this segment: if `localStart` is later, there is a gap between. */
  readonly shownBefore: number;
  /** The start of all wall-clock times shown after this segment: if `localEnd` is later, those happen again. */
  readonly shownAfter: number;
}

// Eight years: reading one block takes about a millisecond.
const blockSec = 2922 * daySec;

// Around an instant that is asked for, so much must be known: more than any clock has ever been moved.
const marginSec = 3 * daySec;

const zones = new BoundedCache<Zone>(1000);

/**
 * The zone of an IANA name (or of an alias that Intl knows, such as `UTC`). Throws `invalid_timezone` for any other
 * name, and for offsets such as `+02:00`, which know nothing of clock changes.
 */
export function zoneOf(timeZone: string): Zone {
  return zones.get(timeZone) ?? zones.set(timeZone, new Zone(named(timeZone)));
}

// Intl takes undefined for the host's own zone, which would make an answer depend on the machine.
function named(timeZone: unknown): string {
  if (typeof timeZone === "string") return timeZone;
  throw new BelfryError(
    "invalid_timezone",
    `${String(timeZone)} is not a time zone. Give an IANA name such as Europe/Berlin.`,
  );
}

/** The clock changes of one zone, read from Intl in blocks of years when they are first needed. */
export class Zone {
  readonly name: string;
  /** One after the other, without holes. When later years are loaded, it is another array with the same indexes. */
  segments: readonly Segment[] = [];
  readonly #read: OffsetReader;
  #changes: readonly OffsetChange[] = [];
  #loadedFrom = 0;
  #loadedTo = 0;
  #coveredFrom = Infinity;
  #coveredTo = -Infinity;
  #lately = 0;

  constructor(timeZone: string) {
    this.name = timeZone;
    this.#read = knownReader(timeZone);
  }

  /** The index of the segment that an instant of the calendar belongs to. */
  segmentAt(atSec: number): number {
    if (atSec < this.#coveredFrom || atSec >= this.#coveredTo) this.#load(atSec);
    const lately = this.segments[this.#lately]!;
    if (atSec >= lately.startSec && atSec < lately.endSec) return this.#lately;
    return (this.#lately = lastStartedBy(this.segments, atSec));
  }

  /** The zone's offset from UTC at an instant, in seconds. */
  offsetSecAt(atSec: number): number {
    const index = this.segmentAt(atSec);
    return this.segments[index]!.offsetSec;
  }

  /** Makes sure that the segments from those loaded to those around an instant are there too. */
  coverUntil(atSec: number): void {
    if (atSec >= this.#coveredTo) this.#load(atSec);
  }

  /** Loads the segments around an instant, and those between it and what is loaded; beyond the calendar, up to its end. */
  #load(atSec: number): void {
    const inside = Math.min(Math.max(atSec, earliestSec), latestSec);
    const firstFrom = Math.floor((inside - marginSec) / blockSec) * blockSec;
    const lastTo = (Math.floor((inside + marginSec) / blockSec) + 1) * blockSec;
    if (this.segments.length === 0) this.#loadedFrom = this.#loadedTo = firstFrom;
    const earlier = offsetChanges(this.#read, Math.min(firstFrom, this.#loadedFrom), this.#loadedFrom);
    const later = offsetChanges(this.#read, this.#loadedTo, Math.max(lastTo, this.#loadedTo));
    this.#changes = [...earlier, ...this.#changes, ...later];
    this.#loadedFrom = Math.min(firstFrom, this.#loadedFrom);
    this.#loadedTo = Math.max(lastTo, this.#loadedTo);
    this.segments = segmentsOf(this.#read(this.#loadedFrom), this.#changes);
    this.#lately = 0;
    this.#coveredFrom = this.#loadedFrom + marginSec;
    this.#coveredTo = this.#loadedTo - marginSec;
  }
}

function lastStartedBy(segments: readonly Segment[], atSec: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle]!.startSec <= atSec) low = middle;
    else high = middle - 1;
  }
  return low;
}

function segmentsOf(firstOffset: number, changes: readonly OffsetChange[]): Segment[] {
  const starts = [{ atSec: -Infinity, offsetSec: firstOffset }, ...changes];
  const ends = starts.map(({ offsetSec }, index) => (starts[index + 1]?.atSec ?? Infinity) + offsetSec);
  const shownAfter = minimaAfter(starts.map(({ atSec, offsetSec }) => atSec + offsetSec));
  let shownBefore = -Infinity;
  return starts.map(({ atSec, offsetSec }, index) => {
    const segment = {
      startSec: atSec,
      endSec: starts[index + 1]?.atSec ?? Infinity,
      offsetSec,
      localStart: atSec + offsetSec,
      localEnd: ends[index]!,
      shownBefore,
      shownAfter: shownAfter[index]!,
    };
    shownBefore = Math.max(shownBefore, ends[index]!);
    return segment;
  });
}

/** For each number the least of those after it. */
function minimaAfter(numbers: readonly number[]): number[] {
  const minima: number[] = [];
  let least = Infinity;
  for (let index = numbers.length - 1; index >= 0; index -= 1) {
    minima[index] = least;
    least = Math.min(least, numbers[index]!);
  }
  return minima;
}

function knownReader(timeZone: string): OffsetReader {
  if (/^[+-]/.test(timeZone)) throw offsetNotZone(timeZone);
  try {
    return offsetReader(timeZone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unknownZone(timeZone, error);
  }
}

function offsetNotZone(timeZone: string): BelfryError {
  const why = "is an offset, which knows nothing of clock changes, not a time zone";
  const right = 'Write a name such as "Europe/Berlin", or "Etc/GMT-2" for always two hours ahead of UTC.';
  return new BelfryError("invalid_timezone", `${JSON.stringify(timeZone)} ${why}. ${right}`);
}

function unknownZone(timeZone: string, cause: RangeError): BelfryError {
  const nearest = nearestName(timeZone, Intl.supportedValuesOf("timeZone"));
  const right =
    nearest === null ? 'Write an IANA name such as "Europe/Berlin".' : `Did you mean "${nearest}"?`;
  const what = `${JSON.stringify(timeZone)} is not a time zone of the IANA database`;
  return new BelfryError("invalid_timezone", `${what}. ${right}`, { cause });
}

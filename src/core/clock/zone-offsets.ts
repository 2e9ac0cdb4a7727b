/** From an instant on, a zone's offset from UTC. Both in seconds. */
export interface OffsetChange {
  readonly atSec: number;
  readonly offsetSec: number;
}

/** The offset of a zone at an instant, both in seconds. */
export type OffsetReader = (atSec: number) => number;

// The shortest time between two changes that cancel each other is 6 days and 23 hours since 1970 (Brazil, October 2000).
const strideSec = 6 * 86_400;
const quarterSec = 900;
const zero = "0".charCodeAt(0);

/** Reads offsets through Intl, at about a microsecond each. Throws Intl's RangeError for a zone it does not know. */
export function offsetReader(timeZone: string): OffsetReader {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (atSec) => wallClockMs(format.format(atSec * 1000)) / 1000 - atSec;
}

/** The changes of offset after `fromSec` and until `toSec`, which are whole quarters of an hour apart. */
export function offsetChanges(read: OffsetReader, fromSec: number, toSec: number): OffsetChange[] {
  const changes: OffsetChange[] = [];
  let offsetSec = read(fromSec);
  let atSec = fromSec;
  while (atSec < toSec) {
    const nextSec = Math.min(atSec + strideSec, toSec);
    const nextOffset = read(nextSec);
    if (nextOffset === offsetSec) {
      atSec = nextSec;
      continue;
    }
    atSec = changeBetween(read, offsetSec, atSec, nextSec);
    offsetSec = read(atSec);
    changes.push({ atSec, offsetSec });
  }
  return changes;
}

/** The first second in `(fromSec, toSec]` at which the offset is no longer `before`. */
function changeBetween(read: OffsetReader, before: number, fromSec: number, toSec: number): number {
  const nearSec = bisect(read, before, fromSec, toSec, quarterSec);
  if (read(nearSec - 1) === before) return nearSec;
  return bisect(read, before, Math.max(fromSec, nearSec - quarterSec), nearSec - 1, 1);
}

function bisect(read: OffsetReader, before: number, fromSec: number, toSec: number, gridSec: number): number {
  let sameAt = fromSec;
  let changedAt = toSec;
  while (changedAt - sameAt > gridSec) {
    const middle = sameAt + Math.ceil((changedAt - sameAt) / 2 / gridSec) * gridSec;
    if (read(middle) === before) sameAt = middle;
    else changedAt = middle;
  }
  return changedAt;
}

/** Reads `03/29/2026, 01:00:00` as if it were UTC. */
function wallClockMs(text: string): number {
  const year = twoDigits(text, 6) * 100 + twoDigits(text, 8);
  const [month, day] = [twoDigits(text, 0), twoDigits(text, 3)];
  return Date.UTC(year, month - 1, day, twoDigits(text, 12), twoDigits(text, 15), twoDigits(text, 18));
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}

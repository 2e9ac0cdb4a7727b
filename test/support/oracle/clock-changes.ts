/** What the wall clock of a zone shows at an instant: seconds since 1970-01-01 00:00:00 on that clock. */
export type WallClock = (atSec: number) => number;

/** An instant at which a clock is moved, and the offsets from UTC before and from then on. All in seconds. */
export interface ClockChange {
  readonly atSec: number;
  readonly beforeSec: number;
  readonly afterSec: number;
}

/** The wall clock that Intl shows. */
export function wallClockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (atSec) => Date.parse(`${format.format(atSec * 1000).replace(" ", "T")}Z`) / 1000;
}

/** The changes of a clock after one instant and until another, if those that cancel each other are a stride apart. */
export function clockChangesOf(
  clock: WallClock,
  fromSec: number,
  toSec: number,
  strideSec: number,
): ClockChange[] {
  const offsetAt = (atSec: number) => clock(atSec) - atSec;
  const changes: ClockChange[] = [];
  let beforeSec = offsetAt(fromSec);
  let atSec = fromSec;
  while (atSec < toSec) {
    const nextSec = Math.min(atSec + strideSec, toSec);
    const isMoved = offsetAt(nextSec) !== beforeSec;
    atSec = isMoved ? firstMoved(offsetAt, beforeSec, atSec, nextSec) : nextSec;
    if (!isMoved) continue;
    changes.push({ atSec, beforeSec, afterSec: offsetAt(atSec) });
    beforeSec = offsetAt(atSec);
  }
  return changes;
}

function firstMoved(
  offsetAt: (atSec: number) => number,
  beforeSec: number,
  fromSec: number,
  toSec: number,
): number {
  let [same, moved] = [fromSec, toSec];
  while (moved - same > 1) {
    const middle = Math.floor((same + moved) / 2);
    if (offsetAt(middle) === beforeSec) same = middle;
    else moved = middle;
  }
  return moved;
}

/** The wall clock that some changes make, the first of which must be there: a table in place of Intl. */
export function clockWith(changes: readonly ClockChange[]): WallClock {
  return (atSec) => {
    let offsetSec = changes[0]!.beforeSec;
    for (const change of changes) if (change.atSec <= atSec) offsetSec = change.afterSec;
    return atSec + offsetSec;
  };
}

import { daySec } from "../clock/calendar.js";
import { clockChanges } from "../clock/clock-changes.js";
import type { ForecastSpan } from "./fires.js";
import type { MinuteOfDay } from "./load.js";
import { timeWords } from "../clock/wall-clock-words.js";
import type { Zone } from "../clock/zone.js";

const mostBusy = 10;
const mostQuiet = 5;

/** A quiet minute is this far from the next one that is proposed. */
const apartMinutes = 90;

/** What begins so near to a minute still counts against it. */
const nearMinutes = 5;

/** The minutes of the day in which most runs begin on one day, the busiest first. */
export function busiestMinutes(minutes: readonly MinuteOfDay[]): MinuteOfDay[] {
  return minutes
    .filter(({ most }) => most > 0)
    .toSorted((a, b) => b.most - a.most || b.days - a.days || a.minute - b.minute)
    .slice(0, mostBusy);
}

/** A good minute of the day for a daily job. */
export interface QuietMinute {
  /** On the zone's clock, such as `04:17`. */
  readonly time: string;
  /** How many runs begin within five minutes of it, on all days together. */
  readonly runsNear: number;
}

/** Minutes of the day near which least begins, spread over the day, and that no clock change of the next year touches. */
export function quietMinutes(minutes: readonly MinuteOfDay[], zone: Zone, span: ForecastSpan): QuietMinute[] {
  const touched = touchedMinutes(zone, span);
  const candidates = minutes
    .filter(({ minute }) => !touched.has(minute))
    .map(({ minute }) => ({
      minute,
      runsNear: runsNear(minutes, minute),
      free: freeAround(minutes, minute),
    }));
  const chosen: Candidate[] = [];
  while (chosen.length < mostQuiet) {
    const best = bestOf(candidates, chosen);
    if (best === null) break;
    chosen.push(best);
  }
  return chosen
    .toSorted((a, b) => a.minute - b.minute)
    .map(({ minute, runsNear }) => ({ time: timeWords(minute * 60), runsNear }));
}

interface Candidate {
  minute: number;
  runsNear: number;
  /** How far it is to the next minute in which anything begins. */
  free: number;
}

/** The quietest that is not near to those that are chosen; of equal ones a far one, then no round time, then a free one. */
function bestOf(candidates: readonly Candidate[], chosen: readonly Candidate[]): Candidate | null {
  const rankOf = (one: Candidate) => {
    const apart = Math.min(720, ...chosen.map((other) => distance(one.minute, other.minute)));
    const round = one.minute % 5 === 0 ? 1 : 0;
    return [one.runsNear, -Math.floor(apart / apartMinutes), round, -one.free, one.minute];
  };
  let best: { candidate: Candidate; rank: number[] } | null = null;
  for (const candidate of candidates) {
    if (chosen.some((other) => distance(candidate.minute, other.minute) < apartMinutes)) continue;
    const rank = rankOf(candidate);
    if (best === null || isBefore(rank, best.rank)) best = { candidate, rank };
  }
  return best === null ? null : best.candidate;
}

function isBefore(rank: readonly number[], other: readonly number[]): boolean {
  const at = rank.findIndex((value, index) => value !== other[index]);
  return at >= 0 && rank[at]! < other[at]!;
}

function runsNear(minutes: readonly MinuteOfDay[], minute: number): number {
  let runs = 0;
  for (let by = -nearMinutes; by <= nearMinutes; by += 1) runs += minutes[(minute + by + 1440) % 1440]!.total;
  return runs;
}

/** In minutes, three hours at most. */
function freeAround(minutes: readonly MinuteOfDay[], minute: number): number {
  let free = 0;
  const isFree = (at: number) => minutes[(at + 1440) % 1440]!.total === 0;
  while (free < 180 && isFree(minute + free) && isFree(minute - free)) free += 1;
  return free;
}

function distance(one: number, other: number): number {
  const apart = Math.abs(one - other);
  return Math.min(apart, 1440 - apart);
}

/** The minutes of the day that clock changes of the next 400 days leave out or show twice. */
function touchedMinutes(zone: Zone, { fromMs }: ForecastSpan): Set<number> {
  const touched = new Set<number>();
  for (const { localStart, localEnd } of clockChanges(zone, fromMs, fromMs + 400 * daySec * 1000)) {
    for (let local = localStart; local < localEnd && touched.size < 1440; local += 60) {
      touched.add(Math.floor((local - Math.floor(local / daySec) * daySec) / 60));
    }
  }
  return touched;
}

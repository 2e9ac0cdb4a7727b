import { daySec } from "../clock/calendar.js";
import type { ForecastSpan } from "./fires.js";
import type { Zone } from "../clock/zone.js";

const minuteMs = 60_000;

/** How many runs begin in each minute of a span. */
export class MinuteLoad {
  /** The first minute, counted from 1970. */
  readonly firstMinute: number;
  readonly counts: Uint32Array;

  constructor({ fromMs, toMs }: ForecastSpan) {
    this.firstMinute = Math.floor(fromMs / minuteMs);
    this.counts = new Uint32Array(Math.max(0, Math.ceil(toMs / minuteMs) - this.firstMinute));
  }

  add(fireMs: number): void {
    this.counts[Math.floor(fireMs / minuteMs) - this.firstMinute]! += 1;
  }

  /** Spreads runs evenly over the minutes from one instant on and before another. */
  addEvenly(runs: number, { fromMs, toMs }: ForecastSpan): void {
    const first = Math.floor(fromMs / minuteMs) - this.firstMinute;
    const end = Math.min(Math.ceil(toMs / minuteMs) - this.firstMinute, this.counts.length);
    for (let minute = first; minute < end; minute += 1) {
      const share = runs / (end - first);
      this.counts[minute]! += Math.floor((minute - first + 1) * share) - Math.floor((minute - first) * share);
    }
  }
}

/** The runs that begin on a day of a zone, by the hour of its clock; the hour that the clocks leave out has none. */
export interface DayLoad {
  /** `2026-11-24`. */
  readonly date: string;
  readonly hours: number[];
}

/** What a minute of the day is like over all the days of a span, on a zone's clock. */
export interface MinuteOfDay {
  /** From 0 to 1439. */
  readonly minute: number;
  /** How many runs begin in it on all days. */
  total: number;
  /** How many begin in it on the busiest day, and when that is first. */
  most: number;
  mostAtMs: number;
  /** On how many days so many begin in it. */
  days: number;
}

/** The load by day and hour, and by minute of the day, on the clock of a zone. */
export function loadOn(
  zone: Zone,
  { firstMinute, counts }: MinuteLoad,
): { days: DayLoad[]; minutes: MinuteOfDay[] } {
  const days = new Map<number, DayLoad>();
  const minutes = Array.from({ length: 1440 }, (_, minute) => emptyMinute(minute));
  for (const [index, count] of counts.entries()) {
    const atSec = (firstMinute + index) * 60;
    const local = atSec + zone.offsetSecAt(atSec);
    const day = Math.floor(local / daySec);
    const minute = Math.floor((local - day * daySec) / 60);
    dayLoad(days, day).hours[Math.floor(minute / 60)]! += count;
    if (count > 0) tell(minutes[minute]!, count, atSec * 1000);
  }
  return { days: [...days.values()], minutes };
}

function emptyMinute(minute: number): MinuteOfDay {
  return { minute, total: 0, most: 0, mostAtMs: NaN, days: 0 };
}

function dayLoad(days: Map<number, DayLoad>, day: number): DayLoad {
  const known = days.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * daySec * 1000).toISOString().slice(0, 10);
  const made = { date, hours: Array.from({ length: 24 }, () => 0) };
  days.set(day, made);
  return made;
}

function tell(minute: MinuteOfDay, count: number, atMs: number): void {
  minute.total += count;
  if (count === minute.most) minute.days += 1;
  if (count <= minute.most) return;
  [minute.most, minute.mostAtMs, minute.days] = [count, atMs, 1];
}

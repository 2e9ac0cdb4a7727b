import type { YearlyDays } from "./dates.js";
import { weekSec } from "./week.js";
import { type BlackoutWindow, type BlackoutWindows, joined, shifted, WindowList } from "./windows.js";
import { dateOfDay, daySec, lastYear, monthLength } from "../clock/calendar.js";

// 1970-01-05 was a Monday.
const firstMonday = 4 * daySec;
const daysOfLeapYear = 366;
const leapDay = 59;

/** Days of each year, and their place in a list of blackouts. */
interface PlacedDays {
  readonly days: YearlyDays;
  readonly entry: number;
}

/** Windows of each week on a wall clock, given in seconds since Monday 00:00. */
export class WeeklyWindows implements BlackoutWindows {
  readonly #always: BlackoutWindow | null;
  readonly #aroundAWeek: WindowList;

  constructor(windows: readonly BlackoutWindow[]) {
    const aroundAWeek = joined(
      [-weekSec, 0, weekSec].flatMap((by) => windows.map((each) => shifted(each, by))),
    );
    this.#always = alwaysIf(
      aroundAWeek.some(({ start, end }) => end - start >= weekSec),
      windows,
    );
    this.#aroundAWeek = new WindowList(aroundAWeek);
  }

  firstEndingAfter(at: number): BlackoutWindow | null {
    if (this.#always !== null) return this.#always;
    const weekStart = firstMonday + Math.floor((at - firstMonday) / weekSec) * weekSec;
    const window = this.#aroundAWeek.firstEndingAfter(at - weekStart);
    return window === null ? null : shifted(window, weekStart);
  }
}

/** Days of each year on a wall clock. One that a year does not have is left out; years are apart, though they may touch. */
export class YearlyWindows implements BlackoutWindows {
  readonly #always: BlackoutWindow | null;
  readonly #inLeapYear: WindowList;
  readonly #inCommonYear: WindowList;

  constructor(list: readonly PlacedDays[]) {
    const windows = joined(list.flatMap(daysWithinYear));
    this.#always = alwaysIf(
      windows.some(({ start, end }) => end - start === daysOfLeapYear),
      windows,
    );
    this.#inLeapYear = new WindowList(windows.map(inSeconds));
    this.#inCommonYear = new WindowList(windows.map(withoutLeapDay).filter(isThere).map(inSeconds));
  }

  firstEndingAfter(at: number): BlackoutWindow | null {
    if (this.#always !== null) return this.#always;
    for (let year = dateOfDay(Math.floor(at / daySec)) >> 9; year <= lastYear; year += 1) {
      const yearStart = Date.UTC(year, 0, 1) / 1000;
      const windows = monthLength(year, 2) === 29 ? this.#inLeapYear : this.#inCommonYear;
      const window = windows.firstEndingAfter(at - yearStart);
      if (window !== null) return shifted(window, yearStart);
    }
    return null;
  }
}

function alwaysIf(full: boolean, windows: readonly BlackoutWindow[]): BlackoutWindow | null {
  if (!full) return null;
  const entry = windows.reduce((least, window) => Math.min(least, window.entry), Infinity);
  return { start: -Infinity, end: Infinity, entry };
}

/** Days of a leap year, in one window or, over the turn of the year, in two. */
function daysWithinYear({ days: { firstDay, lastDay }, entry }: PlacedDays): BlackoutWindow[] {
  if (firstDay <= lastDay) return [{ start: firstDay, end: lastDay + 1, entry }];
  return [
    { start: firstDay, end: daysOfLeapYear, entry },
    { start: 0, end: lastDay + 1, entry },
  ];
}

function withoutLeapDay({ start, end, entry }: BlackoutWindow): BlackoutWindow {
  return { start: start > leapDay ? start - 1 : start, end: end > leapDay ? end - 1 : end, entry };
}

function isThere({ start, end }: BlackoutWindow): boolean {
  return start < end;
}

function inSeconds({ start, end, entry }: BlackoutWindow): BlackoutWindow {
  return { start: start * daySec, end: end * daySec, entry };
}

import { dateOfDay, daySec, weekdayOfDay } from "../../core/clock/calendar.js";
import { listed } from "../../core/listed.js";
import { calendarError, type CalendarTime, readTime } from "./time.js";

/** A weekday (Sunday is 0), each one or, if `nth` is not 0, only the nth of a month or year, from its end if negative. */
export interface NthWeekday {
  readonly weekday: number;
  readonly nth: number;
}

/** A rule by which an event comes again (RFC 5545, 3.3.10). A list that is null restricts nothing. */
export interface CalendarRule {
  readonly freq: "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY";
  readonly interval: number;
  readonly count: number;
  readonly until: { readonly isDay: boolean; readonly isUtc: boolean; readonly localSec: number } | null;
  readonly weekStart: number;
  readonly months: readonly number[] | null;
  readonly monthDays: readonly number[] | null;
  readonly yearDays: readonly number[] | null;
  readonly weeks: readonly number[] | null;
  readonly weekdays: readonly NthWeekday[] | null;
  /** Of the times of each year, month, week or day only these, counted from 1, or from the end from -1. */
  readonly positions: readonly number[] | null;
  /** Times of day in seconds, in order. */
  readonly times: readonly number[];
}

type Written = Readonly<Record<string, unknown>>;

const frequencies = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY"] as const;
const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const known = new Set(
  "freq interval count until wkst bymonth bymonthday byyearday byweekno byday bysetpos byhour byminute bysecond".split(
    " ",
  ),
);

/** Reads a rule as jCal has it; what it leaves open is as at the event's start. */
export function readRule(value: unknown, start: CalendarTime): CalendarRule {
  const written = value as Written;
  const { freq } = written;
  const unknown = Object.keys(written).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw calendarError(`its rule has ${unknown.toUpperCase()}, which is not read here.`);
  if (!frequencies.includes(freq as CalendarRule["freq"])) {
    throw calendarError(`FREQ=${String(freq)} is not read here; only ${listed(frequencies)} are.`);
  }
  const rule: CalendarRule = {
    freq: freq as CalendarRule["freq"],
    interval: Number(written["interval"] ?? 1),
    count: Number(written["count"] ?? Infinity),
    until: written["until"] === undefined ? null : readTime("until", written["until"]),
    weekStart: weekStartOf(written["wkst"]),
    months: numbers(written["bymonth"]),
    monthDays: numbers(written["bymonthday"]),
    yearDays: numbers(written["byyearday"]),
    weeks: freq === "YEARLY" ? numbers(written["byweekno"]) : null,
    weekdays: list(written["byday"])?.map(nthWeekday) ?? null,
    positions: numbers(written["bysetpos"]),
    times: timesOfDay(written, start),
  };
  return { ...rule, ...asAtStart(rule, start) };
}

/** The days that a rule leaves open. */
function asAtStart(rule: CalendarRule, { localSec }: CalendarTime): Partial<CalendarRule> {
  if (rule.freq === "DAILY" || rule.weekdays !== null || rule.monthDays !== null || rule.yearDays !== null)
    return {};
  const day = Math.floor(localSec / daySec);
  const date = dateOfDay(day);
  if (rule.freq === "WEEKLY" || rule.weeks !== null)
    return { weekdays: [{ weekday: weekdayOfDay(day), nth: 0 }] };
  const monthDays = [date & 31];
  return rule.freq === "MONTHLY" || rule.months !== null
    ? { monthDays }
    : { monthDays, months: [(date >> 5) & 15] };
}

function timesOfDay(written: Written, { isDay, localSec }: CalendarTime): number[] {
  if (isDay) return [0];
  const time = localSec - Math.floor(localSec / daySec) * daySec;
  const hours = numbers(written["byhour"]) ?? [Math.floor(time / 3600)];
  const minutes = numbers(written["byminute"]) ?? [Math.floor(time / 60) % 60];
  const seconds = numbers(written["bysecond"]) ?? [time % 60];
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * 3600 + minute * 60 + second)),
  );
  return times.toSorted((a, b) => a - b);
}

function nthWeekday(written: unknown): NthWeekday {
  const text = String(written);
  return { weekday: weekdays.indexOf(text.slice(-2)), nth: Number(text.slice(0, -2)) };
}

/** The library turns `WKST=SU` into a number that counts from Sunday, 1. */
function weekStartOf(written: unknown): number {
  return written === undefined ? 1 : Number(written) - 1;
}

function numbers(written: unknown): number[] | null {
  return list(written)?.map(Number) ?? null;
}

function list(written: unknown): unknown[] | null {
  if (written === undefined) return null;
  return Array.isArray(written) ? written : [written];
}

import { blackoutError, blackoutForms } from "./error.js";
import { daySec } from "../clock/calendar.js";
import { nearestName } from "../nearest-name.js";
import { timeSecOf } from "../clock/zoned-instant.js";

/** From one time of the week to another, in seconds since Monday 00:00; the end may be in the next week. */
export interface WeeklyWindow {
  readonly start: number;
  readonly end: number;
}

export const weekSec = 7 * daySec;

const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const wordsForDays: Record<string, string> = { WEEKDAY: "MON-FRI", WORKDAY: "MON-FRI", WEEKEND: "SAT-SUN" };

const time = String.raw`\d{1,2}:\d\d(?::\d\d)?`;
const days = "[A-Z]+(?: ?[-,] ?[A-Z]+)*";
const onDays = new RegExp(`^(${days})$`);
const timesOnDays = new RegExp(`^(?:(${days}) )?(${time}) ?- ?(${time})$`);
const dayToDay = new RegExp(`^([A-Z]+) (${time}) ?- ?([A-Z]+) (${time})$`);

/** Reads `SAT,SUN`, `MON-FRI 09:00-17:00`, `22:00-06:00` or `FRI 18:00 - MON 06:00`, in capitals, with single blanks. */
export function readWeekly(when: string): WeeklyWindow[] {
  const whole = onDays.exec(when);
  if (whole !== null) return eachDay(when, whole[1]!, 0, daySec);
  const daily = timesOnDays.exec(when);
  if (daily !== null) return eachDay(when, daily[1] ?? "MON-SUN", ...timesOf(when, daily[2]!, daily[3]!));
  const long = dayToDay.exec(when);
  if (long !== null) return [fromDayToDay(when, long)];
  throw blackoutError(when, "This is neither days nor times", blackoutForms);
}

function eachDay(when: string, written: string, startSec: number, endSec: number): WeeklyWindow[] {
  const named = new Set(written.split(",").flatMap((item) => daysOf(when, item)));
  return [...named].map((day) => ({ start: day * daySec + startSec, end: day * daySec + endSec }));
}

/** The numbers of a day or of a range that may go on around the end of the week; Monday is 0. */
function daysOf(when: string, item: string): number[] {
  const [first, last, ...more] = item.split("-").map((name) => dayOf(when, name.trim()));
  if (more.length > 0) {
    throw blackoutError(when, `${item.trim()} is more than a range`, "Write MON-FRI, or MON,WED,FRI.");
  }
  const count = last === undefined ? 1 : ((last - first! + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (first! + index) % 7);
}

function dayOf(when: string, name: string): number {
  const day = weekdays.indexOf(name);
  if (day >= 0) return day;
  const meant = wordsForDays[name.replace(/S$/, "")] ?? nearestName(name, weekdays);
  const right = meant === null ? "Write MON, TUE, WED, THU, FRI, SAT or SUN." : `Did you mean ${meant}?`;
  throw blackoutError(when, `"${name}" is not a weekday`, right);
}

/** Two times of day in seconds; an end that is not after its start is on the next day. */
function timesOf(when: string, from: string, to: string): [start: number, end: number] {
  const start = startOf(when, from);
  const end = timeOf(when, to);
  if (end === start) {
    throw blackoutError(
      when,
      "The window has no length",
      "Write 00:00-24:00, or only the days, for whole days.",
    );
  }
  return [start, end < start ? end + daySec : end];
}

function fromDayToDay(when: string, [, fromDay, from, toDay, to]: RegExpExecArray): WeeklyWindow {
  const start = dayOf(when, fromDay!) * daySec + startOf(when, from!);
  const end = dayOf(when, toDay!) * daySec + timeOf(when, to!);
  if (fromDay === toDay && end === start) {
    throw blackoutError(when, "The window has no length", "Write MON-SUN for the whole week.");
  }
  return { start, end: end <= start ? end + weekSec : end };
}

function startOf(when: string, written: string): number {
  const start = timeOf(when, written);
  if (start < daySec) return start;
  throw blackoutError(when, `A window cannot begin at ${written}`, "Write 00:00, of the day after.");
}

function timeOf(when: string, written: string): number {
  const [hour, minute, second = "00"] = written.split(":");
  return timeSecOf(hour!, minute!, second, when);
}

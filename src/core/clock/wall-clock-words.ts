import { dateOfDay, daySec, weekdayOfDay } from "./calendar.js";

// Wall-clock times are counted in seconds from 1970-01-01 00:00:00 on that wall clock.

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The time of day, such as `02:30`, or `02:30:15` if it is no whole minute. */
export function timeWords(localSec: number): string {
  const time = localSec - Math.floor(localSec / daySec) * daySec;
  const parts = [Math.floor(time / 3600), Math.floor(time / 60) % 60, time % 60];
  return (parts[2] === 0 ? parts.slice(0, 2) : parts).map((part) => String(part).padStart(2, "0")).join(":");
}

/** The date, such as `Sun 29 Mar 2026`. */
export function dateWords(localSec: number): string {
  const day = Math.floor(localSec / daySec);
  const date = dateOfDay(day);
  return `${weekdays[weekdayOfDay(day)]} ${date & 31} ${months[((date >> 5) & 15) - 1]} ${date >> 9}`;
}

/** Whether two wall-clock times are of the same date. */
export function sameDate(localSec: number, other: number): boolean {
  return Math.floor(localSec / daySec) === Math.floor(other / daySec);
}

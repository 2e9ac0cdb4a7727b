import { calendarEndSec, daySec, earliestSec } from "../../core/clock/calendar.js";
import type { CalendarStretch } from "./event.js";
import { type CalendarPart, textOf } from "./parts.js";

const longestReason = 100;
const firstSec = earliestSec + daySec;

// Controls, line separators, lone surrogates, and marks that reorder what is around them.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** A stretch as a blackout writes it, as far as it is within the years 1900 to 2199. */
export function whenOf({ kind, startSec, endSec }: CalendarStretch): string {
  const start = Math.max(startSec, firstSec);
  if (kind === "days") {
    const [first, last] = [dateOf(start), dateOf(Math.min(endSec, calendarEndSec) - daySec)];
    return first === last ? first : `${first} - ${last}`;
  }
  const mark = kind === "instants" ? "Z" : "";
  return `${timeOf(start)}${mark} - ${timeOf(Math.min(endSec, calendarEndSec - 1))}${mark}`;
}

/** The title of an event: at most 100 characters that can be seen, or null. */
export function titleOf(event: CalendarPart): string | null {
  const title = (textOf(event, "summary") ?? "").replace(unprintable, " ").trim();
  return title === "" ? null : Array.from(title).slice(0, longestReason).join("").trimEnd();
}

function dateOf(sec: number): string {
  return new Date(sec * 1000).toISOString().slice(0, 10);
}

function timeOf(sec: number): string {
  return new Date(sec * 1000).toISOString().slice(0, 19).replace(/:00$/, "");
}

import { type OnceStretch, readOnce, readYearly, type YearlyDays } from "./dates.js";
import { blackoutError, blackoutForms } from "./error.js";
import { readWeekly, type WeeklyWindow } from "./week.js";
import { BoundedCache } from "../bounded-cache.js";
import { BelfryError } from "../errors.js";

/** A stretch of time, once or again and again, in which a schedule does not run. */
export interface Blackout {
  /** As it is written, in the schedule's zone; see `parseBlackout`. */
  readonly when: string;
  /** What it is for, such as `Christmas Day`; null: nobody said. */
  readonly reason: string | null;
}

/** What the `when` of a blackout means, before a zone is known. */
export type ParsedBlackout =
  | { readonly kind: "weekly"; readonly windows: readonly WeeklyWindow[] }
  | YearlyDays
  | OnceStretch;

const longestWhen = 200;
const longestReason = 200;

// Controls, line separators, lone surrogates, and marks that reorder what is around them.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

const parsed = new BoundedCache<ParsedBlackout>(5000);

/**
 * Reads the `when` of a blackout: days and times of the week (`SAT-SUN`, `MON-FRI 09:00-17:00`, `22:00-06:00`,
 * `FRI 18:00 - MON 06:00`), whole days with both ends within (`2026-12-25`, `2026-12-24 - 2027-01-01`, each year `12-25`,
 * `12-24 - 01-01`), or a stretch whose end is not within (`2026-12-24T18:00 - 2026-12-26T06:00`, with `Z` or an offset at
 * both or at neither). `..` and `to` mean the same as ` - `. Throws `invalid_schedule` for anything else.
 */
export function parseBlackout(when: string): ParsedBlackout {
  return parsed.get(when) ?? parsed.set(when, read(when));
}

/** Throws `invalid_schedule` unless `parseBlackout` can read it. */
export function checkBlackout(when: unknown): void {
  if (typeof when !== "string")
    throw wrong('When a blackout is, is text such as "SAT-SUN" or "12-24 - 01-01".');
  parseBlackout(when);
}

/** Throws `invalid_schedule` unless it is null or at most 200 characters that can be seen. */
export function checkBlackoutReason(reason: unknown): void {
  if (reason === null) return;
  if (typeof reason !== "string") throw wrong("The reason of a blackout is text, or null.");
  const { length } = Array.from(reason);
  if (length > longestReason) {
    throw wrong(`The reason of a blackout has at most ${longestReason} characters; this one has ${length}.`);
  }
  if (!unprintable.test(reason)) return;
  throw wrong(`The reason ${JSON.stringify(reason)} has a character that cannot be seen. Take it away.`);
}

function read(when: string): ParsedBlackout {
  if (when.length > longestWhen) throw blackoutError(when, "This is too long", blackoutForms);
  const text = inOneSpelling(when);
  try {
    if (/^\d{4}-/.test(text)) return readOnce(text);
    if (/^\d{1,2}-\d{1,2}(?![\d:])/.test(text)) return readYearly(text);
    if (/^([A-Z]|\d{1,2}:)/.test(text)) return { kind: "weekly", windows: readWeekly(text) };
  } catch (error) {
    throw asOfSchedule(error);
  }
  throw blackoutError(when, "This is no stretch of time", blackoutForms);
}

function inOneSpelling(when: string): string {
  const spaced = when.replace(/\.\./g, " - ").replace(/\s+to\s+/gi, " - ");
  const single = spaced.trim().replace(/\s+/g, " ");
  return single.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** An instant in a blackout that cannot be read is a fault of the schedule. */
function asOfSchedule(error: unknown): unknown {
  if (!(error instanceof BelfryError) || error.code === "invalid_schedule") return error;
  return wrong(error.message);
}

function wrong(message: string): BelfryError {
  return new BelfryError("invalid_schedule", message);
}

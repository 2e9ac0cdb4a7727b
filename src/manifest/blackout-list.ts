import type { Blackout } from "../core/blackout/blackout.js";
import { checkBlackouts } from "../core/blackout/blackouts.js";
import { BelfryError } from "../core/errors.js";
import type { BlackoutEntry } from "./blackout-shape.js";
import { calendarPath, type Calendars } from "./calendars.js";
import { saidAgainst } from "./laws.js";

/** What a list of `blackouts` comes to, each calendar replaced by what it holds, and why it cannot be, if so. */
export interface BlackoutList {
  blackouts: readonly Blackout[];
  fault: string | null;
}

/** Puts the blackouts of its calendars into a list; one that cannot be used has been told and is passed over. */
export function blackoutList(
  written: readonly BlackoutEntry[],
  { file, calendars }: { file: string; calendars: Calendars },
): BlackoutList {
  const blackouts = written.flatMap(({ when, reason = null, calendar }): readonly Blackout[] => {
    if (when !== undefined) return [{ when, reason }];
    const found = calendars.get(calendarPath(file, calendar!)) ?? [];
    return found instanceof BelfryError ? [] : found;
  });
  return { blackouts, fault: saidAgainst(() => checkBlackouts(blackouts)) };
}

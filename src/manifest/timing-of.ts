import type { Blackout } from "../core/blackout/blackout.js";
import { calendarEndSec, firstYear } from "../core/clock/calendar.js";
import { type DstRule, onceADay } from "../core/clock/dst-rule.js";
import { BelfryError } from "../core/errors.js";
import { firesByItself, type Timing, timingDefaults } from "../core/fires/timing.js";
import { instantIn } from "../core/clock/zoned-instant.js";
import { saidAgainst } from "./laws.js";
import type { ManifestDefaults, ManifestEntry } from "./shapes.js";

/** A key of a schedule whose value cannot be, and why. */
export interface Fault {
  key: keyof ManifestEntry;
  message: string;
}

const instantKeys = ["anchor", "at", "starts_at", "ends_at"] as const;
type InstantKey = (typeof instantKeys)[number];

/** When a schedule fires, by its own keys and the defaults, and the instants that its zone or the calendar does not have. */
export function timingOf(
  entry: ManifestEntry,
  defaults: ManifestDefaults,
  blackouts: readonly Blackout[],
): { timing: Timing; faults: Fault[] } {
  const timezone = entry.timezone ?? defaults.timezone ?? timingDefaults.timezone;
  const { instants, faults } = instantsIn(entry, timezone);
  const ways = { cron: entry.cron ?? null, everySec: entry.every ?? null, at: instants.at };
  // A spread among the defaults is not for those that run by hand only.
  const commonSpread = firesByItself(ways) ? defaults.spread : undefined;
  const timing = {
    ...ways,
    timezone,
    anchorAt: instants.anchor,
    startsAt: instants.starts_at,
    endsAt: instants.ends_at,
    maxRuns: entry.max_runs ?? timingDefaults.maxRuns,
    spreadSec: entry.spread ?? commonSpread ?? timingDefaults.spreadSec,
    dst: dstOf(defaults.dst, entry.dst),
    blackouts,
    blackoutPolicy: entry.blackout ?? defaults.blackout ?? timingDefaults.blackoutPolicy,
    catchUp: entry.catch_up ?? defaults.catch_up ?? timingDefaults.catchUp,
    catchUpWindowSec: entry.catch_up_window ?? defaults.catch_up_window ?? timingDefaults.catchUpWindowSec,
  };
  return { timing, faults };
}

/** The instants are read on the clock of the schedule's zone; a date alone is its beginning, or as the end its end. */
function instantsIn(entry: ManifestEntry, timezone: string) {
  const instants: Record<InstantKey, Date | null> = {
    anchor: null,
    at: null,
    starts_at: null,
    ends_at: null,
  };
  const faults: Fault[] = [];
  for (const key of instantKeys) {
    const text = entry[key];
    if (text === undefined) continue;
    const message = saidAgainst(() => {
      instants[key] = inCalendar(text, instantIn(text, timezone, key === "ends_at" ? "end" : "start"));
    });
    if (message !== null) faults.push({ key, message });
  }
  return { instants, faults };
}

/** Each half of the rule is a key of its own. */
function dstOf(common: ManifestDefaults["dst"], own: ManifestDefaults["dst"]): DstRule {
  return {
    gap: own?.gap ?? common?.gap ?? onceADay.gap,
    fold: own?.fold ?? common?.fold ?? onceADay.fold,
  };
}

function inCalendar(text: string, instant: Date): Date {
  const ms = instant.getTime();
  if (ms >= Date.UTC(firstYear, 0, 1) && ms < calendarEndSec * 1000) return instant;
  throw new BelfryError("invalid_manifest", `${text} is not in the years 1900 to 2199 of UTC.`);
}

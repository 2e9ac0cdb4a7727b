import type { Timing } from "./timing.js";

type InstantKey = "anchorAt" | "at" | "startsAt" | "endsAt";

/** A timing as JSON holds it: its instants are texts in UTC, such as `2026-11-23T13:30:00.000Z`. */
export type TimingJson = Omit<Timing, InstantKey | "dst" | "blackouts"> & {
  [Key in InstantKey]: string | null;
} & {
  dst: { gap: Timing["dst"]["gap"]; fold: Timing["dst"]["fold"] };
  blackouts: { when: string; reason: string | null }[];
};

/** The timing of a schedule, and no other field of it, for JSON. */
export function timingJson(timing: Timing): TimingJson {
  return {
    cron: timing.cron,
    timezone: timing.timezone,
    everySec: timing.everySec,
    anchorAt: textOf(timing.anchorAt),
    at: textOf(timing.at),
    startsAt: textOf(timing.startsAt),
    endsAt: textOf(timing.endsAt),
    maxRuns: timing.maxRuns,
    spreadSec: timing.spreadSec,
    dst: { gap: timing.dst.gap, fold: timing.dst.fold },
    blackouts: timing.blackouts.map(({ when, reason }) => ({ when, reason })),
    blackoutPolicy: timing.blackoutPolicy,
    catchUp: timing.catchUp,
    catchUpWindowSec: timing.catchUpWindowSec,
  };
}

/** The timing that JSON holds, and no other field of it. */
export function timingOf(json: TimingJson): Timing {
  return {
    cron: json.cron,
    timezone: json.timezone,
    everySec: json.everySec,
    anchorAt: instantOf(json.anchorAt),
    at: instantOf(json.at),
    startsAt: instantOf(json.startsAt),
    endsAt: instantOf(json.endsAt),
    maxRuns: json.maxRuns,
    spreadSec: json.spreadSec,
    dst: json.dst,
    blackouts: json.blackouts,
    blackoutPolicy: json.blackoutPolicy,
    catchUp: json.catchUp,
    catchUpWindowSec: json.catchUpWindowSec,
  };
}

function textOf(instant: Date | null): string | null {
  return instant === null ? null : instant.toISOString();
}

function instantOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

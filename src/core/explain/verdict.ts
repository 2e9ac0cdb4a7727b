/** What became of a fire, or will become of it, in a word. */
export const fireVerdicts = [
  "ran",
  "running",
  "waiting",
  "failed",
  "cancelled",
  "skipped",
  "covered",
  "pending_tick",
  "paused",
  "off",
  "retired",
  "ended",
  "schedule_error",
  "not_yet_created",
  "changed_since",
  "future",
  "blackout",
  "unknown",
] as const;
export type FireVerdict = (typeof fireVerdicts)[number];

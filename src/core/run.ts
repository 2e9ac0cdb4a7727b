export const runStatuses = [
  "pending",
  "dispatched",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "skipped",
] as const;
export type RunStatus = (typeof runStatuses)[number];

export const fireReasons = ["schedule", "manual", "backfill", "catch_up"] as const;
export type FireReason = (typeof fireReasons)[number];

/** Why a run failed. `spawn`: its command could not be started. `shutdown`: its runner went away. `secret`: a secret could not be had. */
export const errorKinds = [
  "exit_code",
  "signal",
  "timeout",
  "spawn",
  "dispatch",
  "shutdown",
  "secret",
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** Why a fire did not run. `docs/states.md` says what each means. */
export const skipReasons = [
  "overlap",
  "queue_full",
  "replaced",
  "start_deadline",
  "circuit_open",
  "exit_code",
  "late",
  "catch_up_limit",
  "blackout",
  "paused",
  "edited",
  "schedule_error",
  "retired",
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Names and texts that a run by hand gives to its job. */
export type RunParameters = Readonly<Record<string, string>>;

/** One row per (schedule, fire time), or one by hand. Ids are opaque strings. */
export interface Run {
  id: string;
  scheduleId: string;
  scheduleName: string;
  status: RunStatus;
  errorKind: ErrorKind | null;
  errorMessage: string | null;
  skipReason: SkipReason | null;
  /** The number of tries so far; 0 until the first dispatch. */
  attempt: number;
  /** How many of those failed and were followed, or are to be followed, by another. */
  failures: number;
  /** It waits for its next attempt, which does not begin before. */
  retryAt: Date | null;
  priority: number;
  /** The nominal instant; null for a run by hand. */
  fireTime: Date | null;
  fireReason: FireReason;
  /** The oldest of the fires that this run stands for, if it stands for more than one. */
  coversFrom: Date | null;
  coversCount: number;
  /** The backfill that asked for it. */
  backfillId: string | null;
  /** The run that this one repeats. */
  rerunOf: string | null;
  /** What whoever asked for it gives to its job. */
  parameters: RunParameters;
  exitCode: number | null;
  exitSignal: string | null;
  cancelRequestedAt: Date | null;
  createdAt: Date;
  dispatchedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** How an attempt ended, as its runner tells it. */
export interface Outcome {
  status: "succeeded" | "failed" | "cancelled";
  errorKind: ErrorKind | null;
  errorMessage: string | null;
  exitCode: number | null;
  exitSignal: string | null;
}

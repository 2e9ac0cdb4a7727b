import type { OverlapPolicy } from "./decide.js";

/** argv, or a line for the shell. */
export type Command = readonly string[] | string;

/** What a schedule's owner says of it. */
export interface ScheduleDefinition {
  name: string;
  description: string;
  /** Absent: it runs only by hand. */
  cron: string | null;
  timezone: string;
  overlap: OverlapPolicy;
  timeoutSec: number;
  run: Command;
  /** An absolute path; null: the server's own working directory. */
  cwd: string | null;
  env: Record<string, string>;
  installationId: number | null;
  enabled: boolean;
}

/** A definition, and what became of it. */
export interface Schedule extends ScheduleDefinition {
  id: string;
  /** Who owns the definition: `manifest`, or null for the library. */
  source: string | null;
  pausedAt: Date | null;
  pauseReason: string | null;
  /** When its owner ceased to name it. It fires no more. */
  retiredAt: Date | null;
  nextFireAt: Date | null;
  /** Why its next fire could not be worked out. */
  lastError: string | null;
  lastErrorAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const scheduleDefaults = {
  description: "",
  cron: null,
  timezone: "UTC",
  overlap: "skip",
  timeoutSec: 3600,
  cwd: null,
  env: {},
  installationId: null,
  enabled: true,
} as const satisfies Omit<ScheduleDefinition, "name" | "run">;

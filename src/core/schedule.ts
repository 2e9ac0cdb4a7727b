import type { OverlapPolicy } from "./decide.js";
import { type Timing, timingDefaults } from "./fires/timing.js";
import type { Env } from "./secrets/reference.js";
import { type Policies, policyDefaults } from "./policies/policies.js";

/** argv, or a line for the shell. */
export type Command = readonly string[] | string;

/** What a schedule's owner says of it. */
export interface ScheduleDefinition extends Timing, Policies {
  name: string;
  description: string;
  overlap: OverlapPolicy;
  timeoutSec: number;
  run: Command;
  /** An absolute path; null: the server's own working directory. */
  cwd: string | null;
  /** Texts, and references to secrets. */
  env: Env;
  installationId: number | null;
  enabled: boolean;
}

/** A definition, and what became of it. */
export interface Schedule extends ScheduleDefinition {
  id: string;
  /** Who owns the definition: `manifest` for the server's file, the source of an apply, or null for the API and the library. */
  source: string | null;
  pausedAt: Date | null;
  pauseReason: string | null;
  /** Runs made before do not count towards `pauseAfter`: it was resumed, or edited. */
  breakerResetAt: Date | null;
  /** When its owner ceased to name it. It fires no more. */
  retiredAt: Date | null;
  /** When the scheduler looks at it next: its next fire, also one that a blackout will skip. */
  nextFireAt: Date | null;
  /** The oldest fire that is not accounted for, if it is another than `nextFireAt`. */
  owedFrom: Date | null;
  /** How many of the runs that `maxRuns` allows it has made; counted only while there is such a limit. */
  runsMade: number;
  /** Why its next fire could not be worked out. */
  lastError: string | null;
  lastErrorAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** One more with each edit, pause, resume and retirement; a whole number as text. */
  revision: string;
}

/** What a schedule is up to: the strongest reason why it does not fire, else `on`. */
export const scheduleStates = ["on", "paused", "off", "ended", "retired", "error"] as const;
export type ScheduleState = (typeof scheduleStates)[number];

export const scheduleDefaults = {
  ...timingDefaults,
  ...policyDefaults,
  description: "",
  overlap: "skip",
  timeoutSec: 3600,
  cwd: null,
  env: {},
  installationId: null,
  enabled: true,
} as const satisfies Omit<ScheduleDefinition, "name" | "run">;

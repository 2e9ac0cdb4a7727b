import { z } from "zod";
import { errorKinds, fireReasons, runStatuses, skipReasons } from "../../core/run.js";
import { logStreams } from "../internal/shapes.js";
import { instant } from "./instant-shape.js";
import { breakerStates } from "../../core/policies/breaker.js";
import { policiesShape } from "./policies-shape.js";
import { timingShape } from "./timing-shape.js";

export const runShape = z.object({
  id: z.string(),
  scheduleName: z.string(),
  status: z.enum(runStatuses),
  errorKind: z.enum(errorKinds).nullable(),
  errorMessage: z.string().nullable(),
  skipReason: z.enum(skipReasons).nullable(),
  attempt: z.int(),
  failures: z.int().describe("Attempts that failed and were followed by another."),
  retryAt: instant.nullable().describe("It waits for its next attempt until then."),
  priority: z.int(),
  fireTime: instant.nullable().describe("The nominal instant; null for a run by hand."),
  fireReason: z.enum(fireReasons),
  coversFrom: instant.nullable().describe("The oldest fire this run stands for, if there are several."),
  coversCount: z.int(),
  backfillId: z.string().nullable().describe("The backfill that asked for it."),
  exitCode: z.int().nullable(),
  exitSignal: z.string().nullable(),
  cancelRequestedAt: instant.nullable(),
  createdAt: instant,
  dispatchedAt: instant.nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});

export const runEventShape = z.object({
  attempt: z.int(),
  name: z.string(),
  at: instant,
  details: z.record(z.string(), z.unknown()),
});

export const runDetailShape = runShape.extend({ events: z.array(runEventShape) });

export const logEntryShape = z.object({
  attempt: z.int(),
  seq: z.int(),
  at: instant,
  stream: z.enum(logStreams),
  text: z.string(),
});

export const logPageShape = z.object({
  items: z.array(logEntryShape),
  nextCursor: z.string().describe("Ask with this cursor for what comes after."),
  complete: z.boolean().describe("The run has ended and there is nothing after these items."),
});

const breakerShape = z.object({
  state: z.enum(breakerStates),
  since: instant.nullable().describe("When the last of the failures ended that opened it."),
  probeAt: instant.nullable().describe("From when on one run may try whether it works again."),
});

export const scheduleShape = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  ...timingShape.shape,
  ...policiesShape.shape,
  overlap: z.string(),
  timeoutSec: z.int(),
  run: z.union([z.array(z.string()), z.string()]),
  cwd: z.string().nullable(),
  env: z.array(z.string()).describe("The names only: values may be private."),
  secrets: z.array(z.string()).describe("The names of the secrets that its environment refers to."),
  installationId: z.int().nullable(),
  source: z.string().nullable(),
  enabled: z.boolean(),
  pausedAt: instant.nullable(),
  pauseReason: z.string().nullable(),
  retiredAt: instant.nullable(),
  breaker: breakerShape.nullable().describe("Its circuit breaker; null without pauseAfter."),
  nextFireAt: instant.nullable().describe("The next fire, also one that a blackout will skip."),
  nextRunAt: instant.nullable().describe("The next fire that no blackout skips."),
  runsMade: z.int().describe("Of the runs that maxRuns allows; counted only while there is such a limit."),
  lastError: z.string().nullable(),
  lastErrorAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  lastRun: runShape.nullable(),
});

export const problemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
});

/** A list, and the cursor of what comes after it. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const limitQuery = z.coerce.number().int().min(1).max(500).default(50);
export const runIdParam = z.string().regex(/^[1-9]\d{0,17}$/, "A run's id is a whole number.");

export const backfillIdParam = z.string().regex(/^[1-9]\d{0,17}$/, "A backfill's id is a whole number.");

export const scheduleListQuery = z.strictObject({
  cursor: z.string().max(300).optional(),
  limit: limitQuery,
  all: z.enum(["true", "false"]).default("false").describe("Retired ones too."),
});

export const runListQuery = z.strictObject({
  cursor: runIdParam.optional(),
  limit: limitQuery,
  schedule: z.string().max(200).optional(),
  status: z.enum(runStatuses).optional(),
  backfill: backfillIdParam.optional(),
});

export const logQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,9}:\d{1,9}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  waitMs: z.coerce.number().int().min(0).max(30_000).default(0).describe("Wait for more output so long."),
});

export const pauseBody = z.strictObject({ reason: z.string().max(500).optional() });

export type RunJson = z.infer<typeof runShape>;
export type RunDetailJson = z.infer<typeof runDetailShape>;
export type ScheduleJson = z.infer<typeof scheduleShape>;
export type LogEntryJson = z.infer<typeof logEntryShape>;
export type LogPageJson = z.infer<typeof logPageShape>;
export type ProblemJson = z.infer<typeof problemShape>;
export type RunListQuery = z.input<typeof runListQuery>;

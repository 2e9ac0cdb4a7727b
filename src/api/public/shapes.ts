import { z } from "zod";
import { errorKinds, fireReasons, runStatuses, skipReasons } from "../../core/run.js";
import { logStreams } from "../internal/shapes.js";
import { instant } from "./instant-shape.js";
import { breakerStates } from "../../core/policies/breaker.js";
import { policiesShape } from "./policies-shape.js";
import { timingShape } from "./timing-shape.js";

export const runShape = z
  .object({
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
    rerunOf: z.string().nullable().describe("The run that this one repeats."),
    parameters: z.record(z.string(), z.string()).describe("What its job is given as BELFRY_PARAM_NAME."),
    exitCode: z.int().nullable(),
    exitSignal: z.string().nullable(),
    cancelRequestedAt: instant.nullable(),
    createdAt: instant,
    dispatchedAt: instant.nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: "Run" });

export const runEventShape = z
  .object({
    attempt: z.int(),
    name: z.string(),
    at: instant,
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "RunEvent" });

const attemptShape = z
  .object({
    number: z.int().describe("From 1."),
    dispatchedAt: instant.nullable(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable().describe("Null: it is under way."),
    outcome: z
      .enum(["succeeded", "failed", "cancelled", "skipped", "lost"])
      .nullable()
      .describe("How it ended; lost: nobody started it in time."),
    errorKind: z.string().nullable(),
    errorMessage: z.string().nullable(),
    exitCode: z.int().nullable(),
    exitSignal: z.string().nullable(),
  })
  .meta({ id: "Attempt" });

export const runDetailShape = runShape
  .extend({ attempts: z.array(attemptShape), events: z.array(runEventShape) })
  .meta({ id: "RunDetail" });

export const logEntryShape = z
  .object({
    attempt: z.int(),
    seq: z.int(),
    at: instant,
    stream: z.enum(logStreams),
    text: z.string(),
  })
  .meta({ id: "LogEntry" });

export const logPageShape = z
  .object({
    items: z.array(logEntryShape),
    nextCursor: z.string().describe("Ask with this cursor for what comes after."),
    complete: z.boolean().describe("The run has ended and there is nothing after these items."),
  })
  .meta({ id: "LogPage" });

const breakerShape = z.object({
  state: z.enum(breakerStates),
  since: instant.nullable().describe("When the last of the failures ended that opened it."),
  probeAt: instant.nullable().describe("From when on one run may try whether it works again."),
});

export const scheduleShape = z
  .object({
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
    revision: z.string().describe("Another one after each edit, pause, resume and retirement."),
    lastRun: z.union([runShape, z.null()]),
  })
  .meta({ id: "Schedule" });

export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe("Stable; docs/errors.md lists them."),
    detail: z.string(),
    requestId: z.string().optional().describe("Names the request in the audit log and the server's log."),
  })
  .meta({ id: "Problem" });

/** A list, and the cursor of what comes after it. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const limitQuery = z.coerce.number().int().min(1).max(500).default(50);
export const runIdParam = z.string().regex(/^[1-9]\d{0,17}$/, "A run's id is a whole number.");

export const backfillIdParam = z.string().regex(/^[1-9]\d{0,17}$/, "A backfill's id is a whole number.");

export const runListQuery = z.strictObject({
  cursor: runIdParam.optional(),
  limit: limitQuery,
  schedule: z.string().max(200).optional(),
  status: z
    .string()
    .max(200)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(runStatuses)))
    .optional()
    .describe("Only those that are so; several with commas between."),
  backfill: backfillIdParam.optional(),
  from: z.iso.datetime({ offset: true }).optional().describe("Only those created at this instant or later."),
  to: z.iso.datetime({ offset: true }).optional().describe("Only those created before this instant."),
});

const logPlace = z.string().regex(/^\d{1,9}:\d{1,9}$/, "A place in a log is attempt:seq, such as 1:42.");

export const logQuery = z.strictObject({
  cursor: logPlace.optional().describe("What comes after this place."),
  from: logPlace.optional().describe("What comes from this place on; instead of cursor."),
  tail: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("The last so many entries; instead of cursor."),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  waitMs: z.coerce.number().int().min(0).max(30_000).default(0).describe("Wait for more output so long."),
});

const parameterValue = z
  .string()
  .max(8192)
  .refine((text) => !text.includes("\0") && !/\p{Cs}/u.test(text), "A value is text without NUL.");

export const triggerBody = z.strictObject({
  parameters: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "A name is of a-z, 0-9 and _, a letter first."),
      parameterValue,
    )
    .refine((parameters) => Object.keys(parameters).length <= 50, "There are 50 parameters at most.")
    .default({})
    .describe("Names and texts that the job gets as BELFRY_PARAM_NAME."),
});

export const pauseBody = z.strictObject({ reason: z.string().max(500).optional() });

export type RunJson = z.infer<typeof runShape>;
export type RunDetailJson = z.infer<typeof runDetailShape>;
export type ScheduleJson = z.infer<typeof scheduleShape>;
export type LogEntryJson = z.infer<typeof logEntryShape>;
export type LogPageJson = z.infer<typeof logPageShape>;
export type ProblemJson = z.infer<typeof problemShape>;
export type LogQuery = z.output<typeof logQuery>;
export type TriggerBody = z.output<typeof triggerBody>;

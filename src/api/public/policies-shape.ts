import { z } from "zod";
import { exitActions } from "../../core/policies/exit-action.js";
import { type Policies, policyDefaults } from "../../core/policies/policies.js";
import { backoffs, retryWords } from "../../core/policies/retry.js";

const seconds = z.int().describe("In seconds.");

/** How a schedule's runs are tried, limited, stopped and kept. Its laws are those of core. */
export const policiesShape = z.object({
  retry: z
    .object({
      attempts: z.int().describe("How many there may be in all."),
      backoff: z.enum(backoffs),
      delaySec: seconds,
      maxDelaySec: seconds,
      on: z.array(z.union([z.enum(retryWords), z.int()])).max(300),
    })
    .nullable()
    .describe("When a failed attempt is followed by another one."),
  exitCodes: z.record(z.string().max(10), z.enum(exitActions)).describe("What exit codes mean."),
  graceSec: z.int().describe("Seconds from SIGTERM to SIGKILL."),
  queueDepth: z.int().nullable().describe("How many runs may wait for their turn."),
  maxConcurrent: z.int().nullable().describe("How many runs may be under way at once."),
  concurrencyGroup: z
    .object({ name: z.string().max(1000), limit: z.int() })
    .nullable()
    .describe("A name that schedules share, and how many of their runs may be under way at once."),
  priority: z.int().describe("Of runs that are ready, those of a higher priority start first."),
  startDeadlineSec: z.int().nullable().describe("A run that has waited longer for its start is skipped."),
  pauseAfter: z.int().nullable().describe("After so many failures in a row its fires are skipped."),
  coolDownSec: z.int().describe("Seconds after the last failure until one run may try again."),
  keepSec: z.int().nullable().describe("How long ended runs are kept, in seconds."),
  keepRuns: z.int().nullable().describe("How many ended runs are kept."),
}) satisfies z.ZodType<Policies>;

const { shape } = policiesShape;

/** The same in a question: a client that does not know a policy yet leaves it to its default. */
export const givenPoliciesShape = z.object({
  retry: shape.retry.default(policyDefaults.retry),
  exitCodes: shape.exitCodes.default(policyDefaults.exitCodes),
  graceSec: shape.graceSec.default(policyDefaults.graceSec),
  queueDepth: shape.queueDepth.default(policyDefaults.queueDepth),
  maxConcurrent: shape.maxConcurrent.default(policyDefaults.maxConcurrent),
  concurrencyGroup: shape.concurrencyGroup.default(policyDefaults.concurrencyGroup),
  priority: shape.priority.default(policyDefaults.priority),
  startDeadlineSec: shape.startDeadlineSec.default(policyDefaults.startDeadlineSec),
  pauseAfter: shape.pauseAfter.default(policyDefaults.pauseAfter),
  coolDownSec: shape.coolDownSec.default(policyDefaults.coolDownSec),
  keepSec: shape.keepSec.default(policyDefaults.keepSec),
  keepRuns: shape.keepRuns.default(policyDefaults.keepRuns),
}) satisfies z.ZodType<Policies>;

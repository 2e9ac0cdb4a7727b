import { z } from "zod";
import { dstFolds, dstGaps } from "../../core/clock/dst-rule.js";
import { blackoutPolicies, catchUpPolicies } from "../../core/fires/timing.js";
import type { TimingJson } from "../../core/fires/timing-json.js";
import { instant } from "./instant-shape.js";

/** When a schedule fires, as every answer tells it. */
export const timingShape = z.object({
  cron: z.string().nullable().describe("A cron expression, or several, one a line."),
  timezone: z.string().describe("The IANA zone on whose clock expressions and blackouts are read."),
  everySec: z.int().nullable().describe("Seconds of elapsed time between two fires."),
  anchorAt: instant.nullable().describe("An instant at which everySec fires."),
  at: instant.nullable().describe("The one instant at which it fires."),
  startsAt: instant.nullable().describe("No fire comes before."),
  endsAt: instant.nullable().describe("No fire comes after."),
  maxRuns: z.int().nullable().describe("After so many runs it fires no more."),
  spreadSec: z.int().describe("Each fire is moved by a part of this that follows from the name."),
  dst: z
    .object({ gap: z.enum(dstGaps), fold: z.enum(dstFolds) })
    .describe("What becomes of times that the clocks leave out (gap) or show twice (fold)."),
  blackouts: z.array(
    z.object({ when: z.string(), reason: z.string().nullable().describe("What it is for.") }),
  ),
  blackoutPolicy: z.enum(blackoutPolicies).describe("What becomes of a fire in a blackout."),
  catchUp: z.enum(catchUpPolicies).describe("What becomes of missed fires."),
  catchUpWindowSec: z.int().nullable().describe("A fire that is later than this is not caught up."),
}) satisfies z.ZodType<TimingJson>;

import { z } from "zod";
import { backfillActions } from "../../core/backfill/preview.js";
import { backfillOverlaps, backfillStatuses, mostParallel } from "../../core/backfill/backfill.js";
import { overlapPolicies } from "../../core/decide.js";
import { runStatuses, skipReasons } from "../../core/run.js";
import { instant } from "./instant-shape.js";
import { backfillIdParam, limitQuery } from "./shapes.js";

const asked = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const backfillBody = z.strictObject({
  from: asked.describe("The first instant whose fire counts."),
  to: asked.describe("The last one; not after now."),
  overlap: z.enum(backfillOverlaps).default("queue").describe("How its runs go with the schedule's others."),
  parallel: z
    .int()
    .min(1)
    .max(mostParallel)
    .optional()
    .describe("How many of its runs may be under way at once: 1, or 5 with the policy concurrent."),
  dryRun: z.boolean().default(false).describe("Say what would happen, and do nothing."),
});

export const backfillShape = z
  .object({
    id: z.string(),
    scheduleName: z.string(),
    timezone: z.string(),
    status: z.enum(backfillStatuses),
    from: instant,
    to: instant,
    overlap: z.enum(overlapPolicies),
    parallel: z.int(),
    fires: z.int().describe("How many fires there were to run when it was asked for."),
    nextFrom: instant.nullable().describe("The fires from here on are still to come; null: there are none."),
    runs: z.record(z.enum(runStatuses), z.int()).describe("How many runs it has of each status."),
    cancelledAt: instant.nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: "Backfill" });

export const previewedFireShape = z.object({
  fireTime: instant,
  action: z
    .enum(backfillActions)
    .describe("It gets a run, its skipped row is run, its row is left alone, or it is left out."),
  runId: z.string().nullable().describe("The row that it has."),
  status: z.enum(runStatuses).nullable(),
  skipReason: z.enum(skipReasons).nullable(),
  coveredBy: z.string().nullable().describe("The run that stands for it, if it has no row of its own."),
});

export const askedBackfillShape = z.object({
  backfill: z.union([backfillShape, z.null()]).describe("Null: it was a dry run."),
  scheduleName: z.string(),
  timezone: z.string(),
  counts: z.object({
    fires: z.int().describe("The fires of the range that no blackout skips."),
    toRun: z.int().describe("Those that get a run."),
    takenUp: z.int().describe("Those of toRun that have a row which was skipped, and is run now."),
    hasRun: z.int().describe("Those that have a run, and are left alone."),
    covered: z.int().describe("Those of toRun that another run stands for."),
    blackout: z.int().describe("The fires that are left out, because they are in a blackout."),
  }),
  fires: z.array(previewedFireShape).describe("The first of the fires, those in a blackout too."),
});

export const backfillListQuery = z.strictObject({
  cursor: backfillIdParam.optional(),
  limit: limitQuery,
  schedule: z.string().max(200).optional(),
});

export const backfillQuery = z.strictObject({
  waitMs: z.coerce.number().int().min(0).max(30_000).default(0).describe("Wait for news of it so long."),
});

export type BackfillBody = z.input<typeof backfillBody>;
export type BackfillJson = z.infer<typeof backfillShape>;
export type PreviewedFireJson = z.infer<typeof previewedFireShape>;
export type AskedBackfillJson = z.infer<typeof askedBackfillShape>;

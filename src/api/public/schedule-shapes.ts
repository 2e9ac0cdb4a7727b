import { z } from "zod";
import { runStatuses } from "../../core/run.js";
import { scheduleStates } from "../../core/schedule.js";
import { backoffs, retryWords } from "../../core/policies/retry.js";
import { definitionShape } from "./definition-shape.js";
import { instant } from "./instant-shape.js";
import { policiesShape } from "./policies-shape.js";
import { limitQuery } from "./shapes.js";

export const sourceShape = z
  .string()
  .regex(
    /^[a-z][a-z0-9._-]{0,63}$/,
    "A source is 1 to 64 of a-z, 0-9, dot, dash and underscore, a letter first.",
  );

export const scheduleListQuery = z.strictObject({
  cursor: z.string().max(300).optional(),
  limit: limitQuery,
  all: z.enum(["true", "false"]).default("false").describe("Retired ones too."),
  search: z
    .string()
    .max(200)
    .optional()
    .describe("Only those with this text in their name or description, whatever the case of its letters."),
  state: z.enum(scheduleStates).optional().describe("Only those that are so: why they do not fire, or on."),
  source: z
    .union([z.literal(""), sourceShape])
    .optional()
    .describe("Only those of this owner, such as manifest; an empty text: those that no manifest owns."),
  lastStatus: z.enum(runStatuses).optional().describe("Only those whose newest run is so."),
});

const retryShape = z
  .strictObject({
    attempts: z.int(),
    backoff: z.enum(backoffs).optional(),
    delaySec: z.int().optional(),
    maxDelaySec: z.int().optional(),
    on: z
      .array(z.union([z.enum(retryWords), z.int()]))
      .max(300)
      .optional(),
  })
  .nullable()
  .describe("When a failed attempt is followed by another one; all but attempts has a default.");

const { name, run, ...rest } = {
  ...definitionShape.shape,
  ...policiesShape.shape,
  retry: retryShape,
  cron: z
    .union([z.string().max(100_000), z.array(z.string().max(10_000)).max(1000)])
    .nullable()
    .describe("A cron expression; or several: a list, or one a line."),
};

/** What may be said of a schedule. What is left out stays as it is, and has its default in a new one. */
const given = z.object(rest).partial().shape;

export const createScheduleBody = z.strictObject({ name, run, ...given }).meta({ id: "NewSchedule" });

export const editScheduleBody = z
  .strictObject({ run: run.optional(), ...given })
  .meta({ id: "ScheduleEdit" });

export const nextQuery = z.strictObject({
  count: z.coerce.number().int().min(1).max(1000).default(10).describe("How many fires at most."),
  after: z.iso.datetime({ offset: true }).optional().describe("Fires after this instant; now."),
});

export const previewBody = z.strictObject({
  ...createScheduleBody.shape,
  name: name.default("preview").describe("What H and spreadSec follow from."),
  run: run.default("true"),
  count: z.int().min(1).max(1000).default(10),
  after: z.iso.datetime({ offset: true }).optional(),
});

export const comingFiresShape = z
  .object({
    now: instant,
    timezone: z.string(),
    items: z.array(
      z.object({
        fireTime: instant,
        note: z.string().nullable().describe("What a change of the clocks or a blackout does to it."),
      }),
    ),
    runsLeft: z.int().nullable().describe("How many runs maxRuns still allows; null: any number."),
  })
  .meta({ id: "ComingFires" });

export const applyBody = z.strictObject({
  schedules: z.array(definitionShape).max(50_000).describe("All that the manifest says."),
  source: sourceShape
    .refine(
      (source) => source !== "manifest",
      "The server's own manifest is `manifest`: take another source.",
    )
    .default("api")
    .describe("The owner of these schedules. What it owned and no longer names is retired."),
});

const names = z.array(z.string());

export const appliedShape = z
  .object({ source: z.string(), created: names, updated: names, retired: names, unchanged: z.int() })
  .meta({ id: "Applied" });

export type AppliedJson = z.infer<typeof appliedShape>;
export type ComingFiresJson = z.infer<typeof comingFiresShape>;
export type GivenDefinition = z.output<typeof editScheduleBody>;

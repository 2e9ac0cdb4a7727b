import { z } from "zod";
import { definitionShape } from "./definition-shape.js";
import { instant } from "./instant-shape.js";
import { sourceShape } from "./schedule-shapes.js";
import { scheduleShape } from "./shapes.js";

/** How many schedules a plan may be asked for. */
const mostSchedules = 50_000;

export const planBody = z.strictObject({
  schedules: z.array(definitionShape).max(mostSchedules).describe("All that the manifest says."),
  source: sourceShape
    .default("manifest")
    .describe("As whom it would be applied: the server's own manifest, or the source of an apply."),
});

const names = z.array(z.string());

export const plannedUpdateShape = z.object({
  current: scheduleShape.omit({ lastRun: true, breaker: true }),
  rearm: z.boolean().describe("Its next fire is worked out anew, from now; else it stays."),
  fields: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
  env: z
    .object({ added: names, removed: names, changed: names })
    .describe("The names only: values may be private."),
});

export const planShape = z
  .object({
    now: instant,
    created: names,
    updated: z.array(plannedUpdateShape),
    retired: z.array(z.object({ name: z.string(), nextRunAt: instant.nullable() })),
    unchanged: z.int(),
    foreign: names.describe("They exist and belong to another owner, so that an apply is refused."),
  })
  .meta({ id: "Plan" });

export type PlanJson = z.infer<typeof planShape>;
export type PlannedUpdateJson = z.infer<typeof plannedUpdateShape>;

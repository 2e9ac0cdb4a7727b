import { z } from "zod";
import { fireVerdicts } from "../../core/explain/verdict.js";
import { instant } from "./instant-shape.js";

const asked = z.iso.datetime({ offset: true });
const longestMs = 366 * 86_400_000;

export const explainQuery = z
  .strictObject({
    from: asked.describe("The first instant that is asked for."),
    to: asked.describe("The last one; the same, for one instant. At most 366 days later."),
  })
  .superRefine(({ from, to }, context) => {
    const lengthMs = Date.parse(to) - Date.parse(from);
    const refuse = (message: string) => context.addIssue({ code: "custom", path: ["to"], message });
    if (lengthMs < 0) refuse("This is before from. Turn them round.");
    if (lengthMs > longestMs) refuse("This is more than 366 days after from. Ask for less.");
  });

export const fireExplanationShape = z.object({
  fireAt: instant,
  verdict: z.enum(fireVerdicts),
  words: z.string().describe("English, with instants on the schedule's clock."),
  runId: z.string().nullable().describe("The row that tells of it: its own, or the one that stands for it."),
});

export const explanationShape = z.object({
  scheduleName: z.string(),
  timezone: z.string(),
  from: instant,
  to: instant,
  now: instant.describe("The instant at which this was so."),
  fires: z.array(fireExplanationShape),
  more: z.boolean().describe("There are more fires in this time than are told of."),
  notes: z.array(z.string()).describe("Clock changes in this time, and why there is no fire in it."),
  before: instant.nullable().describe("If there is no fire in this time: the one right before."),
  after: instant.nullable().describe("If there is no fire in this time: the one right after."),
});

export type ExplanationJson = z.infer<typeof explanationShape>;

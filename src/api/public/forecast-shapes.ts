import { z } from "zod";

const milliseconds = z.number().min(0);

export const durationShape = z.object({
  scheduleName: z.string(),
  runs: z.int().describe("How many of its last runs were measured, at most 50."),
  p50Ms: milliseconds.describe("Half of them took no longer."),
  p95Ms: milliseconds.describe("19 of 20 took no longer."),
});

export const durationsShape = z.object({ items: z.array(durationShape) });

export type DurationsJson = z.infer<typeof durationsShape>;

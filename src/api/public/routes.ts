import { z } from "@hono/zod-openapi";
import { problemShape } from "./shapes.js";

// What the routes share: each topic has its routes in a file of its own.

export const problem = {
  description: "What was wrong, and what would be right.",
  content: { "application/problem+json": { schema: problemShape } },
};

/** A route's answer that is as it should be. */
export function answer<Shape extends z.ZodType>(schema: Shape, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** The same with a header that tells the revision of what is shown. */
export function taggedAnswer<Shape extends z.ZodType>(schema: Shape, description: string) {
  return {
    ...answer(schema, description),
    headers: z.object({ etag: z.string().describe("For If-Match and If-None-Match.") }),
  };
}

/** A body of JSON. */
export function jsonBody<Shape extends z.ZodType>(schema: Shape, required = true) {
  return { content: { "application/json": { schema } }, required };
}

export const scheduleParams = z.object({ name: z.string().max(200) });

export const ifMatchHeader = z.object({
  "if-match": z
    .string()
    .max(1000)
    .optional()
    .describe("The ETag of what is to be changed: it is changed only if it is still so."),
});

export const onceHeader = z.object({
  "idempotency-key": z
    .string()
    .max(200)
    .optional()
    .describe(
      "A new one for each deed, such as a UUID: the same request with the same key is done once, and answered alike for a day.",
    ),
});

import { z } from "zod";
import { overlapPolicies } from "../../core/decide.js";
import type { DefinitionJson } from "../../core/definition-json.js";
import { secretProviderNames } from "../../core/secrets/reference.js";
import { givenPoliciesShape } from "./policies-shape.js";
import { timingShape } from "./timing-shape.js";

const text = z.string().max(1_000_000);

const secretReference = z.strictObject({
  secret: z.string().max(1000).describe("The name of a secret; a run gets its value."),
  from: z
    .enum(secretProviderNames)
    .optional()
    .describe("The provider to ask; else each in the server's order."),
});

/** What a schedule's owner says of it. Its laws are those of core; here it is only bounded. */
export const definitionShape = z.strictObject({
  name: z.string().max(1000),
  description: text,
  ...timingShape.shape,
  cron: z.string().max(100_000).nullable(),
  timezone: z.string().max(1000),
  blackouts: z
    .array(z.object({ when: z.string().max(1000), reason: z.string().max(10_000).nullable() }))
    .max(1000),
  ...givenPoliciesShape.shape,
  overlap: z.enum(overlapPolicies),
  timeoutSec: z.int(),
  run: z.union([z.array(text).max(10_000), text]),
  cwd: text.nullable(),
  env: z
    .record(z.string().max(10_000), z.union([text, secretReference]))
    .describe("Names, and values or references to secrets."),
  installationId: z.int().nullable(),
  enabled: z.boolean(),
}) satisfies z.ZodType<DefinitionJson>;

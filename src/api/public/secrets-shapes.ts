import { z } from "@hono/zod-openapi";
import { secretProviderNames } from "../../core/secrets/reference.js";
import { instant } from "./instant-shape.js";

const name = z.string().max(100);

export const secretParams = z.object({ name });

export const secretListQuery = z.object({
  cursor: name.optional().describe("The name of the last secret of the page before."),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** The store says how long a value may be, in bytes. */
export const secretBody = z.strictObject({
  value: z.string().min(1).max(65_536).describe("At most 64 KiB of text. Nobody can read it here again."),
});

export const secretRemovalQuery = z.object({
  force: z.enum(["true", "false"]).default("false").describe("Also if schedules refer to it."),
});

export const secretShape = z.object({
  name: z.string(),
  version: z.int(),
  createdAt: instant,
  updatedAt: instant,
  updatedBy: z.string(),
  schedules: z.array(z.string()).describe("The schedules that refer to it."),
});

export const secretVersionShape = z.object({ name: z.string(), version: z.int() });

export const secretCheckShape = z.object({
  items: z.array(
    z.object({
      key: z.string().describe("The secret's name; `provider:name` if the schedules name a provider."),
      schedules: z.array(z.string()),
      from: z.enum(secretProviderNames).nullable().describe("The provider that has it; null: nobody has."),
      problem: z.string().nullable().describe("Why a provider could not say."),
    }),
  ),
});

export const dataKeyRotationShape = z.object({ values: z.int().describe("How many were encrypted anew.") });

export const masterKeyRotationShape = z.object({
  dataKeys: z.int().describe("How many data keys were wrapped anew."),
  changed: z.boolean().describe("False: the key comes from the environment, and is changed there."),
});

export type SecretJson = z.infer<typeof secretShape>;
export type SecretCheckJson = z.infer<typeof secretCheckShape>;

import { z } from "zod";
import { rights } from "../../core/rights.js";
import { instant } from "./instant-shape.js";
import { limitQuery } from "./shapes.js";

const right = z.enum(rights);

export const keyIdParam = z.string().regex(/^[1-9]\d{0,17}$/, "A key's id is a whole number.");

export const keyBody = z.strictObject({
  name: z.string().trim().min(1).max(100).describe("What it is for."),
  scopes: z.array(right).min(1).max(50).describe("What it may; no more than who makes it."),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() > Date.now(), "It has to be in the future.")
    .optional()
    .describe("When it ends by itself; without it, never."),
});

export const keyListQuery = z.strictObject({
  cursor: keyIdParam.optional(),
  limit: limitQuery,
  revoked: z.enum(["true", "false"]).default("false").describe("Revoked ones too."),
});

export const keyShape = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe("The beginning of its text, to tell keys apart."),
  scopes: z.array(right),
  madeBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable().describe("Within a minute."),
  revokedAt: instant.nullable(),
});

export const newKeyShape = z.object({
  key: keyShape,
  text: z.string().describe("The key itself. This is the only time that it is shown."),
});

export type KeyBody = z.input<typeof keyBody>;
export type KeyJson = z.infer<typeof keyShape>;
export type NewKeyJson = z.infer<typeof newKeyShape>;

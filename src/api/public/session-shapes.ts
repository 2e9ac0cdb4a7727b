import { z } from "zod";
import { actorKinds } from "../../core/actor.js";
import { rights } from "../../core/rights.js";
import { signInWays } from "../../core/user.js";
import { instant } from "./instant-shape.js";

export const whoShape = z.object({
  kind: z.enum(actorKinds).describe("A person, an API key, or whoever has the token of the data directory."),
  id: z.string().nullable(),
  name: z.string(),
  rights: z.array(z.enum(rights)),
});

export const sessionShape = z.object({
  id: z.string(),
  isThis: z.boolean().describe("It is the one that asks."),
  way: z.enum(signInWays).describe("In which way one signed in."),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: instant,
  lastSeenAt: instant.describe("Within a minute."),
  expiresAt: instant,
});

export const sessionListShape = z.object({ items: z.array(sessionShape) });
export const sessionParams = z.object({
  id: z.string().regex(/^[1-9]\d{0,17}$/, "A session's id is a whole number."),
});
export const endedShape = z.object({ ended: z.int().describe("How many sessions were ended.") });

export const passwordBody = z.strictObject({
  current: z.string().max(1000).optional().describe("Needed if there is a password."),
  next: z.string().max(1000),
});
export const changedShape = z.object({ changed: z.literal(true) });

export const passkeyParams = z.object({ id: z.string().regex(/^[\w-]{1,1400}$/) });
export const passkeyShape = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export const passkeyListShape = z.object({ items: z.array(passkeyShape) });

export type WhoJson = z.infer<typeof whoShape>;
export type SessionJson = z.infer<typeof sessionShape>;
export type PasskeyJson = z.infer<typeof passkeyShape>;

import { z } from "zod";
import { roles } from "../../core/rights.js";
import { userNameLaw } from "../../core/user.js";
import { instant } from "./instant-shape.js";
import { limitQuery } from "./shapes.js";

const userName = z
  .string()
  .regex(
    userNameLaw,
    "A user's name has up to 100 small letters, digits and . _ @ + -, and begins with a letter or digit.",
  );
const displayName = z.string().max(200).describe("For people to read.");
const email = z.email().max(320);

export const userParams = z.object({ name: z.string().max(100) });

export const userBody = z.strictObject({
  name: userName.describe("What one signs in with."),
  role: z.enum(roles),
  displayName: displayName.default(""),
  email: email.nullable().default(null),
});

export const userPatch = z.strictObject({
  role: z.enum(roles).optional(),
  displayName: displayName.optional(),
  email: email.nullable().optional(),
  disabled: z.boolean().optional().describe("Who is disabled is signed out and cannot come in."),
});

export const userListQuery = z.strictObject({ cursor: z.string().max(100).optional(), limit: limitQuery });

export const userShape = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  role: z.enum(roles),
  hasPassword: z.boolean(),
  disabledAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  lastSignInAt: instant.nullable(),
});

export const linkShape = z.object({
  url: z.string().describe("Lets its first reader in, once."),
  expiresAt: instant,
});

export const newUserShape = z.object({ user: userShape, link: linkShape });

export const linkBody = z.strictObject({
  user: z
    .string()
    .max(100)
    .optional()
    .describe("Whom it lets in; without it the owner, on a server that has no users yet."),
});

export type UserBody = z.input<typeof userBody>;
export type UserPatch = z.input<typeof userPatch>;
export type UserJson = z.infer<typeof userShape>;
export type NewUserJson = z.infer<typeof newUserShape>;
export type LinkJson = z.infer<typeof linkShape>;

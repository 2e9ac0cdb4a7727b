import { z } from "zod";
import { actorKinds } from "../../core/actor.js";
import { targetKinds } from "../../core/audited-act.js";
import { instant } from "./instant-shape.js";
import { limitQuery } from "./shapes.js";

const entryId = z.string().regex(/^\d{1,18}$/, "An entry's id is a whole number.");
const asked = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const filters = {
  actorKind: z.enum(actorKinds).optional().describe("What kind of one did it."),
  actorId: z.string().max(200).optional().describe("The id of the user, key or run that did it."),
  actor: z.string().max(300).optional().describe("The name of who did it, as it was then."),
  action: z
    .string()
    .regex(
      /^[a-z_.]{1,100}\*?$/,
      "Write an action such as schedule.paused, or a beginning such as schedule.*.",
    )
    .optional()
    .describe("What was done, such as schedule.paused; with * at its end, all that begins so."),
  targetKind: z.enum(targetKinds).optional().describe("What kind of thing it was done to."),
  target: z.string().max(300).optional().describe("What it was done to: a name or an id."),
  from: asked.optional().describe("The first instant that counts."),
  to: asked.optional().describe("The first instant that does not count any more."),
};

export const auditListQuery = z.strictObject({ cursor: entryId.optional(), limit: limitQuery, ...filters });

export const auditExportQuery = z.strictObject({
  after: entryId
    .default("0")
    .describe("Go on behind the entry of this id: the last that an earlier export gave."),
  ...filters,
});

export const auditEntryShape = z.object({
  id: z.string().describe("Grows with each entry."),
  at: instant,
  actor: z.object({
    kind: z.enum(actorKinds),
    id: z.string().nullable().describe("Of the user, key or run; null: there is but one of the kind."),
    name: z.string().describe("As it was then."),
  }),
  action: z.string().describe("What it was done to, and what was done: schedule.paused."),
  targetKind: z.enum(targetKinds),
  target: z.string().describe("Its name, or its id."),
  before: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("What was changed, as it was. Never a secret."),
  after: z.record(z.string(), z.unknown()).nullable().describe("What it was changed to. Never a secret."),
  address: z.string().nullable().describe("Where the request came from; null: from within."),
  requestId: z.string().nullable(),
});

export type AuditEntryJson = z.infer<typeof auditEntryShape>;
export type AuditFilterQuery = Omit<z.input<typeof auditListQuery>, "cursor" | "limit">;
export type AskedAudit = Omit<z.output<typeof auditListQuery>, "cursor" | "limit">;

import { z } from "@hono/zod-openapi";
import type { Deps } from "../../scheduler/deps.js";
import { type AuditEntry, type AuditFilter, listAuditEntries } from "../../store/audit-log.js";
import {
  type AskedAudit,
  type AuditEntryJson,
  auditEntryShape,
  auditExportQuery,
  auditListQuery,
} from "./audit-shapes.js";
import { exportAuditLog } from "./audit-export.js";
import type { PublicApi } from "./caller.js";
import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";
import { pageOf } from "./shapes.js";

const listAuditRoute = operation({
  operationId: "listAudit",
  access: "audit.read",
  method: "get",
  path: "/audit",
  summary: "Who did what, the newest first",
  request: { query: auditListQuery },
  responses: { 200: answer(pageOf(auditEntryShape), "A page of the audit log."), default: problem },
});

const exportAuditRoute = operation({
  operationId: "exportAudit",
  access: "audit.read",
  method: "get",
  path: "/audit/export",
  summary: "The audit log as lines of JSON, in the order in which it was written",
  request: { query: auditExportQuery },
  responses: {
    200: {
      description:
        "An entry a line. An answer that is cut off is not whole: go on behind the last id with `after`.",
      content: { "application/x-ndjson": { schema: z.string() } },
    },
    default: problem,
  },
});

/** Adds what can be asked of the audit log. */
export function addAuditRoutes(app: PublicApi, { pool }: Pick<Deps, "pool">): void {
  app.openapi(listAuditRoute, async (c) => {
    const { cursor, limit, ...asked } = c.req.valid("query");
    const filter = { ...filterOf(asked), cursor: cursor ?? null, limit: limit + 1 };
    const found = await listAuditEntries(pool, filter);
    const items = found.slice(0, limit).map(auditEntryJson);
    return c.json({ items, nextCursor: found.length > limit ? items.at(-1)!.id : null }, 200);
  });

  app.openapi(exportAuditRoute, async (c) => {
    const { after, ...asked } = c.req.valid("query");
    const lines = await exportAuditLog(pool, { ...filterOf(asked), after }, auditEntryJson);
    // The types know no answer that is neither JSON nor plain text.
    return c.body(lines, 200, { "content-type": "application/x-ndjson" }) as never;
  });
}

function filterOf(asked: AskedAudit): AuditFilter {
  return {
    actorKind: asked.actorKind ?? null,
    actorId: asked.actorId ?? null,
    actorName: asked.actor ?? null,
    action: asked.action ?? null,
    targetKind: asked.targetKind ?? null,
    target: asked.target ?? null,
    from: asked.from ?? null,
    to: asked.to ?? null,
  };
}

function auditEntryJson({ at, before, after, ...entry }: AuditEntry): AuditEntryJson {
  return {
    ...entry,
    at: at.toISOString(),
    before: before as AuditEntryJson["before"],
    after: after as AuditEntryJson["after"],
  };
}

import type { Actor, Requester } from "../core/actor.js";
import type { AuditedAct } from "../core/audited-act.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

export interface AuditEntry extends Required<AuditedAct> {
  id: string;
  at: Date;
  actor: Actor;
  address: string | null;
  requestId: string | null;
}

/** Adds to the audit log. To be called in the transaction of the change itself, so that there is neither without the other. */
export async function recordAudit(
  session: Queryable,
  { actor, address, requestId }: Requester,
  acts: readonly AuditedAct[],
  at: At,
): Promise<void> {
  if (acts.length === 0) return;
  const records = acts.map(({ action, targetKind, target, before, after }) => ({
    action,
    target_kind: targetKind,
    target,
    before: before ?? null,
    after: after ?? null,
  }));
  await session.query(
    `insert into audit_log
       (at, actor_kind, actor_id, actor_name, address, request_id, action, target_kind, target, before, after)
     select coalesce($1::timestamptz, now()), $2, $3, $4, $5, $6, action, target_kind, target,
            nullif(before, 'null'), nullif(after, 'null')
       from jsonb_to_recordset($7::jsonb)
         as a (action text, target_kind text, target text, before jsonb, after jsonb)`,
    [at, actor.kind, actor.id, actor.name, address, requestId, JSON.stringify(records)],
  );
}

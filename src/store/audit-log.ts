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

/** Which entries are asked for; null asks for any. */
export interface AuditFilter {
  actorKind: string | null;
  actorId: string | null;
  actorName: string | null;
  /** An action, or with `*` at its end all that begin so: `schedule.*`. */
  action: string | null;
  targetKind: string | null;
  target: string | null;
  from: Date | null;
  /** The first instant that does not count any more. */
  to: Date | null;
}

const columns = `id::text, at, actor_kind, actor_id, actor_name, action, target_kind, target, before, after, address, request_id`;

const matching = `
            ($1::text is null or actor_kind = $1)
        and ($2::text is null or actor_id = $2)
        and ($3::text is null or actor_name = $3)
        and ($4::text is null or action collate "C" between $4 and $5)
        and ($6::text is null or target_kind = $6)
        and ($7::text is null or target = $7)
        and ($8::timestamptz is null or at >= $8)
        and ($9::timestamptz is null or at < $9)`;

/** A page of entries, the newest first, older than the entry `cursor`. */
export async function listAuditEntries(
  db: Queryable,
  filter: AuditFilter & { cursor: string | null; limit: number },
): Promise<AuditEntry[]> {
  const { rows } = await db.query<AuditRow>(
    `select ${columns}
       from audit_log
      where ${matching}
        and ($10::bigint is null or (at, id) < ((select at from audit_log where id = $10), $10))
      order by audit_log.at desc, audit_log.id desc
      limit $11`,
    [...valuesOf(filter), filter.cursor, filter.limit],
  );
  return rows.map(toEntry);
}

/** The next entries behind `after`, up to `upTo`, in the order in which they were written. */
export async function listAuditEntriesAfter(
  db: Queryable,
  { after, upTo, limit, ...filter }: AuditFilter & { after: string; upTo: string; limit: number },
): Promise<AuditEntry[]> {
  const { rows } = await db.query<AuditRow>(
    `select ${columns}
       from audit_log
      where ${matching}
        and id > $10
        and id <= $11
      order by audit_log.id
      limit $12`,
    [...valuesOf(filter), after, upTo, limit],
  );
  return rows.map(toEntry);
}

/** Removes some entries that are older than `keepMs`, the oldest first; answers how many. The database refuses those of the last 30 days. */
export async function deleteAuditEntries(
  session: Queryable,
  { keepMs, limit, at }: { keepMs: number; limit: number; at: At },
): Promise<number> {
  await session.query("set local belfry.prunes_audit_log = 'on'");
  const { rows } = await session.query<{ count: number }>(
    `with gone as (
       delete from audit_log
        where id = any(array(
          select id
            from audit_log
           where at < coalesce($1::timestamptz, now()) - $2::float8 * interval '1 ms'
           order by at, id
           limit $3))
       returning 1
     )
     select count(*)::int from gone`,
    [at, keepMs, limit],
  );
  return rows[0]!.count;
}

interface AuditRow {
  id: string;
  at: Date;
  actor_kind: Actor["kind"];
  actor_id: string | null;
  actor_name: string;
  action: string;
  target_kind: AuditEntry["targetKind"];
  target: string;
  before: object | null;
  after: object | null;
  address: string | null;
  request_id: string | null;
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    targetKind: row.target_kind,
    target: row.target,
    before: row.before,
    after: row.after,
    address: row.address,
    requestId: row.request_id,
  };
}

function valuesOf({ actorKind, actorId, actorName, action, targetKind, target, from, to }: AuditFilter) {
  return [actorKind, actorId, actorName, ...rangeOf(action), targetKind, target, from, to];
}

/** The first and the last action that count, in the order of their bytes. */
function rangeOf(action: string | null): [string | null, string | null] {
  if (action === null || !action.endsWith("*")) return [action, action];
  const beginning = action.slice(0, -1);
  return [beginning, `${beginning}\u{10FFFF}`];
}

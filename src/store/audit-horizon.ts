import { setTimeout as sleep } from "node:timers/promises";
import { BelfryError } from "../core/errors.js";
import type { Queryable } from "./database.js";

/**
 * The id of the newest entry of the audit log, as soon as none with a smaller one can still appear: an entry has its id
 * before it is committed. So who has read up to it, and goes on behind it another time, misses none. Waits up to
 * `patienceMs` for transactions that are writing; throws `not_ready` if one takes longer.
 */
export async function auditHorizon(db: Queryable, { patienceMs = 10_000 } = {}): Promise<string> {
  const { rows } = await db.query<{ id: string }>("select coalesce(max(id), 0)::text as id from audit_log");
  const giveUpAt = Date.now() + patienceMs;
  let writers = await listWriters(db, null);
  while (writers.length > 0) {
    if (Date.now() >= giveUpAt) throw tooLong(patienceMs);
    await sleep(20);
    writers = await listWriters(db, writers);
  }
  return rows[0]!.id;
}

/** The transactions that have begun to write the audit log, of all or of some. */
async function listWriters(db: Queryable, among: readonly string[] | null): Promise<string[]> {
  const { rows } = await db.query<{ writer: string }>(
    `select virtualtransaction as writer
       from pg_locks
      where locktype = 'relation'
        and relation = 'audit_log'::regclass
        and database = (select oid from pg_database where datname = current_database())
        and mode = 'RowExclusiveLock'
        and pid <> pg_backend_pid()
        and ($1::text[] is null or virtualtransaction = any($1))`,
    [among],
  );
  return rows.map(({ writer }) => writer);
}

function tooLong(patienceMs: number): BelfryError {
  const message = `A change has been under way for ${patienceMs / 1000} s, and its entry may still come. Ask for the audit log again in a moment.`;
  return new BelfryError("not_ready", message);
}

import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** A key that values are encrypted with, wrapped by a master key. */
export interface DataKey {
  id: string;
  masterKeyId: string;
  wrapped: Buffer;
}

interface DataKeyRow {
  id: string;
  master_key_id: string;
  wrapped: Buffer;
}

/** The data key that is in use, held until the transaction ends; null before the first secret is set. */
export async function holdDataKey(session: Queryable): Promise<DataKey | null> {
  const { rows } = await session.query<DataKeyRow>(
    "select id, master_key_id, wrapped from data_keys where retired_at is null for share",
  );
  return rows[0] === undefined ? null : toDataKey(rows[0]);
}

/** Keeps others out who change data keys, until the transaction ends. */
export async function lockDataKeys(session: Queryable): Promise<void> {
  await session.query("select pg_advisory_xact_lock(hashtext('belfry.data_keys'))");
}

/** An id for a data key that is about to be made: the key is bound to it. */
export async function nextDataKeyId(session: Queryable): Promise<string> {
  const { rows } = await session.query<{ id: string }>(
    "select nextval(pg_get_serial_sequence('data_keys', 'id'))::text as id",
  );
  return rows[0]!.id;
}

/** Puts a data key in use; the one before it is retired. */
export async function replaceDataKey(session: Queryable, key: DataKey, at: At): Promise<void> {
  await session.query(
    "update data_keys set retired_at = coalesce($1::timestamptz, now()) where retired_at is null",
    [at],
  );
  await session.query(
    `insert into data_keys (id, master_key_id, wrapped, created_at) overriding system value
     values ($1, $2, $3, coalesce($4::timestamptz, now()))`,
    [key.id, key.masterKeyId, key.wrapped, at],
  );
}

/** Removes retired data keys that nothing is encrypted with any more. */
export async function removeUnusedDataKeys(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `delete from data_keys k
      where retired_at is not null
        and not exists (select from secret_versions where data_key_id = k.id)`,
  );
  return rowCount ?? 0;
}

/** Locks all data keys that another master key than this one wraps. */
export async function lockForeignDataKeys(session: Queryable, masterKeyId: string): Promise<DataKey[]> {
  const { rows } = await session.query<DataKeyRow>(
    "select id, master_key_id, wrapped from data_keys where master_key_id <> $1 order by id for update",
    [masterKeyId],
  );
  return rows.map(toDataKey);
}

/** Writes the same data key, wrapped anew. */
export async function rewriteDataKey(
  session: Queryable,
  { id, masterKeyId, wrapped }: DataKey,
): Promise<void> {
  await session.query("update data_keys set master_key_id = $2, wrapped = $3 where id = $1", [
    id,
    masterKeyId,
    wrapped,
  ]);
}

function toDataKey(row: DataKeyRow): DataKey {
  return { id: row.id, masterKeyId: row.master_key_id, wrapped: row.wrapped };
}

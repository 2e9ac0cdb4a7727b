import { BelfryError } from "../core/errors.js";
import type { Right, Role } from "../core/rights.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** An API key, without its text. */
export interface ApiKey {
  id: string;
  name: string;
  /** The beginning of its text. */
  prefix: string;
  scopes: Right[];
  /** Who made it, for people to read. */
  madeBy: string;
  /** The user who made it, and whose rights bound its own; null: none. */
  userId: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  /** Within a minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

interface KeyRow {
  id: string;
  name: string;
  prefix: string;
  scopes: Right[];
  made_by: string;
  user_id: string | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

const keyColumns = `k.id, k.name, k.prefix, k.scopes, k.made_by, k.user_id, k.created_at, k.expires_at, k.last_used_at,
  k.revoked_at`;

function toKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    madeBy: row.made_by,
    userId: row.user_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

export interface NewKey extends Pick<
  ApiKey,
  "name" | "prefix" | "scopes" | "madeBy" | "userId" | "expiresAt"
> {
  keyHash: string;
}

export async function insertKey(db: Queryable, key: NewKey, at: At): Promise<ApiKey> {
  const { rows } = await db.query<KeyRow>(
    `with k as (
       insert into api_keys (name, prefix, key_hash, scopes, made_by, user_id, expires_at, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, coalesce($8::timestamptz, now()))
       returning *
     )
     select ${keyColumns} from k`,
    [
      key.name,
      key.prefix,
      key.keyHash,
      JSON.stringify(key.scopes),
      key.madeBy,
      key.userId,
      key.expiresAt,
      at,
    ],
  );
  return toKey(rows[0]!);
}

/** The key of that hash, if it can be used, and the role of the user who made it; notes the use at most once a minute. */
export async function findUsableKey(
  db: Queryable,
  keyHash: string,
  at: At,
): Promise<{ key: ApiKey; role: Role | null } | null> {
  const { rows } = await db.query<KeyRow & { role: Role | null; is_stale: boolean }>(
    `select ${keyColumns}, u.role,
            coalesce(k.last_used_at < coalesce($2::timestamptz, now()) - interval '1 minute', true) as is_stale
       from api_keys k
       left join users u on u.id = k.user_id
      where k.key_hash = $1
        and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > coalesce($2::timestamptz, now()))
        and u.disabled_at is null`,
    [keyHash, at],
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.is_stale) await touchKey(db, row.id, at);
  return { key: toKey(row), role: row.role };
}

async function touchKey(db: Queryable, id: string, at: At): Promise<void> {
  await db.query("update api_keys set last_used_at = coalesce($2::timestamptz, now()) where id = $1", [
    id,
    at,
  ]);
}

/** The first so many keys before the cursor, the newest first. */
export async function listKeys(
  db: Queryable,
  { cursor, limit, revoked }: { cursor: string | null; limit: number; revoked: boolean },
): Promise<ApiKey[]> {
  const { rows } = await db.query<KeyRow>(
    `select ${keyColumns}
       from api_keys k
      where ($1::bigint is null or k.id < $1)
        and ($3 or k.revoked_at is null)
      order by k.id desc
      limit $2`,
    [cursor, limit, revoked],
  );
  return rows.map(toKey);
}

/** Takes a key's power away for ever; one that was revoked is left as it is. Throws `key_not_found`. */
export async function revokeKey(
  db: Queryable,
  id: string,
  at: At,
): Promise<{ key: ApiKey; revokedNow: boolean }> {
  const { rows } = await db.query<KeyRow & { was_revoked: boolean }>(
    `with before as (
       select id, revoked_at from api_keys where id = $1 for update
     ), k as (
       update api_keys
          set revoked_at = coalesce(before.revoked_at, $2::timestamptz, now())
         from before
        where api_keys.id = before.id
       returning api_keys.*, before.revoked_at is not null as was_revoked
     )
     select ${keyColumns}, was_revoked from k`,
    [id, at],
  );
  const row = rows[0];
  if (row === undefined) throw new BelfryError("key_not_found", `There is no API key ${id}.`);
  return { key: toKey(row), revokedNow: !row.was_revoked };
}

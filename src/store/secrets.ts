import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** What is told of a secret: all but its value. */
export interface SecretFacts {
  name: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  updatedBy: string;
  /** The schedules, not retired, that refer to it. */
  schedules: string[];
}

interface FactsRow {
  name: string;
  version: number;
  created_at: Date;
  updated_at: Date;
  created_by: string;
  schedules: string[];
}

/** A value as the database holds it, and the data key that opens it. */
export interface SealedSecret {
  id: string;
  name: string;
  version: number;
  nonce: Buffer;
  ciphertext: Buffer;
  dataKeyId: string;
  masterKeyId: string;
  wrapped: Buffer;
}

interface SealedRow {
  id: string;
  name: string;
  version: number;
  nonce: Buffer;
  ciphertext: Buffer;
  data_key_id: string;
  master_key_id: string;
  wrapped: Buffer;
}

const sealedColumns = `s.id, s.name, v.version, v.nonce, v.ciphertext, v.data_key_id, k.master_key_id, k.wrapped`;

/** Secrets in the order of their names, after the name `cursor`. */
export async function listSecrets(
  db: Queryable,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<SecretFacts[]> {
  const { rows } = await db.query<FactsRow>(
    `select s.name, s.version, s.created_at, s.updated_at, v.created_by,
            array(select c.name
                    from schedules c
                   where c.retired_at is null
                     and (s.name = any(c.secret_keys) or 'store:' || s.name = any(c.secret_keys))
                   order by c.name) as schedules
       from secrets s
       join secret_versions v on v.secret_id = s.id and v.version = s.version
      where s.removed_at is null and ($1::text is null or s.name > $1)
      order by s.name
      limit $2`,
    [cursor, limit],
  );
  return rows.map(toFacts);
}

function toFacts(row: FactsRow): SecretFacts {
  return {
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    updatedBy: row.created_by,
    schedules: row.schedules,
  };
}

/** The newest version of the secrets of these names, as far as there are such. */
export async function findSealedSecrets(db: Queryable, names: readonly string[]): Promise<SealedSecret[]> {
  const { rows } = await db.query<SealedRow>(
    `select ${sealedColumns}
       from secrets s
       join secret_versions v on v.secret_id = s.id and v.version = s.version
       join data_keys k on k.id = v.data_key_id
      where s.name = any($1::text[]) and s.removed_at is null`,
    [names],
  );
  return rows.map(toSealed);
}

function toSealed(row: SealedRow): SealedSecret {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    nonce: row.nonce,
    ciphertext: row.ciphertext,
    dataKeyId: row.data_key_id,
    masterKeyId: row.master_key_id,
    wrapped: row.wrapped,
  };
}

/** Makes room for the next version of a secret, and locks it until the transaction ends. */
export async function beginVersion(
  session: Queryable,
  name: string,
  at: At,
): Promise<{ id: string; version: number; created: boolean }> {
  const { rows } = await session.query<{ id: string; version: number; created: boolean }>(
    `with before as (
       select removed_at from secrets where name = $1
     )
     insert into secrets as s (name, version, created_at, updated_at)
     values ($1, 1, coalesce($2::timestamptz, now()), coalesce($2::timestamptz, now()))
     on conflict (name) do update
        set version = s.version + 1, removed_at = null,
            updated_at = coalesce($2::timestamptz, now()),
            created_at = case when s.removed_at is null then s.created_at else coalesce($2::timestamptz, now()) end
     returning id, version, (select bool_and(removed_at is not null) from before) is not false as created`,
    [name, at],
  );
  return rows[0]!;
}

/** Writes a version's value, and forgets those of older versions. */
export async function writeVersion(
  session: Queryable,
  secret: Pick<SealedSecret, "id" | "version" | "nonce" | "ciphertext" | "dataKeyId">,
  createdBy: string,
  at: At,
): Promise<void> {
  await session.query(
    `with replaced as (
       update secret_versions
          set data_key_id = null, nonce = null, ciphertext = null
        where secret_id = $1 and version < $2 and data_key_id is not null
     )
     insert into secret_versions (secret_id, version, data_key_id, nonce, ciphertext, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, now()))`,
    [secret.id, secret.version, secret.dataKeyId, secret.nonce, secret.ciphertext, createdBy, at],
  );
}

/** Forgets the value of a secret, and answers its last version; null if there is no such secret. */
export async function removeSecret(session: Queryable, name: string, at: At): Promise<number | null> {
  const { rows } = await session.query<{ version: number }>(
    `with removed as (
       update secrets
          set removed_at = coalesce($2::timestamptz, now()), updated_at = coalesce($2::timestamptz, now())
        where name = $1 and removed_at is null
       returning id, version
     ), forgotten as (
       update secret_versions
          set data_key_id = null, nonce = null, ciphertext = null
        where secret_id in (select id from removed) and data_key_id is not null
     )
     select version from removed`,
    [name, at],
  );
  return rows[0]?.version ?? null;
}

/** The schedules, not retired, that refer to a secret of the store. */
export async function listSchedulesNaming(db: Queryable, name: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name
       from schedules
      where retired_at is null and ($1 = any(secret_keys) or 'store:' || $1 = any(secret_keys))
      order by name`,
    [name],
  );
  return rows.map((row) => row.name);
}

/** Every secret that schedules which are not retired refer to, as they name it, with those schedules. */
export async function listNamedSecrets(db: Queryable): Promise<{ key: string; schedules: string[] }[]> {
  const { rows } = await db.query<{ key: string; schedules: string[] }>(
    `select key, array_agg(name order by name) as schedules
       from schedules, unnest(secret_keys) as key
      where retired_at is null
      group by key
      order by key`,
  );
  return rows;
}

/** Locks at most `limit` values that are encrypted under a retired data key. */
export async function lockOutdatedSecrets(session: Queryable, limit: number): Promise<SealedSecret[]> {
  const { rows } = await session.query<SealedRow>(
    `select ${sealedColumns}
       from secret_versions v
       join secrets s on s.id = v.secret_id
       join data_keys k on k.id = v.data_key_id
      where k.retired_at is not null
      order by v.secret_id, v.version
      limit $1
        for update of v`,
    [limit],
  );
  return rows.map(toSealed);
}

/** Writes the same value, encrypted anew. */
export async function rewriteVersion(
  session: Queryable,
  {
    id,
    version,
    nonce,
    ciphertext,
    dataKeyId,
  }: Pick<SealedSecret, "id" | "version" | "nonce" | "ciphertext" | "dataKeyId">,
): Promise<void> {
  await session.query(
    `update secret_versions
        set data_key_id = $3, nonce = $4, ciphertext = $5
      where secret_id = $1 and version = $2`,
    [id, version, dataKeyId, nonce, ciphertext],
  );
}

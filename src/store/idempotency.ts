import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** Whose key it is, and what was asked for with it. */
export interface KeyUse {
  caller: string;
  key: string;
  /** Of method, path and body. */
  requestHash: string;
}

/** The answer to a request, to be given again. */
export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** For so long a key answers the same, in hours. */
const keptHours = 24;

/** Takes a key until the transaction ends; says false if another request has it now. */
export async function tryLockKey(session: Queryable, { caller, key }: KeyUse): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>(
    "select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked",
    [`belfry.idempotency ${caller} ${key}`],
  );
  return rows[0]!.locked;
}

/** The request that a locked key was used for, and its answer; null: for none that still counts. */
export async function findAnswer(
  session: Queryable,
  { caller, key }: KeyUse,
  at: At,
): Promise<{ requestHash: string; answer: StoredAnswer } | null> {
  const { rows } = await session.query<{ requestHash: string; answer: StoredAnswer }>(
    `select request_hash as "requestHash", answer
       from idempotency_keys
      where caller = $1 and key = $2
        and created_at > coalesce($3::timestamptz, now()) - interval '${keptHours} hours'`,
    [caller, key, at],
  );
  return rows[0] ?? null;
}

/** Keeps the answer of a deed, in the deed's transaction, under a key that is locked. */
export async function keepAnswer(
  session: Queryable,
  { caller, key, requestHash }: KeyUse,
  answer: StoredAnswer,
  at: At,
): Promise<void> {
  await session.query(
    `insert into idempotency_keys (caller, key, request_hash, answer, created_at)
     values ($1, $2, $3, $4::jsonb, coalesce($5::timestamptz, now()))
     on conflict (caller, key) do update
        set request_hash = excluded.request_hash, answer = excluded.answer, created_at = excluded.created_at`,
    [caller, key, requestHash, JSON.stringify(answer), at],
  );
}

/** Removes some of the keys that answer no more, and says how many. */
export async function deleteOldKeys(db: Queryable, at: At): Promise<number> {
  const { rowCount } = await db.query(
    `delete from idempotency_keys
      where (caller, key) in (
        select caller, key
          from idempotency_keys
         where created_at <= coalesce($1::timestamptz, now()) - interval '${keptHours} hours'
         limit 5000)`,
    [at],
  );
  return rowCount ?? 0;
}

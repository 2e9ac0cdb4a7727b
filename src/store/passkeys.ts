import type { User } from "../core/user.js";
import { BelfryError } from "../core/errors.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { toUser, userColumns, type UserRow } from "./users.js";

/** What one signs in with instead of a password. */
export interface Passkey {
  /** As the authenticator names it, in base64url. */
  id: string;
  userId: string;
  name: string;
  /** COSE, in base64url. */
  publicKey: string;
  counter: number;
  transports: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
}

interface PasskeyRow {
  id: string;
  user_id: string;
  name: string;
  public_key: string;
  counter: string;
  transports: string[];
  created_at: Date;
  last_used_at: Date | null;
}

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    publicKey: row.public_key,
    counter: Number(row.counter),
    transports: row.transports,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}

export type NewPasskey = Omit<Passkey, "createdAt" | "lastUsedAt">;

/** Adds a passkey. Says whether it is new: an authenticator names none twice. */
export async function tryInsertPasskey(db: Queryable, key: NewPasskey, at: At): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into passkeys (id, user_id, name, public_key, counter, transports, created_at)
     values ($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, now()))
     on conflict (id) do nothing`,
    [key.id, key.userId, key.name, key.publicKey, key.counter, JSON.stringify(key.transports), at],
  );
  return rowCount === 1;
}

/** A user's passkeys, the oldest first. */
export async function listPasskeys(db: Queryable, userId: string): Promise<Passkey[]> {
  const { rows } = await db.query<PasskeyRow>(
    "select * from passkeys where user_id = $1 order by created_at, id limit 500",
    [userId],
  );
  return rows.map(toPasskey);
}

/** A passkey and its user, unless the user is disabled. */
export async function findPasskey(
  db: Queryable,
  id: string,
): Promise<{ passkey: Passkey; user: User } | null> {
  const { rows: passkeys } = await db.query<PasskeyRow>("select * from passkeys where id = $1", [id]);
  if (passkeys[0] === undefined) return null;
  const { rows: users } = await db.query<UserRow>(
    `select ${userColumns}
       from users u
      where u.id = $1
        and u.disabled_at is null`,
    [passkeys[0].user_id],
  );
  return users[0] === undefined ? null : { passkey: toPasskey(passkeys[0]), user: toUser(users[0]) };
}

/** Notes a use. Says whether the counter has moved on, or never moves: else there is a copy of the key. */
export async function tryUsePasskey(db: Queryable, id: string, counter: number, at: At): Promise<boolean> {
  const { rowCount } = await db.query(
    `update passkeys
        set counter = $2, last_used_at = coalesce($3::timestamptz, now())
      where id = $1
        and (counter < $2 or (counter = 0 and $2 = 0))`,
    [id, counter, at],
  );
  return rowCount === 1;
}

/** Removes one of a user's passkeys, and answers its name; throws `passkey_not_found`. */
export async function deletePasskey(db: Queryable, userId: string, id: string): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    "delete from passkeys where user_id = $1 and id = $2 returning name",
    [userId, id],
  );
  if (rows[0] !== undefined) return rows[0].name;
  throw new BelfryError(
    "passkey_not_found",
    "You have no such passkey; see your passkeys for those that you have.",
  );
}

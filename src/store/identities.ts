import type { User } from "../core/user.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { toUser, userColumns, type UserRow } from "./users.js";

/** How an identity provider names somebody. */
export interface Identity {
  issuer: string;
  subject: string;
}

/** The user whom a provider knows so, locked until the transaction ends. */
export async function findUserOfIdentity(
  session: Queryable,
  { issuer, subject }: Identity,
): Promise<User | null> {
  const { rows } = await session.query<UserRow>(
    `select ${userColumns}
       from identities i
       join users u on u.id = i.user_id
      where i.issuer = $1
        and i.subject = $2
        for update of u`,
    [issuer, subject],
  );
  return rows[0] === undefined ? null : toUser(rows[0]);
}

export async function insertIdentity(
  db: Queryable,
  userId: string,
  { issuer, subject }: Identity,
  at: At,
): Promise<void> {
  await db.query(
    `insert into identities (issuer, subject, user_id, created_at)
     values ($1, $2, $3, coalesce($4::timestamptz, now()))`,
    [issuer, subject, userId, at],
  );
}

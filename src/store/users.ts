import { BelfryError } from "../core/errors.js";
import type { Role } from "../core/rights.js";
import type { User } from "../core/user.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

export interface UserRow {
  id: string;
  name: string;
  display_name: string;
  email: string | null;
  role: Role;
  has_password: boolean;
  disabled_at: Date | null;
  created_at: Date;
  updated_at: Date;
  last_sign_in_at: Date | null;
}

/** The columns of a UserRow, from `users u`. The hash of the password leaves the table only to be compared. */
export const userColumns = `u.id, u.name, u.display_name, u.email, u.role, u.password_hash is not null as has_password,
  u.disabled_at, u.created_at, u.updated_at, u.last_sign_in_at`;

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    email: row.email,
    role: row.role,
    hasPassword: row.has_password,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastSignInAt: row.last_sign_in_at,
  };
}

/** Keeps all others from adding users until the transaction ends. */
export async function lockUsers(session: Queryable): Promise<void> {
  await session.query("lock table users in share row exclusive mode");
}

export async function countUsers(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ users: number }>("select count(*)::integer as users from users");
  return rows[0]!.users;
}

/** The first so many users after the cursor, in the order of their names. */
export async function listUsers(
  db: Queryable,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<User[]> {
  const { rows } = await db.query<UserRow>(
    `select ${userColumns}
       from users u
      where $1::text is null or u.name > $1
      order by u.name
      limit $2`,
    [cursor, limit],
  );
  return rows.map(toUser);
}

export async function findUser(db: Queryable, name: string): Promise<User | null> {
  const { rows } = await db.query<UserRow>(`select ${userColumns} from users u where u.name = $1`, [name]);
  return rows[0] === undefined ? null : toUser(rows[0]);
}

/** The user of that name; throws `user_not_found`. */
export async function getUser(db: Queryable, name: string): Promise<User> {
  const user = await findUser(db, name);
  if (user !== null) return user;
  throw new BelfryError("user_not_found", `There is no user ${JSON.stringify(name)}.`);
}

export async function findUserById(db: Queryable, id: string): Promise<User | null> {
  const { rows } = await db.query<UserRow>(`select ${userColumns} from users u where u.id = $1`, [id]);
  return rows[0] === undefined ? null : toUser(rows[0]);
}

/** The user, locked until the transaction ends; throws `user_not_found`. */
export async function lockUser(session: Queryable, name: string): Promise<User> {
  await session.query("select id from users where name = $1 for update", [name]);
  return getUser(session, name);
}

export type NewUser = Pick<User, "name" | "displayName" | "email" | "role">;

/** Adds a user, or answers null: somebody has the name. */
export async function tryInsertUser(db: Queryable, user: NewUser, at: At): Promise<User | null> {
  const { rows } = await db.query<UserRow>(
    `with u as (
       insert into users (name, display_name, email, role, created_at, updated_at)
       values ($1, $2, $3, $4, coalesce($5::timestamptz, now()), coalesce($5::timestamptz, now()))
       on conflict (name) do nothing
       returning *
     )
     select ${userColumns} from u`,
    [user.name, user.displayName, user.email, user.role, at],
  );
  return rows[0] === undefined ? null : toUser(rows[0]);
}

/** What can be changed of a user by others. */
export type UserChange = Partial<Pick<User, "displayName" | "email" | "role"> & { disabled: boolean }>;

/** Changes what is named of a user, and leaves the rest. */
export async function updateUser(db: Queryable, id: string, change: UserChange, at: At): Promise<User> {
  const { rows } = await db.query<UserRow>(
    `with u as (
       update users
          set display_name = coalesce($2, display_name),
              email = case when $3 then $4 else email end,
              role = coalesce($5, role),
              disabled_at = case when $6::boolean is null then disabled_at
                                 when $6 then coalesce(disabled_at, $7::timestamptz, now()) end,
              updated_at = coalesce($7::timestamptz, now())
        where id = $1
       returning *
     )
     select ${userColumns} from u`,
    [
      id,
      change.displayName ?? null,
      change.email !== undefined,
      change.email ?? null,
      change.role ?? null,
      change.disabled ?? null,
      at,
    ],
  );
  return toUser(rows[0]!);
}

/** Removes a user with all that is theirs: sessions, keys, passkeys. */
export async function deleteUser(db: Queryable, id: string): Promise<void> {
  await db.query("delete from users where id = $1", [id]);
}

/** Locks the admins who may sign in, so that no two are taken away at once, and answers their ids. */
export async function lockAdmins(session: Queryable): Promise<string[]> {
  const { rows } = await session.query<{ id: string }>(
    `select id
       from users
      where role = 'admin'
        and disabled_at is null
      order by id
        for update`,
  );
  return rows.map(({ id }) => id);
}

/** Notes that somebody has signed in. */
export async function touchSignIn(db: Queryable, id: string, at: At): Promise<void> {
  await db.query("update users set last_sign_in_at = coalesce($2::timestamptz, now()) where id = $1", [
    id,
    at,
  ]);
}

/** The hash of a user's password; null: there is no such user, or no password. */
export async function findPasswordHash(db: Queryable, name: string): Promise<string | null> {
  const { rows } = await db.query<{ password_hash: string | null }>(
    "select password_hash from users where name = $1",
    [name],
  );
  return rows[0]?.password_hash ?? null;
}

export async function setPasswordHash(
  db: Queryable,
  id: string,
  passwordHash: string | null,
  at: At,
): Promise<void> {
  await db.query(
    `update users
        set password_hash = $2, updated_at = coalesce($3::timestamptz, now())
      where id = $1`,
    [id, passwordHash, at],
  );
}

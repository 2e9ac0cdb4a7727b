import { BelfryError } from "../core/errors.js";
import type { SignInWay, User } from "../core/user.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { toUser, userColumns, type UserRow } from "./users.js";

/** Somebody's being signed in with one browser. */
export interface UserSession {
  id: string;
  userId: string;
  way: SignInWay;
  address: string | null;
  userAgent: string | null;
  createdAt: Date;
  /** Within a minute. */
  lastSeenAt: Date;
  expiresAt: Date;
}

interface SessionRow {
  id: string;
  user_id: string;
  way: SignInWay;
  address: string | null;
  user_agent: string | null;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

function toSession(row: SessionRow): UserSession {
  return {
    id: row.id,
    userId: row.user_id,
    way: row.way,
    address: row.address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}

export interface NewSession extends Pick<UserSession, "userId" | "way" | "address" | "userAgent"> {
  tokenHash: string;
  idleMs: number;
  maxMs: number;
}

export async function insertSession(db: Queryable, session: NewSession, at: At): Promise<UserSession> {
  const { rows } = await db.query<SessionRow>(
    `insert into user_sessions
       (token_hash, user_id, way, address, user_agent, created_at, last_seen_at, idle_sec, expires_at)
     select $1, $2, $3, $4, $5, now_is, now_is, $6, now_is + $7 * interval '1 millisecond'
       from coalesce($8::timestamptz, now()) as now_is
     returning *`,
    [
      session.tokenHash,
      session.userId,
      session.way,
      session.address,
      session.userAgent,
      Math.round(session.idleMs / 1000),
      session.maxMs,
      at,
    ],
  );
  return toSession(rows[0]!);
}

const isAlive = `s.expires_at > coalesce($2::timestamptz, now())
        and s.last_seen_at + s.idle_sec * interval '1 second' > coalesce($2::timestamptz, now())`;

/** The session of a token that has not ended, and its user, unless disabled; notes the use at most once a minute. */
export async function findSession(
  db: Queryable,
  tokenHash: string,
  at: At,
): Promise<{ session: UserSession; user: User } | null> {
  const { rows } = await db.query<UserRow & JoinedSession>(
    `select ${userColumns}, s.id as session_id, s.user_id, s.way, s.address, s.user_agent,
            s.created_at as session_created_at, s.last_seen_at, s.expires_at,
            s.last_seen_at < coalesce($2::timestamptz, now()) - interval '1 minute' as is_stale
       from user_sessions s
       join users u on u.id = s.user_id
      where s.token_hash = $1
        and ${isAlive}
        and u.disabled_at is null`,
    [tokenHash, at],
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.is_stale) await touchSession(db, row.session_id, at);
  const session = toSession({ ...row, id: row.session_id, created_at: row.session_created_at });
  return { session, user: toUser(row) };
}

interface JoinedSession extends Omit<SessionRow, "id" | "created_at"> {
  session_id: string;
  session_created_at: Date;
  is_stale: boolean;
}

async function touchSession(db: Queryable, id: string, at: At): Promise<void> {
  await db.query("update user_sessions set last_seen_at = coalesce($2::timestamptz, now()) where id = $1", [
    id,
    at,
  ]);
}

/** A user's sessions that have not ended, the newest first. */
export async function listSessions(db: Queryable, userId: string, at: At): Promise<UserSession[]> {
  const { rows } = await db.query<SessionRow>(
    `select s.*
       from user_sessions s
      where s.user_id = $1
        and ${isAlive}
      order by s.id desc
      limit 500`,
    [userId, at],
  );
  return rows.map(toSession);
}

/** Ends one session of a user; throws `session_not_found`. */
export async function deleteSession(db: Queryable, userId: string, id: string): Promise<void> {
  const { rowCount } = await db.query("delete from user_sessions where id = $2 and user_id = $1", [
    userId,
    id,
  ]);
  if (rowCount === 1) return;
  throw new BelfryError(
    "session_not_found",
    `You have no session ${id}; see your sessions for those that you have.`,
  );
}

/** Ends the session of a token, if there is one. */
export async function deleteSessionOfToken(db: Queryable, tokenHash: string): Promise<void> {
  await db.query("delete from user_sessions where token_hash = $1", [tokenHash]);
}

/** Ends all sessions of a user but one, if that is named; answers how many they were. */
export async function deleteSessionsOf(db: Queryable, userId: string, but: string | null): Promise<number> {
  const { rowCount } = await db.query(
    "delete from user_sessions where user_id = $1 and ($2::bigint is null or id <> $2)",
    [userId, but],
  );
  return rowCount ?? 0;
}

/** Removes what nobody can use any more: sessions that have ended and steps of sign-ins that are over. */
export async function pruneSessions(db: Queryable, at: At): Promise<void> {
  await db.query(
    `delete from user_sessions s
      where s.expires_at < coalesce($1::timestamptz, now())
         or s.last_seen_at + s.idle_sec * interval '1 second' < coalesce($1::timestamptz, now())`,
    [at],
  );
  await db.query("delete from login_steps where expires_at < coalesce($1::timestamptz, now())", [at]);
}

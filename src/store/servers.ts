import type { Queryable } from "./database.js";

/** What a server says of itself. */
export interface ServerSigns {
  /** Made up at the start of its process. */
  id: string;
  host: string;
  pid: number;
  version: string;
  roles: readonly string[];
  url: string;
  /** How long ago its last tick ended, by its own clock; null if there was none. */
  lastTickAgeMs: number | null;
  lastTickMs: number | null;
}

/** A server that is there, or was within a day. */
export interface SeenServer {
  id: string;
  host: string;
  pid: number;
  version: string;
  roles: string[];
  url: string;
  startedAt: Date;
  /** By the database's clock, since its last sign of life. */
  seenAgeMs: number;
  lastTickAgeMs: number | null;
  lastTickMs: number | null;
  stoppedAt: Date | null;
}

interface ServerRow {
  id: string;
  host: string;
  pid: number;
  version: string;
  roles: string[];
  url: string;
  started_at: Date;
  seen_age_ms: number;
  last_tick_age_ms: number | null;
  last_tick_ms: number | null;
  stopped_at: Date | null;
}

/** Notes that a server is there, and forgets those that were not seen for a day. */
export async function upsertServer(db: Queryable, signs: ServerSigns): Promise<void> {
  await db.query(
    `with forgotten as (
       delete from servers where seen_at < now() - interval '1 day' and id <> $1
     )
     insert into servers (id, host, pid, version, roles, url, last_tick_at, last_tick_ms)
     values ($1, $2, $3, $4, $5, $6, now() - $7::float8 * interval '1 ms', $8)
     on conflict (id) do update
        set seen_at = now(), stopped_at = null,
            last_tick_at = excluded.last_tick_at, last_tick_ms = excluded.last_tick_ms`,
    [
      signs.id,
      signs.host,
      signs.pid,
      signs.version,
      signs.roles,
      signs.url,
      signs.lastTickAgeMs,
      signs.lastTickMs,
    ],
  );
}

/** Notes that a server has ended as it should. */
export async function markStopped(db: Queryable, id: string): Promise<void> {
  await db.query("update servers set seen_at = now(), stopped_at = now() where id = $1", [id]);
}

/** All servers that were seen within a day, the newest first. */
export async function listServers(db: Queryable): Promise<SeenServer[]> {
  const { rows } = await db.query<ServerRow>(
    `select id, host, pid, version, roles, url, started_at, last_tick_ms, stopped_at,
            extract(epoch from now() - seen_at)::float8 * 1000 as seen_age_ms,
            extract(epoch from now() - last_tick_at)::float8 * 1000 as last_tick_age_ms
       from servers
      where seen_at > now() - interval '1 day'
      order by started_at desc, id`,
  );
  return rows.map((row) => ({
    id: row.id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    roles: row.roles,
    url: row.url,
    startedAt: row.started_at,
    seenAgeMs: row.seen_age_ms,
    lastTickAgeMs: row.last_tick_age_ms,
    lastTickMs: row.last_tick_ms,
    stoppedAt: row.stopped_at,
  }));
}

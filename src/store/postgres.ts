import { Client, type ClientConfig } from "pg";
import { BelfryError } from "../core/errors.js";
import type { Database, DatabaseLog, MigrationReport, Queryable } from "./database.js";
import { migrate } from "./migrate.js";
import { once } from "./once.js";
import { PostgresListener } from "./postgres-listener.js";
import { Reachability } from "./reachability.js";
import { openSessions, type SessionsOptions } from "./postgres-sessions.js";

const oldestVersion = 14;
const connectTimeoutMs = 5_000;
const statementMs = 60_000;

/** Opens the PostgreSQL database at `url`; see `openDatabase`. */
export async function openPostgres(url: string, log: DatabaseLog): Promise<Database> {
  const config = connectionConfig(url);
  const where = describe(config, url);
  const reachability = new Reachability(config, log);
  const listener = new PostgresListener(config, { where, log, reachability });
  const options = { where, log, reachability };
  const { query, connect, close: endSessions } = openSessions(config, { ...options, statementMs });
  const close = once(async () => {
    reachability.close();
    await listener.close();
    await endSessions();
  });
  try {
    await requireSupportedVersion({ query }, where);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind: "postgres",
    pool: { query, connect, listen: listener.listen.bind(listener) },
    migrate: () => migrateWithoutLimit(config, options),
    outage: () => reachability.outage,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A migration of a large table takes its time. */
async function migrateWithoutLimit(
  config: ClientConfig,
  options: Omit<SessionsOptions, "statementMs">,
): Promise<MigrationReport> {
  const sessions = openSessions(config, { ...options, statementMs: 0 });
  try {
    return await migrate(sessions);
  } finally {
    await sessions.close();
  }
}

function connectionConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: "belfry",
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true, // else a connection that a firewall forgot is never missed
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** Host, port and database as pg understands the url, and never its password. */
function describe(config: ClientConfig, url: string): string {
  if (!/^postgres(ql)?:\/\//.test(url)) throw badUrl();
  try {
    const { host, port, database } = new Client(config);
    return `"${database}" at ${host}:${port}`;
  } catch {
    throw badUrl(); // without a cause: pg's error carries the url, and with it the password
  }
}

function badUrl(): BelfryError {
  return new BelfryError(
    "invalid_config",
    "The database url cannot be read; it has the form postgres://user:password@host:5432/database, " +
      "with special characters in the password as %-escapes.",
  );
}

async function requireSupportedVersion(sessions: Queryable, where: string): Promise<void> {
  const { rows } = await sessions.query<{ version: string }>(
    "select current_setting('server_version_num') as version",
  );
  const version = Math.floor(Number(rows[0]?.version) / 10_000);
  if (version >= oldestVersion) return;
  throw new BelfryError(
    "database_unsupported",
    `The database ${where} is PostgreSQL ${version}; Belfry needs PostgreSQL ${oldestVersion} or newer.`,
  );
}

/** Rows and how many a statement touched, as `pg` gives them. */
export interface QueryResult<Row> {
  rows: Row[];
  rowCount: number | null;
}

export interface Queryable {
  // oxlint-disable-next-line typescript/no-explicit-any -- as in pg: the caller knows its columns
  query<Row = any>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>>;
}

/** One session, for a transaction. Give it back with `release`; with an error if it is in doubt. */
export interface PoolClient extends Queryable {
  release(error?: Error): void;
}

/** The part of `pg`'s Pool that Belfry uses, on either database, and notifications. */
export interface Pool extends Queryable {
  connect(): Promise<PoolClient>;
  /**
   * Calls back with the payload of each NOTIFY on the channel, and with null when some may have been missed
   * (the connection was lost and is back). Answers a function that stops it.
   */
  listen(channel: string, onNotify: (payload: string | null) => void): Promise<() => Promise<void>>;
}

/** What bringing a schema up to date did. */
export interface MigrationReport {
  /** The names of the migrations that were applied, oldest first. */
  applied: string[];
  /** The version at which the database is now. */
  version: number;
}

/** A time in which no connection to the database can be had. */
export interface Outage {
  since: Date;
  reason: string;
}

export interface Database extends AsyncDisposable {
  kind: "postgres" | "embedded";
  pool: Pool;
  /** Brings the schema to this Belfry's version. Throws `database_newer` if it is beyond it. */
  migrate: () => Promise<MigrationReport>;
  /** That which is going on now, or null. */
  outage: () => Outage | null;
  /** Waits for the sessions in use to come back, then lets go of everything. May be called again. */
  close: () => Promise<void>;
}

/**
 * Hears of what goes on below the queries: `database.connection_lost`, `database.listening_again`, and of an outage once,
 * when it begins (`database.away`) and when it ends (`database.back`).
 */
export type DatabaseLog = (event: string, details: Record<string, unknown>) => void;

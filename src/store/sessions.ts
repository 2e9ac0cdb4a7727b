import pg from "pg";
import { BelfryError, messageOf } from "../core/errors.js";
import type { PoolClient, QueryResult, Queryable } from "./database.js";

/** SQLSTATEs with which a server says that this session is over, not that the statement was wrong. */
const sessionIsOver = /^(08...|57P0[123])$/;

/** `error` as `database_unreachable` if it tells of a lost connection, else as it is. */
function connectionTrouble(error: unknown, where: string): unknown {
  const ofTheStatement = error instanceof pg.DatabaseError && !sessionIsOver.test(error.code ?? "");
  return ofTheStatement ? error : unreachable(error, where);
}

/** The `database_unreachable` error for whatever went wrong with the connection to `where`. */
export function unreachable(cause: unknown, where: string): BelfryError {
  if (cause instanceof BelfryError) return cause;
  return new BelfryError(
    "database_unreachable",
    `The database ${where} does not answer: ${messageOf(cause)}`,
    { cause },
  );
}

async function ask<Row>(
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[] | undefined,
  where: string,
): Promise<QueryResult<Row>> {
  try {
    // Without values pg uses the simple protocol, which takes several statements.
    return await client.query<Row & pg.QueryResultRow>(text, values as unknown[]);
  } catch (error) {
    throw connectionTrouble(error, where);
  }
}

/** A session that was left inside a transaction is ended, which rolls it back; pg's own pool would hand it on. */
function giveBack(client: pg.PoolClient, error?: Error): void {
  const clean = client.getTransactionStatus() === "I";
  client.release(error ?? (clean ? undefined : new Error("The session was released inside a transaction.")));
}

/** Sessions of a pg Pool; a connection that cannot be had or is lost is `database_unreachable`, naming `where`. */
export function sessionsOf(pool: pg.Pool, where: string): Queryable & { connect(): Promise<PoolClient> } {
  // Without a listener the death of a connection between two queries would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));

  async function checkOut(): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw unreachable(error, where);
    }
  }

  async function query<Row>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>> {
    const client = await checkOut();
    try {
      return await ask<Row>(client, text, values, where);
    } finally {
      giveBack(client);
    }
  }

  async function connect(): Promise<PoolClient> {
    const client = await checkOut();
    return {
      query: (text, values) => ask(client, text, values, where),
      release: (error) => giveBack(client, error),
    };
  }

  return { query, connect };
}

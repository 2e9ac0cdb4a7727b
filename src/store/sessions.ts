import { DatabaseError, type Pool as PgPool, type PoolClient as PgClient, type QueryResultRow } from "pg";
import { BelfryError, messageOf } from "../core/errors.js";
import type { PoolClient, QueryResult, Queryable } from "./database.js";

/** SQLSTATEs with which a server says that this session is over, not that the statement was wrong. */
const sessionIsOver = /^(08...|57P0[123]|25P03)$/;

/** Whether an error says that a statement or its values were wrong, and not that the connection is lost. */
function isOfStatement(error: unknown): boolean {
  if (error instanceof DatabaseError) return !sessionIsOver.test(error.code ?? "");
  return error instanceof TypeError || error instanceof RangeError;
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

/** What is made sure of, where there is a network between the pool and its server. */
export interface Care {
  /** Takes a session out of the pool; rejects if none can be had. */
  take(): Promise<PgClient>;
  /** What the server answers; rejects if the answer was lost on the way. */
  await<T>(client: PgClient, answer: Promise<T>): Promise<T>;
  /** A session was lost while it was in use. */
  onLost(client: PgClient, error: unknown): void;
}

function careOfNothing(pool: PgPool): Care {
  return { take: () => pool.connect(), await: (_client, answer) => answer, onLost() {} };
}

/** Sessions of a pg Pool; a connection that cannot be had or is lost is `database_unreachable`, naming `where`. */
export function sessionsOf(
  pool: PgPool,
  where: string,
  care: Care = careOfNothing(pool),
): Queryable & { connect(): Promise<PoolClient> } {
  // Without a listener the death of a connection between two queries would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));

  async function connect(): Promise<PoolClient> {
    try {
      return sessionOn(await care.take(), where, care);
    } catch (error) {
      throw unreachable(error, where);
    }
  }

  async function query<Row>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>> {
    const session = await connect();
    try {
      return await session.query<Row>(text, values);
    } finally {
      session.release();
    }
  }

  return { query, connect };
}

function sessionOn(client: PgClient, where: string, care: Care): PoolClient {
  let lost: Error | undefined;

  async function query<Row>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>> {
    if (lost !== undefined) throw lost;
    try {
      // Without values pg uses the simple protocol, which takes several statements.
      const answer = client.query<Row & QueryResultRow>({
        ...preparedAs(text),
        text,
        values: values as unknown[],
      });
      return await care.await(client, answer);
    } catch (error) {
      if (isOfStatement(error)) throw error;
      lost = unreachable(error, where);
      care.onLost(client, error);
      throw lost;
    }
  }

  return { query, release: (error) => client.release(error ?? lost ?? leftInTransaction(client)) };
}

/**
 * A statement whose first line is `-- prepared NAME` is parsed and planned once a session. It is for those of every run, by
 * primary key: a plan that knows no values must do for all of them.
 */
function preparedAs(text: string): { name?: string } {
  const name = /^-- prepared (\w+)\n/.exec(text)?.[1];
  return name === undefined ? {} : { name };
}

/** pg's own pool would hand the session on as it is; given an error it ends it, which rolls the transaction back. */
function leftInTransaction(client: PgClient): Error | undefined {
  if (client.getTransactionStatus() === "I") return undefined;
  return new Error("The session was released inside a transaction.");
}

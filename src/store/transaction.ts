import type { Pool, PoolClient, Queryable } from "./database.js";

/**
 * Runs `work` in a transaction: commits what it did and answers its result, or rolls all of it back and throws.
 * The session is given back either way; one that cannot even roll back is thrown away.
 */
export async function inTransaction<T>(
  pool: Pick<Pool, "connect">,
  work: (session: Queryable) => Promise<T>,
): Promise<T> {
  const session = await pool.connect();
  let broken: Error | undefined;
  try {
    await session.query("begin");
    const result = await work(session);
    await commit(session);
    return result;
  } catch (error) {
    await session.query("rollback").catch((reason: unknown) => {
      broken = reason instanceof Error ? reason : new Error(String(reason));
    });
    throw error;
  } finally {
    session.release(broken);
  }
}

/** Throws if there is nothing to commit: PostgreSQL answers a commit after a failed statement with a quiet rollback. */
async function commit(session: PoolClient): Promise<void> {
  const { command } = (await session.query("commit")) as { command?: string };
  if (command === "ROLLBACK")
    throw new Error("The transaction was rolled back: one of its statements had failed.");
}

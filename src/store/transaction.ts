import type { Pool, Queryable } from "./database.js";

/**
 * Runs `work` in a transaction: commits what it did, or rolls all of it back if it throws.
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
    await session.query("commit");
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

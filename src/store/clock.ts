import type { Queryable } from "./database.js";

/** An instant for a statement; null stands for the database's own `now()`, which decides unless a test holds the clock. */
export type At = Date | null;

/** The database's clock, the only one that decides what is due; within a transaction too it tells the present instant. */
export async function databaseNow(db: Queryable): Promise<Date> {
  // Not now(), the beginning of the transaction: what was waited for a lock on may have fired since.
  const { rows } = await db.query<{ now: Date }>("select clock_timestamp() as now");
  return rows[0]!.now;
}

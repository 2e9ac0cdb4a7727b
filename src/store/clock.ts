import type { Queryable } from "./database.js";

/** An instant for a statement; null stands for the database's own `now()`, which decides unless a test holds the clock. */
export type At = Date | null;

/** The database's clock, the only one that decides what is due. */
export async function databaseNow(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>("select now() as now");
  return rows[0]!.now;
}

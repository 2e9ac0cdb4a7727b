import type { Pool, Queryable } from "../../src/store/database.js";

/** One session in the place of a pool: all that is asked of it happens in its transaction. */
export function oneSession(session: Queryable): Pick<Pool, "query" | "connect"> {
  return {
    query: (text, values) => session.query(text, values),
    connect: () => Promise.reject(new Error("There is no other session.")),
  };
}

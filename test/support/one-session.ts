import type { Pool, Queryable } from "../../src/store/database.js";

/** One session in the place of a pool: all that is asked of it happens in its own transaction. */
export function oneSession(session: Queryable): Pick<Pool, "query" | "connect"> {
  const query: Queryable["query"] = async (text, values) =>
    /^(begin|commit)$/.test(text) ? { rows: [], rowCount: null } : session.query(text, values);
  return { query, connect: async () => ({ query, release: () => {} }) };
}

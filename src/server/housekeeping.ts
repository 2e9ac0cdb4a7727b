import { messageOf } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import type { Database } from "../store/database.js";
import { vacuum } from "../store/vacuum.js";

const hourMs = 3_600_000;

/** Keeps an embedded database tidy, now and each hour, as PostgreSQL keeps itself. Answers a function that ends it. */
export function keepTidy({ kind, pool }: Pick<Database, "kind" | "pool">, log: Log): () => Promise<void> {
  if (kind === "postgres") return async () => {};
  let atWork = tidy();
  const timer = setInterval(() => {
    atWork = tidy();
  }, hourMs);
  return async () => {
    clearInterval(timer);
    await atWork;
  };

  async function tidy(): Promise<void> {
    await vacuum(pool).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, "database.not_tidied");
    });
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { BelfryError } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import { type Database, openDatabase } from "../store/database.js";

type Where = { url: string } | { dataDir: string };

/**
 * Opens the database and brings its schema up to date. One that does not answer is asked again, with a line each time,
 * until it does or the signal aborts; any other error is final.
 */
export async function openReadyDatabase(
  where: Where,
  { log, signal, retryMs = 2000 }: { log: Log; signal: AbortSignal; retryMs?: number },
): Promise<Database> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await openAndMigrate(where, log);
    } catch (error) {
      if (!(error instanceof BelfryError && error.code === "database_unreachable")) throw error;
      log.warn({ error: error.message, retryMs }, "database.unreachable");
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}

async function openAndMigrate(where: Where, log: Log): Promise<Database> {
  const database = await openDatabase(where);
  try {
    const { applied, version } = await database.migrate();
    if (applied.length > 0) log.info({ applied, version }, "database.migrated");
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

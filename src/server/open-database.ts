import { setTimeout as sleep } from "node:timers/promises";
import { BelfryError } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import type { Database } from "../store/database.js";
import { openDatabase } from "../store/open-database.js";

type Where = { url: string } | { dataDir: string };

interface Patience {
  log: Log;
  signal: AbortSignal;
  /** The pause before a database that did not answer is asked again; 2000. */
  retryMs?: number;
}

/**
 * Opens the database and brings its schema up to date. One that does not answer is asked again, with a line each time,
 * until it does or the signal aborts; any other error is final.
 */
export function openReadyDatabase(where: Where, patience: Patience): Promise<Database> {
  return untilDatabaseAnswers(() => openAndMigrate(where, patience.log), patience);
}

/**
 * What the work answers. It is begun anew, after a line in the log and a pause, as long as it fails with
 * `database_unreachable`; any other error is final, and the signal's reason ends the attempts.
 */
export async function untilDatabaseAnswers<T>(
  work: () => Promise<T>,
  { log, signal, retryMs = 2000 }: Patience,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BelfryError && error.code === "database_unreachable")) throw error;
      log.warn({ error: error.message, retryMs }, "database.unreachable");
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}

async function openAndMigrate(where: Where, log: Log): Promise<Database> {
  const database = await openDatabase(where, (event, details) => {
    log[event === "database.away" ? "error" : "warn"](details, event);
  });
  try {
    const { applied, version } = await database.migrate();
    if (applied.length > 0) log.info({ applied, version }, "database.migrated");
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

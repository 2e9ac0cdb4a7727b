import type { Config } from "../config/config.js";
import { openDatabase } from "../store/open-database.js";
import type { MigrationReport } from "../store/database.js";

/** Where a server with this configuration keeps its rows. */
export function databaseOf({ databaseUrl, dataDir }: Pick<Config, "databaseUrl" | "dataDir">) {
  return databaseUrl === null ? { dataDir } : { url: databaseUrl };
}

/** Brings the configured database up to date, and answers what was done. */
export async function migrateDatabase(
  config: Pick<Config, "databaseUrl" | "dataDir">,
): Promise<MigrationReport> {
  await using database = await openDatabase(databaseOf(config));
  return await database.migrate(); // the database is closed when this function is left
}

import type { Database, DatabaseLog } from "./database.js";
import { openEmbedded } from "./embedded/embedded.js";
import { openPostgres } from "./postgres.js";

export type DatabaseLocation = { url: string } | { dataDir: string };

/**
 * Opens the PostgreSQL database at `url`, or the embedded one in `dataDir` (made if it is not there).
 * It has answered a query when this resolves. Throws `database_unreachable` (within 5 s; worth a retry),
 * `database_unsupported` and `invalid_config` for a url; `data_dir_in_use` and `data_dir_unusable` for a folder.
 */
export function openDatabase(location: DatabaseLocation, log: DatabaseLog = () => {}): Promise<Database> {
  return "url" in location ? openPostgres(location.url, log) : openEmbedded(location.dataDir, log);
}

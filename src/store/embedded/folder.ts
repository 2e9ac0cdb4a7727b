import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Makes way for a database in the folder. A folder in which the first start was interrupted holds half a database: a
 * mark beside it says so, and it is begun anew. Call the answer when the database has started.
 */
export async function prepareFolder(folder: string): Promise<() => Promise<void>> {
  const mark = `${folder}.initialising`;
  if (existsSync(mark)) await rm(folder, { recursive: true, force: true });
  if (!existsSync(join(folder, "PG_VERSION"))) await writeFile(mark, "");
  return () => rm(mark, { force: true });
}

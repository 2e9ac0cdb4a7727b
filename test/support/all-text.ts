import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Queryable } from "../../src/store/database.js";

/** All rows of all tables as JSON, by the names of the tables; bytes are written out. */
export async function dumpOf(db: Queryable): Promise<Record<string, string>> {
  const { rows } = await db.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'",
  );
  const dump: Record<string, string> = {};
  for (const { name } of rows) {
    const table = await db.query<{ row: string }>(`select t::text as row from ${name} t`);
    dump[name] = table.rows.map(({ row }) => row).join("\n");
  }
  return dump;
}

/** The bytes of all files below a folder, as text of one character a byte. */
export function filesIn(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() === true) found[path] = tryRead(path);
  }
  return found;
}

/** The command lines and environments of all processes that this user may see, but of jobs, by their ids. */
export function processesButJobs(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const environment = tryRead(`/proc/${id}/environ`);
    if (environment.includes("BELFRY_RUNNER=")) continue;
    found[id] = `${tryRead(`/proc/${id}/cmdline`)}\0${environment}`;
  }
  return found;
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

import { readFile, readdir } from "node:fs/promises";
import { BelfryError } from "../core/errors.js";
import type { MigrationReport, Pool, Queryable } from "./database.js";
import { inTransaction } from "./transaction.js";

interface Migration {
  version: number;
  name: string;
  file: URL;
}

/** As far below the package's root in `dist/` as in `src/`. */
const migrationsFolder = new URL("../../migrations/", import.meta.url);

/** An arbitrary number that only Belfry's migrations lock; it must never change. */
const advisoryLock = 7_717_001;

/**
 * Applies the migrations that the database lacks, each in a transaction of its own. Many servers may do so at once:
 * they take turns. Throws `database_newer` if the database knows a migration that the folder does not.
 */
export async function migrate(
  pool: Pick<Pool, "connect">,
  folder: URL = migrationsFolder,
): Promise<MigrationReport> {
  const migrations = await listMigrations(folder);
  const applied: string[] = [];
  for (;;) {
    const step = await inTransaction(pool, (session) => applyNext(session, migrations));
    if (step.applied === undefined) return { applied, version: step.version };
    applied.push(step.applied.name);
  }
}

/** The version that a database has when all migrations were applied. */
export async function newestVersion(): Promise<number> {
  return (await listMigrations(migrationsFolder)).at(-1)?.version ?? 0;
}

async function listMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((name) => /^\d+_\w+\.sql$/.test(name));
  return files
    .map((name) => ({
      version: Number.parseInt(name, 10),
      name: name.slice(0, -4),
      file: new URL(name, folder),
    }))
    .toSorted((a, b) => a.version - b.version);
}

async function applyNext(session: Queryable, migrations: Migration[]) {
  const version = await lockedVersion(session);
  refuseNewer(version, migrations.at(-1)?.version ?? 0);
  const next = migrations.find((migration) => migration.version > version);
  if (next === undefined) return { version };
  await session.query(await readFile(next.file, "utf8"));
  await session.query("insert into belfry_migrations (version, name) values ($1, $2)", [
    next.version,
    next.name,
  ]);
  return { version: next.version, applied: next };
}

/** The database's version, which no one else can change before the end of the transaction. */
async function lockedVersion(session: Queryable): Promise<number> {
  await session.query("select pg_advisory_xact_lock($1)", [advisoryLock]);
  await session.query(`
    create table if not exists belfry_migrations (
      version    integer primary key,
      name       text not null,
      applied_at timestamptz not null default now()
    )`);
  const { rows } = await session.query<{ version: number | null }>(
    "select max(version) as version from belfry_migrations",
  );
  return rows[0]?.version ?? 0;
}

function refuseNewer(version: number, newest: number): void {
  if (version <= newest) return;
  throw new BelfryError(
    "database_newer",
    `The database is at version ${version}, and this Belfry knows versions up to ${newest}. ` +
      "Run the newer Belfry that migrated it; there is no way back to an older one.",
  );
}

import type { Command } from "commander";
import { examples } from "./examples.js";

/** Adds `belfry migrate`. */
export function registerMigrate(program: Command): void {
  const migrate = program
    .command("migrate")
    .description("bring the database's schema up to date; `serve` does so by itself when it starts");
  migrate.option(
    "--data-dir <dir>",
    "the data directory of the embedded database (BELFRY_DATA_DIR, else .belfry)",
  );
  migrate.option("--database-url <url>", "the PostgreSQL database (DATABASE_URL)");
  examples(migrate, ["belfry migrate --database-url postgres://belfry@db.internal/belfry"]);
  migrate.action(async (_options, command: Command) => {
    const { dataDir, databaseUrl } = command.optsWithGlobals<{ dataDir?: string; databaseUrl?: string }>();
    const { readConfig } = await import("../config/config.js");
    const { migrateDatabase } = await import("../server/migrate-database.js");
    const { applied, version } = await migrateDatabase(readConfig({ dataDir, databaseUrl }, process.env));
    const what = applied.length === 0 ? "Nothing to do" : `Applied ${applied.join(", ")}`;
    process.stdout.write(`${what}: the database is at version ${version}.\n`);
  });
}

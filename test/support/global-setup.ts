import { join } from "node:path";
import type { Pool } from "../../src/store/database.js";
import { openDatabase, type DatabaseLocation } from "../../src/store/open-database.js";
import { createDatabase, startPostgres } from "./postgres.js";
import { createGuardedFolder } from "./temporary-folder.js";

type Undo = () => Promise<void>;

/**
 * One PostgreSQL for the whole run (or the one at BELFRY_TEST_POSTGRES_URL), a migrated template in it, and a migrated
 * folder of the embedded database: what createTestDatabase and describeOnBothDatabases copy. Workers inherit the environment.
 */
export default async function setup(): Promise<Undo> {
  const undo: Undo[] = [];
  const teardown = async () => {
    for (const step of undo.toReversed()) await step();
  };
  const outcomes = await Promise.allSettled([preparePostgres(undo), prepareEmbedded(undo)]);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure === undefined) return teardown;
  await teardown();
  throw failure.reason;
}

async function preparePostgres(undo: Undo[]): Promise<void> {
  const url = process.env["BELFRY_TEST_POSTGRES_URL"] ?? (await startServer(undo));
  const template = `belfry_test_template_${process.pid}`;
  const database = await createDatabase(url, template);
  undo.push(database.drop);
  await migrate({ url: database.url });
  process.env["BELFRY_TEST_TEMPLATE"] = template;
}

async function startServer(undo: Undo[]): Promise<string> {
  const server = await startPostgres({ fsync: false });
  process.env["BELFRY_TEST_POSTGRES_URL"] = server.url;
  undo.push(async () => {
    delete process.env["BELFRY_TEST_POSTGRES_URL"];
    await server.stop();
  });
  return server.url;
}

async function prepareEmbedded(undo: Undo[]): Promise<void> {
  const { folder, remove } = await createGuardedFolder("test");
  undo.push(remove);
  await migrate({ dataDir: join(folder, "template") }, dropOtherDatabases);
  process.env["BELFRY_TEST_FOLDER"] = folder;
}

/** Two thirds of the files are databases that nobody uses, and every test copies them. */
async function dropOtherDatabases(pool: Pool): Promise<void> {
  for (const name of ["template0", "template1"]) {
    await pool.query("update pg_database set datistemplate = false where datname = $1", [name]);
    await pool.query(`drop database ${name}`);
  }
}

async function migrate(location: DatabaseLocation, andThen?: (pool: Pool) => Promise<void>): Promise<void> {
  await using database = await openDatabase(location);
  await database.migrate();
  await andThen?.(database.pool);
}

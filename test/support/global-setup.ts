import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/store/database.js";
import { createDatabase, startPostgres } from "./postgres.js";

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
  const dataDir = await mkdtemp(join(tmpdir(), "belfry-template-"));
  undo.push(() => rm(dataDir, { recursive: true, force: true }));
  await migrate({ dataDir });
  process.env["BELFRY_TEST_EMBEDDED_TEMPLATE"] = dataDir;
}

async function migrate(location: { url: string } | { dataDir: string }): Promise<void> {
  await using database = await openDatabase(location);
  await database.migrate();
}

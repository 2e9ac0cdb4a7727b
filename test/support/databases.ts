import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeEach, describe } from "vitest";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createTestDataDir } from "./data-dir.js";
import { createTestDatabase } from "./postgres.js";

type Kind = Database["kind"];
type Undo = () => Promise<void>;

/** Opens a fresh migrated database that is closed and removed after the test, or after all if opened in `beforeAll`. */
export type Open = () => Promise<Database>;

/** The same tests on PostgreSQL and on the embedded database. */
export function describeOnBothDatabases(name: string, tests: (open: Open, kind: Kind) => void): void {
  describe.each<Kind>(["postgres", "embedded"])(`${name} (%s)`, (kind) => {
    tests(disposingOpener(kind), kind);
  });
}

function disposingOpener(kind: Kind): Open {
  const afterSuite: Undo[] = [];
  const afterTest: Undo[] = [];
  let undo = afterSuite;
  beforeEach(() => void (undo = afterTest));
  afterEach(async () => {
    undo = afterSuite;
    await undoAll(afterTest);
  });
  afterAll(() => undoAll(afterSuite));
  return () => (kind === "postgres" ? openOnPostgres(undo) : openEmbedded(undo));
}

async function undoAll(undo: Undo[]): Promise<void> {
  for (const step of undo.splice(0).toReversed()) await step();
}

async function openOnPostgres(undo: Undo[]): Promise<Database> {
  const { url, drop } = await createTestDatabase();
  undo.push(drop);
  return remember(undo, await openDatabase({ url }));
}

async function openEmbedded(undo: Undo[]): Promise<Database> {
  const dataDir = await createTestDataDir();
  undo.push(() => rm(dataDir, { recursive: true, force: true }));
  return remember(undo, await openDatabase({ dataDir }));
}

function remember(undo: Undo[], database: Database): Database {
  undo.push(database.close);
  return database;
}

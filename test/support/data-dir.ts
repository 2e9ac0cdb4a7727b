import { cpSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";

/** An empty folder that goes away at the end of the run, if not before. */
export function createTestFolder(): Promise<string> {
  return mkdtemp(join(runFolder(), "folder-"));
}

/** A data directory with a migrated embedded database that nobody has open. */
export async function createTestDataDir(): Promise<string> {
  const dataDir = await createTestFolder();
  cpSync(join(runFolder(), "template"), dataDir, { recursive: true }); // three times as fast as cp
  return dataDir;
}

function runFolder(): string {
  const folder = process.env["BELFRY_TEST_FOLDER"];
  if (folder !== undefined) return folder;
  throw new Error(
    "No folder for tests: BELFRY_TEST_FOLDER is not set; test/support/global-setup.ts sets it.",
  );
}

import { randomUUID } from "node:crypto";
import { Client, escapeIdentifier } from "pg";

export { startPostgres } from "./postgres-server.js";

export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** A migrated database of its own for a test, on the server of this run (some 40 ms). */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(
    serverUrl(),
    `belfry_test_${randomUUID().replaceAll("-", "")}`,
    process.env["BELFRY_TEST_TEMPLATE"],
  );
}

/** Makes a database on the server at `url`, as a copy of `template` if one is named. */
export async function createDatabase(url: string, name: string, template?: string): Promise<TestDatabase> {
  const copy = template === undefined ? "" : ` template ${escapeIdentifier(template)}`;
  await administrate(url, `create database ${escapeIdentifier(name)}${copy}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    url: own.href,
    drop: () => administrate(url, `drop database if exists ${escapeIdentifier(name)} with (force)`),
  };
}

function serverUrl(): string {
  const url = process.env["BELFRY_TEST_POSTGRES_URL"];
  if (url !== undefined) return url;
  throw new Error(
    "No PostgreSQL for tests: BELFRY_TEST_POSTGRES_URL is not set; test/support/global-setup.ts sets it.",
  );
}

async function administrate(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

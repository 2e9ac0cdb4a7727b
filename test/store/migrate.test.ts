import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { migrate } from "../../src/store/migrate.js";
import { createTestFolder } from "../support/data-dir.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDatabase } from "../support/postgres.js";

const beyondBelfry = 1000;

/** A folder of migrations, all newer than those of Belfry that the test database has. */
async function createFolder(files: Record<string, string>): Promise<URL> {
  const folder = join(await createTestFolder(), "migrations");
  await mkdir(folder);
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return pathToFileURL(`${folder}/`);
}

const listApplied = async (pool: Pool) =>
  (
    await pool.query("select version, name from belfry_migrations where version >= $1 order by version", [
      beyondBelfry,
    ])
  ).rows;

describeOnBothDatabases("a migration", (open) => {
  test("of a database that has all of them applies none", async () => {
    const database = await open();
    const report = await database.migrate();
    expect(report).toEqual({ applied: [], version: expect.any(Number) });
    expect(await database.migrate()).toEqual(report);
  });

  test("applies what is missing, in the order of the numbers, and writes it down", async () => {
    const { pool } = await open();
    const folder = await createFolder({
      "1002_fill.sql": "insert into notes values (1); insert into notes values (2);",
      "1001_create.sql": "create table notes (id int);",
      "README.md": "not one",
    });
    expect(await migrate(pool, folder)).toEqual({ applied: ["1001_create", "1002_fill"], version: 1002 });
    expect(await migrate(pool, folder)).toEqual({ applied: [], version: 1002 });
    expect((await pool.query("select * from notes")).rowCount).toBe(2);
    expect(await listApplied(pool)).toEqual([
      { version: 1001, name: "1001_create" },
      { version: 1002, name: "1002_fill" },
    ]);
  });

  test("that fails leaves nothing of itself, and those before it in place", async () => {
    const { pool } = await open();
    const folder = await createFolder({
      "1001_good.sql": "create table notes (id int);",
      "1002_bad.sql": "create table half (); select 1/0;",
    });
    await expect(migrate(pool, folder)).rejects.toMatchObject({ code: "22012" });
    expect(await listApplied(pool)).toEqual([{ version: 1001, name: "1001_good" }]);
    expect((await pool.query("select to_regclass('half') as half")).rows).toEqual([{ half: null }]);
  });

  test("is refused by a Belfry that is older than the database", async () => {
    const database = await open();
    const { version } = await database.migrate();
    await database.pool.query("insert into belfry_migrations (version, name) values ($1, 'future')", [
      beyondBelfry,
    ]);
    await expect(database.migrate()).rejects.toMatchObject({
      code: "database_newer",
      message: expect.stringMatching(
        new RegExp(`version ${beyondBelfry}, and this Belfry .* up to ${version}\\.`),
      ),
    });
  });
});

test("several servers may migrate one database at the same time, and each migration is applied once", async () => {
  const { url, drop } = await createTestDatabase();
  const folder = await createFolder({
    "1001_create.sql": "create table notes (id int); select pg_sleep(0.05);",
    "1002_fill.sql": "insert into notes values (1);",
  });
  const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url })));
  const reports = await Promise.all(databases.map(({ pool }) => migrate(pool, folder)));
  expect(reports.flatMap(({ applied }) => applied).toSorted()).toEqual(["1001_create", "1002_fill"]);
  expect(reports.map(({ version }) => version)).toEqual([1002, 1002, 1002]);
  expect((await databases[0]!.pool.query("select * from notes")).rowCount).toBe(1);
  await Promise.all(databases.map((database) => database.close()));
  await drop();
});

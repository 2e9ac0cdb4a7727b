import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createTestDataDir } from "../support/data-dir.js";
import { startProgram } from "../support/program.js";

const holdDatabase = new URL("./programs/hold-database.ts", import.meta.url);

async function open(dataDir: string, log?: (event: string) => void): Promise<Database> {
  const database = await openDatabase({ dataDir }, log);
  onTestFinished(database.close);
  return database;
}

test("killing the process that has the database loses nothing that was committed", async () => {
  const dataDir = await createTestDataDir();
  const program = startProgram(holdDatabase, dataDir);
  expect(await program.nextLine()).toBe("open");

  await expect(openDatabase({ dataDir })).rejects.toMatchObject({
    code: "data_dir_in_use",
    message: expect.stringContaining(`${dataDir} is in use by process ${program.process.pid}`),
  });

  let committed = 0;
  while (committed < 200) committed = Number(await program.nextLine());
  await program.kill("SIGKILL");
  const { pool } = await open(dataDir);
  const { rows } = await pool.query("select count(*)::int as count, max(n) as newest from numbers");
  expect(rows[0].count).toBe(rows[0].newest);
  expect(rows[0].count).toBeGreaterThanOrEqual(committed);
});

test("what was written is there after closing and opening again", async () => {
  const dataDir = await createTestDataDir();
  const first = await openDatabase({ dataDir });
  await first.pool.query("create table notes as select 'kept' as text");
  await first.close();
  await first.close();
  await expect(first.pool.query("select 1")).rejects.toMatchObject({ code: "database_unreachable" });
  const { pool } = await open(dataDir);
  expect((await pool.query("select * from notes")).rows).toEqual([{ text: "kept" }]);
});

test("when its thread dies, waiting queries fail, and the next one finds it started again", async () => {
  const posted = vi.spyOn(Worker.prototype, "postMessage");
  onTestFinished(() => posted.mockRestore());
  const events: string[] = [];
  const { pool } = await open(await createTestDataDir(), (event) => events.push(event));
  await pool.query("create table notes as select 'kept' as text");
  const heard: (string | null)[] = [];
  await pool.listen("runs", (payload) => heard.push(payload));

  const running = pool.query("select pg_sleep(60)");
  const waiting = pool.query("select * from notes");
  const asked = posted.mock.calls.length;
  await vi.waitFor(() => expect(posted.mock.calls.length).toBeGreaterThan(asked));
  await (posted.mock.contexts.at(-1) as Worker).terminate();

  await expect(running).rejects.toMatchObject({ code: "database_unreachable" });
  expect((await waiting).rows).toEqual([{ text: "kept" }]);
  await pool.query("notify runs, 'again'");
  expect(heard).toEqual([null, "again"]);
  expect(events).toContain("database.crashed");
});

test("a first start that was interrupted is begun anew", async () => {
  const dataDir = await createTestDataDir();
  await rm(join(dataDir, "database", "global"), { recursive: true });
  await writeFile(join(dataDir, "database.initialising"), "");
  const { migrate } = await open(dataDir);
  expect(await migrate()).toMatchObject({ applied: expect.arrayContaining(["0001_initial"]) });
  expect(existsSync(join(dataDir, "database.initialising"))).toBe(false);
});

test("a broken database says what PostgreSQL found, and lets go of the folder", async () => {
  const dataDir = await createTestDataDir();
  await rm(join(dataDir, "database", "global", "pg_control"));
  await expect(openDatabase({ dataDir })).rejects.toMatchObject({
    code: "data_dir_unusable",
    message: expect.stringContaining('could not open file "global/pg_control"'),
  });
  await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: "data_dir_unusable" });
});

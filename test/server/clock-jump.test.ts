import { renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";
import { BelfryServer } from "../support/belfry-server.js";
import { fixture } from "../support/built-belfry.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { expectNoHole } from "../support/no-hole.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const hourMs = 3_600_000;

let folder: string;
let dataDir: string;
let database: TestDatabase | null;
let server: BelfryServer;

beforeEach(async () => {
  folder = await createTestFolder();
  dataDir = await createTestDataDir();
  database = null;
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await database?.drop();
  await rm(folder, { recursive: true });
  await rm(dataDir, { recursive: true });
});

/** Sets how far ahead the clock of the server is. */
function jumpTo(aheadMs: number): void {
  writeFileSync(join(folder, "ahead.new"), String(aheadMs));
  renameSync(join(folder, "ahead.new"), join(folder, "ahead"));
}

/** A server whose clock can jump, with a schedule that fires each second. */
async function serve(databaseUrl: string | null): Promise<void> {
  const manifest = join(folder, "belfry.yaml");
  const job = { cron: "* * * * * *", run: "true", overlap: "concurrent", timeout: "1d" };
  writeFileSync(manifest, JSON.stringify({ version: 1, schedules: { job } }));
  const env = {
    SHIFTED_CLOCK: join(folder, "ahead"),
    NODE_OPTIONS: `--import ${pathToFileURL(fixture("shifted-clock.mjs")).href}`,
  };
  const flags = ["--cadence", "1s"];
  server = new BelfryServer({ manifest, dataDir, databaseUrl, port: await findFreePort(), flags, env });
  await server.start();
}

/** All rows there are. */
function rows(): Promise<RunJson[]> {
  return server.runs("job");
}

test("the database's clock jumps an hour ahead and back again: each fire is in exactly one row", async () => {
  await serve(null); // the embedded database has the clock of the server
  await eventually(async () => (await rows()).length >= 2);

  jumpTo(hourMs);
  await eventually(async () => (await rows()).some(({ coversCount }) => coversCount > 3500));
  const ahead = (await rows()).length;
  await eventually(async () => (await rows()).length > ahead);

  jumpTo(0);
  const before = await rows();
  await eventually(async () => (await rows()).length >= before.length); // it answers, and has nothing to fire
  jumpTo(hourMs + 5000);
  await eventually(async () => (await rows()).length >= before.length + 3);

  const runs = await rows();
  expectNoHole(runs);
  expect(runs.filter(({ coversCount }) => coversCount > 3500)).toHaveLength(1);
});

test("the host's clock jumps a day ahead and back again: the database's decides, and nothing changes", async () => {
  database = await createTestDatabase();
  await serve(database.url);
  for (const [turn, aheadMs] of [24 * hourMs, -24 * hourMs, 0].entries()) {
    const before = (await rows()).length;
    jumpTo(aheadMs);
    await eventually(async () => (await rows()).length >= before + 2 + turn);
  }
  const runs = await rows();
  expectNoHole(runs);
  for (const { coversCount, fireTime, createdAt } of runs) {
    expect(coversCount).toBeLessThan(60);
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(Date.parse(fireTime!));
  }
});

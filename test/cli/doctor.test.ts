import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { runBelfry } from "../support/run-belfry.js";

let folder: string;
let home: TestDatabase;
let server: BelfryServer;

beforeAll(async () => {
  folder = await createTestFolder();
  home = await createTestDatabase();
  const manifest = join(folder, "belfry.yaml");
  await writeFile(manifest, "version: 1\nschedules: {}\n");
  const port = await findFreePort();
  server = new BelfryServer({ manifest, dataDir: join(folder, "data"), databaseUrl: home.url, port });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await home.drop();
  await rm(folder, { recursive: true });
});

const doctor = (argv: string[], env: Record<string, string> = {}) =>
  runBelfry(["doctor", "--data-dir", join(folder, "data"), ...argv], env);

describe("belfry doctor, while no server is there,", () => {
  test("looks at the database that is named, and fails because nobody fires", async () => {
    for (const told of [
      await doctor(["--database-url", home.url]),
      await doctor([], { DATABASE_URL: home.url }),
      await doctor([], { BELFRY_DATABASE_URL: home.url, DATABASE_URL: "postgres://nobody@127.0.0.1:1/no" }),
    ]) {
      expect(told.code).toBe(1);
      expect(told.stdout).toMatch(/^ok +connection +The database answers in \d+ ms\.$/m);
      expect(told.stdout).toMatch(
        /^fail +servers +No server is there\.\n {23}Start one with "belfry serve"/m,
      );
      expect(told.stderr).toBe("belfry: One check fails.\n");
    }
  });

  test("says so of a database that does not answer, without its password", async () => {
    const url = `postgres://ann:s3cret@127.0.0.1:${await findFreePort()}/app`;
    const { code, stdout, stderr } = await doctor(["--database-url", url]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail +connection +The database "app" at 127\.0\.0\.1:\d+ does not answer: .*\n {23}/,
    );
    expect(`${stdout}${stderr}`).not.toContain("s3cret");
  });

  test("says what would help if it has neither a server nor a database to ask", async () => {
    const [port, env] = [await findFreePort(), { BELFRY_TOKEN: "some-token" }];
    const asked = await doctor(["--port", String(port)], env);
    expect(asked.code).toBe(3);
    expect(asked.stderr).toMatch(
      /No Belfry server answers at .*--database-url or DATABASE_URL.*\(server_unreachable\)\n$/,
    );
    const tokenless = await doctor([]);
    expect(tokenless.code).toBe(5);
    expect(tokenless.stderr).toMatch(/There is no API token .*--database-url or DATABASE_URL/);
  });
});

describe("belfry doctor, while a server is there,", () => {
  beforeAll(async () => {
    await server.start();
    await eventually(async () => (await doctor([])).code === 0);
  });

  test("asks it, and has nothing to say", async () => {
    const { code, stdout, stderr } = await doctor([]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ok +servers +1 server: \S+ \(api, scheduler\)\.$/m);
    expect(stdout).toMatch(/^ok {4}disk/m);
    expect(stdout).not.toMatch(/^fail/m);
  });

  test("says the same at the database itself, and as JSON", async () => {
    const { code, stdout } = await doctor(["--json"], { DATABASE_URL: home.url });
    expect(code).toBe(0);
    const { status, findings } = JSON.parse(stdout) as { status: string; findings: { check: string }[] };
    expect(["ok", "warn"]).toContain(status);
    expect(findings.map(({ check }) => check).slice(0, 4)).toEqual([
      "connection",
      "schema",
      "clock",
      "servers",
    ]);
  });
});

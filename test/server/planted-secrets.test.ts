import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPublicApi, type PublicApiDeps } from "../../src/api/public/app.js";
import { patternsOf } from "../../src/runner/redact/patterns.js";
import { openDatabase } from "../../src/store/open-database.js";
import { dumpOf, filesIn, processesButJobs } from "../support/all-text.js";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const token = `pl4nted/${randomBytes(9).toString("base64")}+ "quo'ted"&é=`;
const pem = `-----BEGIN PRIVATE KEY-----\n${[48, 48, 20].map((size) => randomBytes(size).toString("base64")).join("\n")}\n-----END PRIVATE KEY-----`;
const replaced = `replaced-${randomBytes(12).toString("hex")}`;
const byApi = `by-api-${randomBytes(12).toString("hex")}`;
const planted = { token, pem, replaced, byApi };
const patterns = Object.entries(planted).flatMap(([name, value]) =>
  patternsOf([value]).map((pattern) => [name, pattern] as const),
);

/** Where the values are, in clear or in any of the writings that are looked for. */
function placesOf(texts: Record<string, string>): string[] {
  return Object.entries(texts).flatMap(([place, text]) =>
    patterns
      .filter(
        ([, pattern]) => text.includes(pattern) || text.includes(Buffer.from(pattern).toString("latin1")),
      )
      .map(([name, pattern]) => `${name} as ${pattern} in ${place}`),
  );
}

const job = new URL("../fixtures/tells-secrets.mjs", import.meta.url).pathname;
const env = {
  TOKEN: { secret: "token" },
  PEM: { secret: "pem" },
  BY_API: { secret: "by_api", from: "store" },
};
const schedules = {
  tells: { run: [process.execPath, job, "TOKEN", "PEM", "BY_API"], env },
  floods: { run: 'for i in $(seq 20000); do echo "$i: $TOKEN"; done', env },
  missing: { run: ["no-such-command"], env },
  slow: { run: "sleep 600; true", env },
  lacks: { run: "true", env: { GONE: { secret: "gone" } } },
};

describe.each([
  ["the embedded database and a runner host", false, "runner-host"],
  ["PostgreSQL and a runner for each run", true, "subprocess"],
])("with %s, a search for the values of secrets", (_, onPostgres, dispatcher) => {
  let database: TestDatabase | undefined;
  let server: BelfryServer;
  const seen: Record<string, Record<string, string>> = {};
  const logs: Record<string, string> = {};
  let ends: Record<string, { errorKind: string | null; errorMessage: string | null }>;

  beforeAll(async () => {
    const folder = await createTestFolder();
    const [manifest, dataDir, port] = [
      join(folder, "belfry.yaml"),
      join(folder, "data"),
      await findFreePort(),
    ];
    await writeFile(manifest, JSON.stringify({ version: 1, schedules }));
    database = onPostgres ? await createTestDatabase() : undefined;
    const flags = [
      "--log-level",
      "trace",
      "--log-limit",
      "64KiB",
      "--show-output",
      "--dispatcher",
      dispatcher,
    ];
    server = new BelfryServer({ manifest, dataDir, databaseUrl: database?.url ?? null, port, flags });
    await server.start();
    await server.untilLogged("manifest.applied");
    const apiToken = (await readFile(join(dataDir, "api-token"), "utf8")).trim();
    const headers = { authorization: `Bearer ${apiToken}`, "content-type": "application/json" };

    expect(await server.belfryWith(replaced, "secret", "set", "token")).toMatchObject({ code: 0 });
    expect(await server.belfryWith(`${token}\n`, "secret", "set", "token")).toMatchObject({ code: 0 });
    await writeFile(join(folder, "key.pem"), pem);
    expect(await server.belfry("secret", "set", "pem", "--from-file", join(folder, "key.pem"))).toMatchObject(
      {
        code: 0,
      },
    );
    const body = JSON.stringify({ value: byApi });
    await askServer({ port, dataDir }, "/api/v1/secrets/by_api", { method: "PUT", headers, body });
    ends = {};
    for (const name of ["tells", "floods", "missing", "lacks"]) {
      const run = await server.runByHand(name);
      ends[name] = run;
      const { stdout, stderr } = await server.logs(run.id);
      logs[name] = stdout + stderr;
    }
    await server.belfry("schedule", "trigger", "slow");
    await server.untilLogged("run.started", { schedule: "slow" });
    await eventually(() => server.logged("run.secrets_fetched").length >= 4);
    await eventually(() => server.children().length > (dispatcher === "subprocess" ? 1 : 0));
    seen["a process"] = processesButJobs();

    const [run] = await server.runs("tells");
    const answers: Record<string, string> = {};
    for (const path of readPaths({ name: "tells", id: run!.id })) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { headers });
      answers[path] = JSON.stringify([...answer.headers]) + (await answer.text());
    }
    seen["an answer of the API"] = answers;
    for (const command of [
      ["secret", "rotate-data-key"],
      ["secret", "rotate-master"],
      ["secret", "list"],
      ["secret", "check"],
    ]) {
      const { stdout, stderr } = await server.belfry(...command);
      answers[command.join(" ")] = stdout + stderr;
    }
    seen["a file of the data directory while the server runs"] = filesIn(dataDir);
    const [slow] = await server.runs("slow");
    await server.belfry("run", "cancel", slow!.id);
    await server.untilEnded(slow!.id);
    await server.end("SIGTERM");
    seen["the server's log"] = { log: server.log.map((event) => JSON.stringify(event)).join("\n") };
    seen["a file of the data directory"] = filesIn(dataDir);
    seen["the database"] = onPostgres ? await dumpPostgres(database!.url) : await dumpEmbedded(dataDir);
  }, 120_000);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database?.drop();
  });

  test.each([
    "a process",
    "an answer of the API",
    "the server's log",
    "a file of the data directory while the server runs",
    "a file of the data directory",
    "the database",
  ])("finds them nowhere in %s", (where) => {
    expect(Object.keys(seen[where]!).length).toBeGreaterThan(0);
    expect(placesOf(seen[where]!)).toEqual([]);
  });

  test("finds them where they were put, so that it would find them elsewhere", () => {
    expect(placesOf({ here: `x${token}y`, there: `x${Buffer.from(pem).toString("base64")}` })).not.toEqual(
      [],
    );
  });

  test("finds all else that the jobs have said, with the values masked", () => {
    expect(logs["tells"]).toContain("plain ***\n");
    expect(logs["tells"]).toContain("on stderr ***\n");
    expect(logs["tells"]).toContain('json {"value":"***"}\n');
    expect(logs["tells"]).toContain("said all\n");
    expect(logs["tells"]).toContain("It failed with *** and *** and ***.");
    expect(logs["floods"]).toContain("1: ***\n");
    expect(logs["floods"]).toContain("20000: ***\n");
    expect(ends["tells"]).toMatchObject({ errorKind: "exit_code" });
    expect(ends["missing"]).toMatchObject({ errorKind: "spawn" });
  });

  test("finds a run whose secret nobody has failed, with the secret's name", () => {
    expect(ends["lacks"]!.errorKind).toBe("secret");
    expect(ends["lacks"]!.errorMessage).toContain('"gone"');
  });
});

/** The paths of all operations that read. */
function readPaths(parameters: Record<string, string>): string[] {
  const deps = { pool: null, apiToken: "", changes: null, diagnose: async () => null };
  const api = createPublicApi(deps as unknown as PublicApiDeps);
  return api.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === "route" && definition.route.method === "get"
      ? [definition.route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? "x")]
      : [],
  );
}

async function dumpPostgres(url: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await dumpOf(client);
  } finally {
    await client.end();
  }
}

async function dumpEmbedded(dataDir: string): Promise<Record<string, string>> {
  await using database = await openDatabase({ dataDir });
  return await dumpOf(database.pool);
}

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createPublicApi } from "../../src/api/public/app.js";
import { openRunChanges } from "../../src/api/run-changes.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { apiToken } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDeps } from "../support/deps.js";
import { openTestSecrets } from "../support/secrets.js";
import { arbitraryOf, type Schema } from "../support/fuzz/arbitrary-of.js";
import { broken } from "../support/fuzz/broken.js";
import { deepJson, nastyTexts, nastyValues } from "../support/fuzz/nasty.js";

interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** What no answer may tell: a stack, a file of the server, a statement, an error of the database. */
const leaks =
  /\n\s+at |node_modules|node:internal|\.(ts|js):\d+|\bselect\b.+\bfrom\b|\binsert into\b|syntax error|SQLSTATE|violates|constraint|duplicate key|\brelation "/i;

const silentLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

describeOnBothDatabases("whatever a request holds", (open, kind) => {
  let ask: (method: string, path: string, init?: RequestInit) => Promise<{ status: number; text: string }>;
  let operations: { method: string; path: string; operation: Operation }[];
  let find: (ref: string) => Schema;

  beforeAll(async () => {
    const { pool } = await open();
    const deps = { ...createTestDeps(pool), log: silentLog };
    const changes = await openRunChanges(pool);
    const secrets = await openTestSecrets(pool);
    const diagnose = async () => ({ status: "ok" as const, findings: [] });
    const api = createPublicApi({ ...deps, changes, apiToken, secrets, diagnose });
    for (const name of ["job", "other"]) await createSchedule(pool, { name, run: "true", cron: "0 * * * *" });
    const document = api.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Belfry", version: "1" } });
    const methods = new Set(["get", "post", "put", "patch", "delete"]);
    operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Operation>)
        .filter(([method]) => methods.has(method))
        .map(([method, operation]) => ({ method, path, operation })),
    );
    find = (ref) => {
      let found: unknown = document;
      for (const step of ref.replace("#/", "").split("/")) found = (found as Record<string, unknown>)[step];
      return found as Schema;
    };
    ask = async (method, path, init = {}) => {
      const headers = { authorization: `Bearer ${apiToken}`, ...(init.headers as Record<string, string>) };
      const response = await api.request(path, { ...init, method: method.toUpperCase(), headers });
      return { status: response.status, text: await textOf(response) };
    };
    return () => changes.close();
  });

  const runs = kind === "postgres" ? 150 : 30;

  test("every operation answers it, and tells nothing of its inside", { timeout: 240_000 }, async () => {
    expect(operations.length).toBeGreaterThan(15);
    for (const { method, path, operation } of operations) {
      const requests = requestOf(path, operation, find);
      const property = fc.asyncProperty(requests, async ({ url, init }) => {
        const { status, text } = await ask(method, url, init);
        const told = `${method} ${url.slice(0, 300)} ${init.body?.slice(0, 500) ?? ""}: ${status} ${text.slice(0, 1000)}`;
        expect(status, told).toBeLessThan(500);
        if (status >= 400) expect(text, told).not.toMatch(leaks);
      });
      await fc.assert(property, { numRuns: runs, seed: seedOf(operation.operationId) });
    }
  });

  test("deep and broken JSON is refused in good order", async () => {
    const bodies = [
      deepJson(100_000),
      "[".repeat(200_000),
      '{"a":1',
      '{"from": 1e999}',
      '{"\\ud800": 1}',
      "\u0000",
      "nul",
      "",
    ];
    for (const { method, path, operation } of operations.filter((each) => each.operation.requestBody)) {
      for (const body of bodies) {
        const url = path.replaceAll(/\{\w+\}/g, "1");
        const answer = await ask(method, url, { body, headers: { "content-type": "application/json" } });
        expect(answer.status, `${operation.operationId} ${body.slice(0, 40)}`).toBeLessThan(500);
        expect(answer.text).not.toMatch(leaks);
      }
    }
  });
});

describe("the search for leaks", () => {
  test.each([
    "Error: no\n    at run (/srv/app.js:3:4)",
    'relation "runs" does not exist',
    "select * from runs where id = 1",
    "insert or update violates check",
  ])("would find %j", (text) => {
    expect(text).toMatch(leaks);
  });
});

/** The same requests at every run: a failure is told with its request, and comes again. */
function seedOf(name: string): number {
  return name.split("").reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 2 ** 31, 7);
}

async function textOf(response: Response): Promise<string> {
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) return response.text();
  await response.body?.cancel(); // It would go on for as long as its run.
  return "";
}

function requestOf(path: string, { parameters = [], requestBody }: Operation, find: (ref: string) => Schema) {
  const value = (schema: Schema) =>
    fc.oneof(
      { weight: 3, arbitrary: arbitraryOf(schema, find) },
      { weight: 2, arbitrary: fc.constantFrom<unknown>(...nastyTexts) },
      { weight: 1, arbitrary: nastyValues },
    );
  const of = (where: Parameter["in"]) =>
    fc.record(
      Object.fromEntries(
        parameters.filter((each) => each.in === where).map(({ name, schema }) => [name, value(schema)]),
      ),
      { requiredKeys: where === "path" ? undefined : [] } as { requiredKeys: [] },
    );
  const schema = requestBody?.content["application/json"]?.schema;
  const body = schema === undefined ? fc.constant(undefined) : bodyOf(schema, find);
  return fc
    .record({ inPath: of("path"), query: of("query"), headers: of("header"), body, extra: fc.boolean() })
    .map(({ inPath, query, headers, body, extra }) => ({
      url: urlOf(path, inPath as Record<string, unknown>, query as Record<string, unknown>, extra),
      init: initOf(headers as Record<string, unknown>, body),
    }));
}

function bodyOf(schema: Schema, find: (ref: string) => Schema): fc.Arbitrary<string> {
  const valid = arbitraryOf(schema, find);
  return fc
    .oneof(valid, broken(valid), broken(broken(valid)), nastyValues)
    .map((value) => JSON.stringify(value) ?? "");
}

function urlOf(
  path: string,
  inPath: Record<string, unknown>,
  query: Record<string, unknown>,
  extra: boolean,
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(inPath[name]));
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encoded(waited(name, value))}`);
  if (extra) pairs.push("unknown=1");
  return `${filled}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

/** Nobody waits half a minute for a fuzzer. */
function waited(name: string, value: unknown): unknown {
  return name === "waitMs" && Number(value) > 5 ? 5 : value;
}

function encoded(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  // What cannot be encoded, or is encoded already, goes as it is.
  if (/^[\w.%/]*%[\w.%/]*$/.test(text)) return text;
  return encodeURIComponent(Buffer.from(text).toString());
}

function initOf(headers: Record<string, unknown>, body: string | undefined) {
  const clean = Object.entries(headers).map(([name, value]) => [
    name,
    // A header that no client could send would fail before the server.
    String(value)
      .replaceAll(/[^\t\u0020-\u00ff]/g, "?")
      .trim(),
  ]);
  return {
    headers: {
      ...Object.fromEntries(clean),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body }),
  };
}

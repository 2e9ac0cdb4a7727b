import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { beforeAll, expect, test } from "vitest";
import { createPublicApi } from "../../src/api/public/app.js";
import type { Actor } from "../../src/core/actor.js";
import { recordAudit } from "../../src/store/audit-log.js";
import { inTransaction } from "../../src/store/transaction.js";
import { apiToken, openTestApi } from "../support/api.js";
import { belfry, type Told } from "../support/cli.js";
import { createTestDatabase } from "../support/postgres.js";
import { openDatabase } from "../../src/store/open-database.js";

let url: string;

const ada: Actor = { kind: "user", id: "u-1", name: "ada" };

beforeAll(async () => {
  const { url: databaseUrl, drop } = await createTestDatabase();
  const database = await openDatabase({ url: databaseUrl });
  const { pool } = database;
  const api = await openTestApi(pool);
  const app = new Hono().route("/api/v1", createPublicApi({ ...api.deps, changes: api.changes, apiToken }));
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }) as Server;
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const by = { actor: ada, address: "10.0.0.7", requestId: "r-1" };
  await inTransaction(pool, async (session) => {
    const paused = { action: "schedule.paused", targetKind: "schedule", target: "back\u001bup" } as const;
    const change = { before: { pausedAt: null }, after: { pausedAt: "2026-11-23T09:00:00.000Z" } };
    await recordAudit(session, by, [{ ...paused, ...change }], new Date("2026-11-23T09:00:00Z"));
    const many = Array.from({ length: 1200 }, (_, n) => `run ${n}`);
    const acts = many.map((target) => ({ action: "run.cancelled", targetKind: "run", target }) as const);
    await recordAudit(
      session,
      { ...by, actor: { ...ada, name: "ci" } },
      acts,
      new Date("2026-11-23T10:00:00Z"),
    );
  });
  return async () => {
    server.close();
    server.closeAllConnections();
    await api.changes.close();
    await database.close();
    await drop();
  };
});

const at = (...argv: string[]): Promise<Told> =>
  belfry(argv, {
    env: { BELFRY_URL: url, BELFRY_TOKEN: apiToken, TZ: "UTC" },
    now: "2026-11-23T12:00:00.000Z",
  });

test("belfry audit list shows who did what, when, to what and from where", async () => {
  const { code, stdout } = await at("audit", "list", "--actor", "ada");
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["ID", "WHEN", "WHO", "WHAT", "TARGET", "CHANGED", "FROM"],
    ["1", "Mon 23 Nov 09:00 UTC", "ada (user)", "schedule.paused", "back\\u001bup", "pausedAt", "10.0.0.7"],
    [""],
  ]);
});

test.each([
  [["--action", "schedule.*"], 1],
  [["--target", "run 7"], 1],
  [["--target-kind", "run", "--limit", "1100"], 1100],
  [["--actor-kind", "user", "--since", "2026-11-23 10:00", "--limit", "2000"], 1200],
  [["--until", "2026-11-23 09:30"], 1],
  [["--since", "2026-11-24"], 0],
])("belfry audit list %j finds %i", async (options, count) => {
  const { code, stdout } = await at("audit", "list", "--json", ...options);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(count);
});

test("belfry audit export writes all of it as lines of JSON, and goes on where one ended", async () => {
  const { code, stdout } = await at("audit", "export");
  expect(code).toBe(0);
  const ids = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids).toEqual(Array.from({ length: 1201 }, (_, n) => String(n + 1)));
  const rest = await at("audit", "export", "--after", "1200", "--actor", "ci");
  expect(JSON.parse(rest.stdout)).toMatchObject({ id: "1201", target: "run 1199" });
});

test("a wrong option is told, and nothing is asked", async () => {
  expect(await at("audit", "export", "--after", "x")).toMatchObject({ code: 2, stdout: "" });
  expect(await at("audit", "list", "--since", "yesterday")).toMatchObject({ code: 2, stdout: "" });
  expect(await at("audit", "list", "--action", "Robert'); drop")).toMatchObject({ code: 2, stdout: "" });
});

test("an export that is cut off says so, and gives no half line", async () => {
  const half = serve({
    fetch: () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"id":"1"}\n{"id":'));
            setTimeout(() => controller.error(new Error("gone")), 50);
          },
        }),
      ),
    hostname: "127.0.0.1",
    port: 0,
  }) as Server;
  if (!half.listening) await once(half, "listening");
  const address = `http://127.0.0.1:${(half.address() as AddressInfo).port}`;
  const told = await belfry(["audit", "export"], { env: { BELFRY_URL: address, BELFRY_TOKEN: "x" } });
  half.close();
  half.closeAllConnections();
  expect(told).toMatchObject({ code: 3, stdout: '{"id":"1"}\n', stderr: expect.stringContaining("--after") });
});

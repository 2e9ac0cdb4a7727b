import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { runServer } from "../../src/server/server.js";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createTestFolder } from "../support/data-dir.js";
import { createToldLog } from "../support/deps.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const log = createToldLog();
const stop = new AbortController();

let database: TestDatabase;
let rows: Database;
let ended: Promise<void>;
let url: string;
let token: string;

beforeAll(async () => {
  const dataDir = await createTestFolder();
  database = await createTestDatabase();
  rows = await openDatabase({ url: database.url });
  await createSchedule(rows.pool, { name: "job", run: "true" });
  const config = { ...readConfig({}, {}), dataDir, port: 0, databaseUrl: database.url };
  url = await new Promise((resolve, reject) => {
    ended = runServer(config, { log, signal: stop.signal, onReady: resolve });
    ended.catch(reject);
  });
  token = (await readFile(join(dataDir, "api-token"), "utf8")).trim();
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
});

afterAll(async () => {
  stop.abort();
  await ended;
  await rows.close();
  await database.drop();
});

/** A connection over which a test writes what no HTTP client would. */
async function open(): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
}

/** Sends it as it is, and answers all that comes until the server hangs up. */
async function send(raw: string): Promise<string> {
  const socket = await open();
  socket.on("error", () => {}); // a server may hang up before it has read everything
  socket.write(raw);
  return text(socket);
}

const request = (line: string, headers = "") =>
  send(
    `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n${headers}\r\n`,
  );

const authorized = (init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
});

/** Nothing that a client sends is a fault of the server's. */
async function expectUnharmed(): Promise<void> {
  expect(log.told.filter(({ level }) => level === "error")).toEqual([]);
  expect((await fetch(`${url}/api/v1/schedules`, authorized())).status).toBe(200);
}

test.each([
  ["GET", "/favicon.ico"],
  ["GET", "/healthz/"],
  ["POST", "/healthz"],
  ["GET", "/api/v1"],
  ["GET", "/api/v1/"],
  ["GET", "/api/v1/nothing"],
  ["GET", "/api/v2/runs"],
  ["GET", "/internal/v1/runs/1/start"],
  ["POST", "/internal/v1/runs/1/nothing"],
  ["GET", "/api/v1/runs/../../../../etc/passwd"],
  ["GET", "/..%2f..%2fetc%2fpasswd"],
  ["GET", "//example.org/api/v1/runs"],
])("%s %s is a path that does not exist: 404", async (method, path) => {
  const answer = await request(`${method} ${path}`);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).toMatch(/content-type: application\/problem\+json/i);
  expect(answer).toContain('"code":"route_not_found"');
  await expectUnharmed();
});

test.each([
  ["DELETE", "/api/v1/runs/1", "GET, HEAD"],
  ["POST", "/api/v1/runs", "GET, HEAD"],
  ["PUT", "/api/v1/schedules/job", "GET, HEAD, PATCH, DELETE"],
  ["GET", "/api/v1/schedules/job/trigger", "POST"],
  ["OPTIONS", "/api/v1/schedules", "GET, HEAD, POST"],
])("%s %s is told which methods the path takes: 405", async (method, path, allowed) => {
  const answer = await request(`${method} ${path}`);
  expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  expect(answer).toContain('"code":"method_not_allowed"');
  const allow = /^allow: (.*)\r$/im.exec(answer)![1]!.split(", ").toSorted();
  expect(allow).toEqual(allowed.split(", ").toSorted());
  await expectUnharmed();
});

test.each([
  ["/api/v1/schedules/%zz", 404, "schedule_not_found"],
  ["/api/v1/schedules/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404, "schedule_not_found"],
  ["/api/v1/schedules/%00", 400, "invalid_request"],
  ["/api/v1/runs/%zz", 400, "invalid_request"],
  ["/api/v1/runs/1%00", 400, "invalid_request"],
  ["/api/v1/runs?schedule=%00", 400, "invalid_request"],
  ["/api/v1/runs?schedule=%zz", 404, "schedule_not_found"],
  ["/api/v1/schedules?cursor=%00", 400, "invalid_request"],
  ["/api/v1/runs?limit=1&limit=2", 400, "invalid_request"],
])("%s is answered as what it is: %i %s", async (path, status, code) => {
  const answer = await request(`GET ${path}`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toContain(code);
  await expectUnharmed();
});

test("the front page leads to where one signs in", async () => {
  const answer = await request("GET /");
  expect(answer).toMatch(/^HTTP\/1\.1 302 /);
  expect(answer).toMatch(/location: \/login\r\n/i);
  await expectUnharmed();
});

test("HEAD is answered as GET is, without a body", async () => {
  for (const [path, status] of [
    ["/healthz", 200],
    ["/readyz", 200],
    ["/api/v1/schedules", 200],
    ["/no", 404],
  ]) {
    const [head, body] = (await request(`HEAD ${path}`)).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(body).toBe("");
  }
});

test.each([
  ["headers of 100 kB", () => request("GET /healthz", `X-Much: ${"x".repeat(100_000)}\r\n`), 431],
  ["a path of 100 kB", () => request(`GET /${"x".repeat(100_000)}`), 431],
  ["what is not HTTP", () => send("Good day!\r\n\r\n"), 400],
  ["a request for a proxy", () => send("CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n"), null],
  ["a host that is none", () => send("GET /healthz HTTP/1.1\r\nHost: %%%\r\nConnection: close\r\n\r\n"), 400],
  ["no host", () => send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"), 400],
  ["two lengths", () => request("POST /healthz", "Content-Length: 1\r\nContent-Length: 2\r\n"), 400],
  [
    "a length and chunks",
    () => request("POST /x", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
    400,
  ],
])("%s: refused, and the server goes on", async (_, provoke, status) => {
  const answer = await provoke();
  if (status === null) expect(answer).not.toMatch(/^HTTP\/1\.1 [25]/);
  else expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  await expectUnharmed();
});

test.each([
  ["nothing but brackets", "[".repeat(500_000), 400, "invalid_request"],
  ["a name that is special to JavaScript", '{"__proto__":{"reason":"x"}}', 400, "invalid_request"],
  ["a NUL", '{"reason":"\\u0000"}', 400, "invalid_request"],
  ["half a surrogate pair", '{"reason":"\\ud800"}', 200, "pauseReason"],
  ["more than 1 MiB", `{"reason":"${"x".repeat(1024 * 1024)}"}`, 413, "body_too_large"],
])("a body of %s is answered as what it is", async (_, body, status, code) => {
  const answer = await fetch(`${url}/api/v1/schedules/job/pause`, authorized({ method: "POST", body }));
  expect(`${answer.status} ${await answer.text()}`).toMatch(new RegExp(`^${status} .*${code}`));
  await expectUnharmed();
});

const pauseHead = (length: number) =>
  `POST /api/v1/schedules/job/pause HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n` +
  `Authorization: Bearer ${token}\r\nContent-Length: ${length}\r\n\r\n`;

test("a body that comes letter by letter keeps nobody else waiting, and is taken in the end", async () => {
  await fetch(`${url}/api/v1/schedules/job/resume`, authorized({ method: "POST" }));
  const body = JSON.stringify({ reason: "slowly" });
  const slow = await open();
  slow.write(pauseHead(body.length));
  for (const letter of body) {
    slow.write(letter);
    expect((await fetch(`${url}/api/v1/schedules/job`, authorized())).status).toBe(200);
  }
  expect(await text(slow)).toContain('"pauseReason":"slowly"');
});

test("a client that goes away in the middle of its body has done nothing", async () => {
  await fetch(`${url}/api/v1/schedules/job/resume`, authorized({ method: "POST" }));
  for (const leave of ["end", "destroy", "resetAndDestroy"] as const) {
    const client = await open();
    client.on("error", () => {});
    client.write(`${pauseHead(100)}{"reason":`);
    client[leave]();
    client.resume();
    await once(client, "close");
  }
  await expectUnharmed();
  const schedule = await (await fetch(`${url}/api/v1/schedules/job`, authorized())).json();
  expect(schedule).toMatchObject({ pausedAt: null });
});

test("a client that goes away while it waits for output harms nobody", async () => {
  const asked = await fetch(`${url}/api/v1/schedules/job/trigger`, authorized({ method: "POST" }));
  const { id } = (await asked.json()) as { id: string };
  for (const leave of ["destroy", "resetAndDestroy"] as const) {
    const client = await open();
    client.on("error", () => {});
    client.write(
      `GET /api/v1/runs/${id}/logs?waitMs=30000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    client[leave]();
    await once(client, "close");
  }
  await expectUnharmed();
});

test("/readyz tells how long ago the last tick was", async () => {
  const answer = await fetch(`${url}/readyz`);
  const body = (await answer.json()) as { lastTickAt: string; lastTickAgeMs: number; startedAt: string };
  expect(answer.status).toBe(200);
  expect(body).toEqual({
    status: "ready",
    roles: ["api", "scheduler"],
    lastTickAt: expect.any(String),
    lastTickAgeMs: expect.any(Number),
    startedAt: expect.any(String),
  });
  expect(body.lastTickAgeMs).toBeGreaterThanOrEqual(0);
  expect(Date.parse(body.lastTickAt)).toBeGreaterThanOrEqual(Date.parse(body.startedAt));
});

test("/healthz and /readyz need no token, and everything else does", async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  for (const path of ["/api/v1/schedules", "/api/v1/runs", "/api/v1/audit"])
    expect((await fetch(url + path)).status).toBe(401);
});

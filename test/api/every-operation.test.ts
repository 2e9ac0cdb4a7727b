import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient, type OperationId, type Operations } from "../../src/client.js";
import { publicDocument } from "../../scripts/public-document.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { tryInsertPasskey } from "../../src/store/passkeys.js";
import {
  addAndEnter,
  enterAs,
  localToken,
  openTestAccess,
  TestBrowser,
  type TestAccess,
} from "../support/access.js";
import { describedOperations } from "../support/answer-shapes.js";
import { createTestDataDir } from "../support/data-dir.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { endRun } from "../support/deps.js";
import { openTestSecrets } from "../support/secrets.js";
import { serveApp } from "../support/served-app.js";

/** What the rows know of the server, and of the answers before theirs. */
interface World {
  pool: Pool;
  access: TestAccess;
  told: { [Id in OperationId]: Operations[Id]["answer"] };
}

type Rows = {
  [Id in OperationId]: (world: World) => Operations[Id]["params"] | Promise<Operations[Id]["params"]>;
};

const hourMs = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hourMs).toISOString();

// What each operation of the API is asked with, in this order. A new operation needs a row here: the compiler and the first
// test say so.
const rows: Rows = {
  getOpenApi: () => ({}),
  getDocs: () => ({}),
  getDocsStyle: () => ({}),
  diagnose: () => ({}),
  setSecret: () => ({ name: "api_key", body: { value: "open sesame" } }),
  createSchedule: () => ({ idempotencyKey: "once", body: { name: "job", run: ["true"], cron: "0 * * * *" } }),
  listSchedules: () => ({ search: "jo", limit: 5 }),
  getSchedule: () => ({ name: "job" }),
  editSchedule: () => ({
    name: "job",
    body: { description: "Each hour.", env: { KEY: { secret: "api_key" } } },
  }),
  pauseSchedule: () => ({ name: "job", body: { reason: "A rest." } }),
  resumeSchedule: () => ({ name: "job" }),
  listNextFires: () => ({ name: "job", count: 3 }),
  previewFires: () => ({ body: { cron: "0 3 * * *", timezone: "Europe/Berlin" } }),
  explainFires: () => ({ name: "job", from: ago(3), to: ago(0) }),
  triggerSchedule: () => ({ name: "job", body: { parameters: { day: "monday" } } }),
  listRuns: () => ({ schedule: "job" }),
  cancelRun: ({ told }) => ({ id: told.triggerSchedule.id }),
  rerunRun: async ({ pool, told }) => {
    await endRun(pool, told.triggerSchedule.id);
    return { id: told.triggerSchedule.id };
  },
  getRun: ({ told }) => ({ id: told.rerunRun.id }),
  getRunLogs: async ({ pool, access, told }) => {
    await tick(access.deps);
    await pool.query(
      "insert into run_logs (run_id, attempt, seq, at, stream, text) values ($1, 1, 1, now(), 'stdout', 'hello')",
      [told.rerunRun.id],
    );
    return { id: told.rerunRun.id };
  },
  streamRunLogs: async ({ pool, told }) => {
    await endRun(pool, told.rerunRun.id);
    return { id: told.rerunRun.id };
  },
  listDurations: () => ({}),
  createBackfill: () => ({ name: "job", body: { from: ago(5), to: ago(1) } }),
  listBackfills: () => ({ schedule: "job" }),
  getBackfill: ({ told }) => ({ id: told.createBackfill.backfill!.id }),
  cancelBackfill: ({ told }) => ({ id: told.createBackfill.backfill!.id }),
  planManifest: ({ told }) => ({ body: { schedules: [definitionOf(told.getSchedule)], source: "here" } }),
  applyManifest: ({ told }) => ({ body: { schedules: [definitionOf(told.getSchedule)], source: "here" } }),
  deleteSchedule: () => ({ name: "job" }),
  listSecrets: () => ({}),
  checkSecrets: () => ({}),
  rotateDataKey: () => ({}),
  rotateMasterKey: () => ({}),
  removeSecret: () => ({ name: "api_key", force: "true" }),
  createKey: () => ({ body: { name: "for a program", scopes: ["runs.read"] } }),
  listKeys: () => ({}),
  revokeKey: ({ told }) => ({ id: told.createKey.key.id }),
  createUser: () => ({ body: { name: "ben", role: "viewer" } }),
  listUsers: () => ({}),
  getUser: () => ({ name: "ben" }),
  updateUser: () => ({ name: "ben", body: { displayName: "Ben" } }),
  createSignInLink: () => ({ body: { user: "ben" } }),
  removeUser: () => ({ name: "ben" }),
  getSession: () => ({}),
  changePassword: () => ({ body: { next: "seven tall bells at noon" } }),
  listPasskeys: async ({ pool }) => {
    const { rows: users } = await pool.query("select id from users where name = 'ann'");
    const key = { id: "a-passkey", userId: users[0].id, name: "Laptop", publicKey: "AA", counter: 0 };
    await tryInsertPasskey(pool, { ...key, transports: [] }, null);
    return {};
  },
  removePasskey: () => ({ id: "a-passkey" }),
  listSessions: () => ({}),
  endOneSession: ({ told }) => ({ id: told.listSessions.items.at(-1)!.id }),
  endSession: () => ({}),
  endAllSessions: () => ({}),
  listAudit: () => ({ limit: 500 }),
  exportAudit: () => ({}),
};

/** A schedule as a manifest would have it: another name, and only what its owner says. */
function definitionOf(schedule: Operations["getSchedule"]["answer"]) {
  const { description, cron, timezone, everySec, anchorAt, at, startsAt, endsAt, maxRuns } = schedule;
  const { spreadSec, dst, blackouts, blackoutPolicy, catchUp, catchUpWindowSec, timeoutSec } = schedule;
  const { run, cwd, installationId, enabled } = schedule;
  const when = { cron, timezone, everySec, anchorAt, at, startsAt, endsAt, maxRuns, spreadSec, dst };
  const late = { blackouts, blackoutPolicy, catchUp, catchUpWindowSec };
  const what = { timeoutSec, run, cwd, installationId, enabled, overlap: "skip" as const, env: {} };
  return { name: "of-a-manifest", description, ...when, ...late, ...what };
}

const described = describedOperations(publicDocument());

test("each operation of the document has a row in `rows` of this file", () => {
  expect(Object.keys(rows).toSorted()).toEqual(described.map(({ id }) => id).toSorted());
});

test.each<[string, object, RegExp]>([
  ["a status that is not described", { status: 202 }, /no answer 202/],
  ["another kind of body", { type: "text/html" }, /text\/html/],
  ["a field of another type", { body: { state: 7, items: [] } }, /state/],
  ["a field that is missing", { body: { items: [] } }, /state/],
  ["a field that is not described", { body: { state: "on", items: [{ id: "1", more: 1 }] } }, /items.0.more/],
])("%s is found to be wrong", (_, wrong, told) => {
  const [operation] = describedOperations(smallDocument);
  const right = { status: 200, type: "application/json", body: { state: "on", items: [{ id: "1" }] } };
  expect(operation!.faultsOf(right)).toEqual([]);
  expect(operation!.faultsOf({ ...right, ...wrong }).join()).toMatch(told);
});

describeOnBothDatabases("the typed client over HTTP", (open) => {
  const world = { told: {} } as World;
  let client: Client;
  let signIn: () => Promise<Client>;
  const undo: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const { pool } = await open();
    const dataDir = await createTestDataDir();
    const secrets = await openTestSecrets(pool, { dataDir });
    const access = await openTestAccess(pool, {}, { secrets });
    const server = await serveApp(access.app);
    undo.push(
      () => rm(dataDir, { recursive: true, force: true }),
      async () => server[Symbol.asyncDispose](),
    );
    Object.assign(world, { pool, access });
    client = createClient({ url: server.url, token: localToken });
    await addAndEnter(access, new TestBrowser(access.app), "ann", "admin");
    signIn = async () => {
      const browser = new TestBrowser(access.app);
      await enterAs(access, browser, "ann");
      return createClient({ url: server.url, fetch: fetchAs(browser, server.url) });
    };
  });

  afterAll(async () => {
    for (const step of undo.toReversed()) await step();
  });

  test.each(Object.keys(rows) as OperationId[])("%s answers what the document says", async (id) => {
    const operation = described.find((each) => each.id === id)!;
    const asker = operation.access === "user" ? await signIn() : client;
    const params = await (rows[id] as AnyRow)(world);
    const { status, headers, body } = await (asker.ask as AnyAsk)(id, params);
    expect(operation.faultsOf({ status, type: headers.get("content-type"), body })).toEqual([]);
    Object.assign(world.told, { [id]: body });
  });
});

const smallDocument = {
  paths: {
    "/things": {
      get: {
        operationId: "listThings",
        responses: {
          200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Things" } } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Thing: { type: "object", properties: { id: { type: "string" } } },
      Things: {
        type: "object",
        required: ["state"],
        properties: {
          state: { enum: ["on", "off"] },
          items: { type: "array", items: { $ref: "#/components/schemas/Thing" } },
        },
      },
    },
  },
};

type AnyRow = (world: World) => Promise<object>;
type AnyAsk = (
  id: OperationId,
  params: object,
) => Promise<{ status: number; headers: Headers; body: unknown }>;

/** Asks as a browser does that is signed in: with its cookie, and from a page of the server. */
function fetchAs({ session }: TestBrowser, origin: string): typeof fetch {
  return (url, init) => {
    const headers = {
      ...(init?.headers as Record<string, string>),
      cookie: `belfry_session=${session}`,
      origin,
    };
    return fetch(url, { ...init, headers });
  };
}

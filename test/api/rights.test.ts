import { beforeAll, describe, expect, test } from "vitest";
import { createPublicApi } from "../../src/api/public/app.js";
import { rights, roles } from "../../src/core/rights.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import {
  addAndEnter,
  enterAs,
  localToken,
  openTestAccess,
  TestBrowser,
  type TestAccess,
} from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createDueSchedule } from "../support/deps.js";

// Who may call each operation. A new operation needs a row: "anyone"; "known": whoever says who they are; "user": who has
// signed in; or a right.
const who: Record<string, string> = {
  getOpenApi: "anyone",
  getDocs: "anyone",
  getDocsStyle: "anyone",
  listSchedules: "schedules.read",
  createSchedule: "schedules.write",
  getSchedule: "schedules.read",
  editSchedule: "schedules.write",
  deleteSchedule: "schedules.write",
  pauseSchedule: "schedules.operate",
  resumeSchedule: "schedules.operate",
  triggerSchedule: "schedules.operate",
  listNextFires: "schedules.read",
  previewFires: "schedules.read",
  explainFires: "schedules.read",
  planManifest: "schedules.read",
  applyManifest: "schedules.write",
  createBackfill: "schedules.operate",
  listBackfills: "schedules.read",
  getBackfill: "schedules.read",
  cancelBackfill: "schedules.operate",
  listDurations: "runs.read",
  listRuns: "runs.read",
  getRun: "runs.read",
  getRunLogs: "runs.read",
  streamRunLogs: "runs.read",
  cancelRun: "runs.operate",
  rerunRun: "runs.operate",
  listSecrets: "secrets.read",
  checkSecrets: "secrets.read",
  setSecret: "secrets.write",
  removeSecret: "secrets.write",
  rotateDataKey: "secrets.write",
  rotateMasterKey: "secrets.write",
  listKeys: "keys.read",
  createKey: "keys.write",
  revokeKey: "keys.write",
  listUsers: "users.read",
  getUser: "users.read",
  createUser: "users.write",
  updateUser: "users.write",
  removeUser: "users.write",
  createSignInLink: "users.write",
  getSession: "known",
  endSession: "user",
  listSessions: "user",
  endOneSession: "user",
  endAllSessions: "user",
  changePassword: "user",
  listPasskeys: "user",
  removePasskey: "user",
  listAudit: "audit.read",
  exportAudit: "audit.read",
  diagnose: "system.read",
};

// What each role may do.
const ofRole: Record<(typeof roles)[number], string[]> = {
  viewer: ["schedules.read", "runs.read", "system.read"],
  operator: ["schedules.read", "runs.read", "system.read", "schedules.operate", "runs.operate"],
  admin: [...rights],
};

interface Operation {
  id: string;
  method: string;
  path: string;
}

describeOnBothDatabases("who may do what", (open) => {
  let pool: Pool;
  let access: TestAccess;
  let operations: Operation[];
  let runTokens: string[];

  beforeAll(async () => {
    ({ pool } = await open());
    access = await openTestAccess(pool);
    operations = operationsOf(access);
    await createSchedule(pool, { name: "a", run: "true" });
    for (const name of ["one", "other"]) await createDueSchedule(pool, { name });
    await tick(access.deps);
    runTokens = access.deps.dispatcher.requests.map(({ env }) => env["BELFRY_RUN_TOKEN"]!);
    expect(runTokens).toHaveLength(2);
  });

  /** Asks for something that is not there, without a body: whoever is let in is told so. */
  async function isLetIn({ method, path }: Operation, headers: Record<string, string>): Promise<boolean> {
    const filled = path.replaceAll(/\{\w+\}/g, "987654321");
    const answer = await access.app.request(`http://localhost:7717/api/v1${filled}`, { method, headers });
    const isProblem = answer.headers.get("content-type") === "application/problem+json";
    const problem = (isProblem ? await answer.json() : {}) as { code?: string; detail?: string };
    if (!isProblem) await answer.body?.cancel();
    expect(answer.status, JSON.stringify(problem)).not.toBe(500);
    if (problem.code === "unauthorized") return false;
    // Who may call an operation may still ask too much of it, such as to let in somebody who may do more.
    return problem.code !== "forbidden" || !/^(This needs the right|Only a user)/.test(problem.detail ?? "");
  }

  async function lettingIn(headers: () => Promise<Record<string, string>>): Promise<string[]> {
    const open: string[] = [];
    for (const operation of operations)
      if (await isLetIn(operation, await headers())) open.push(operation.id);
    return open.toSorted();
  }

  const openTo = (...kinds: string[]) =>
    Object.entries(who)
      .filter(([, kind]) => kinds.includes(kind))
      .map(([id]) => id)
      .toSorted();
  const bearer = (token: string) => async () => ({ authorization: `Bearer ${token}` });

  test("each operation of the document has a row here, and says the same there", () => {
    const declared = documentOf(access).operations.map(({ id, says }) => [id, says]);
    expect(Object.fromEntries(declared)).toEqual(who);
  });

  test("who does not say who they are may do what anyone may", async () => {
    expect(await lettingIn(async () => ({}))).toEqual(openTo("anyone"));
  });

  test.each(roles)("a user who is %s may do what that role may", { timeout: 120_000 }, async (role) => {
    await access.ask("POST", "/users", { name: `the-${role}`, role });
    let browser: TestBrowser | null = null;
    const signedIn = async (): Promise<Record<string, string>> => {
      const headers = { cookie: `belfry_session=${browser?.session}`, origin: "http://localhost:7717" };
      const { status } = await access.app.request("http://localhost:7717/api/v1/session", { headers });
      if (status === 200) return headers;
      // For the first time, or again: to sign out is among what is tried.
      browser = new TestBrowser(access.app);
      await enterAs(access, browser, `the-${role}`);
      return signedIn();
    };
    expect(await lettingIn(signedIn)).toEqual(openTo("anyone", "known", "user", ...ofRole[role]));
  });

  test.each(rights)("a key for %s may do that and nothing else", async (right) => {
    const { body } = await access.ask("POST", "/keys", { name: `for-${right}`, scopes: [right] });
    expect(await lettingIn(bearer(body.text))).toEqual(openTo("anyone", "known", right));
  });

  test("the token of the data directory may do all but what only a user can", async () => {
    expect(await lettingIn(bearer(localToken))).toEqual(openTo("anyone", "known", ...rights));
  });

  test("a run's token is none here", async () => {
    for (const token of runTokens) expect(await lettingIn(bearer(token))).toEqual([]);
  });

  test("runners' calls take the token of that run, and nothing else", async () => {
    const calls = ["start", "logs", "heartbeat", "secrets", "finish"];
    expect(callsOfRunners(access)).toEqual(calls.toSorted());
    const browser = new TestBrowser(access.app);
    await addAndEnter(access, browser, "somebody", "admin");
    const { body } = await access.ask("POST", "/keys", { name: "all", scopes: rights });
    const [own, foreign] = runTokens as [string, string];
    const { runId } = access.deps.dispatcher.requests[0]!;
    const callers: [string, Record<string, string>, number][] = [
      ["nobody", {}, 401],
      ["a session", { cookie: `belfry_session=${browser.session}`, origin: "http://localhost:7717" }, 401],
      ["a key", await bearer(body.text)(), 401],
      ["the data directory's token", await bearer(localToken)(), 401],
      ["another run", await bearer(foreign)(), 403],
      ["the run", await bearer(own)(), 400],
    ];
    for (const call of calls) {
      for (const [name, headers, status] of callers) {
        // The body is of no call: who is let in is told that.
        const init = {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: "[]",
        };
        const answer = await access.app.request(`/internal/v1/runs/${runId}/${call}`, init);
        expect([call, name, answer.status]).toEqual([call, name, status]);
      }
    }
  });
});

describe("the rows", () => {
  test("name rights that there are", () => {
    const known = new Set<string>(["anyone", "known", "user", ...rights]);
    expect(Object.values(who).filter((kind) => !known.has(kind))).toEqual([]);
  });
});

function documentOf({ deps }: TestAccess): { operations: (Operation & { says: string })[] } {
  const noChanges = { next: async () => {}, isClosed: () => false, close: async () => {} };
  const diagnose = async () => ({ status: "ok" as const, findings: [] });
  const api = createPublicApi({ ...deps, changes: noChanges, apiToken: localToken, diagnose });
  const { paths } = api.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Belfry", version: "1" } });
  const operations = Object.entries(paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { operationId: string; "x-belfry-access": string }>).map(
      ([method, { operationId, "x-belfry-access": says }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path,
        says,
      }),
    ),
  );
  return { operations };
}

function operationsOf(access: TestAccess): Operation[] {
  return documentOf(access).operations;
}

function callsOfRunners({ app }: TestAccess): string[] {
  const found = app.routes
    .filter(({ path, method }) => path.startsWith("/internal/v1/") && method === "POST")
    .map(({ path }) => path.split("/").at(-1)!);
  return [...new Set(found)].toSorted();
}

import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { exportAuditLog } from "../../src/api/public/audit-export.js";
import { createPublicApi } from "../../src/api/public/app.js";
import { type Actor, itself } from "../../src/core/actor.js";
import type { AuditedAct } from "../../src/core/audited-act.js";
import { recordAudit } from "../../src/store/audit-log.js";
import { auditHorizon } from "../../src/store/audit-horizon.js";
import type { Pool, Queryable } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { inTransaction } from "../../src/store/transaction.js";
import { apiToken, openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { createTestDatabase } from "../support/postgres.js";

const ada: Actor = { kind: "user", id: "u-1", name: "ada" };
const ci: Actor = { kind: "key", id: "k-1", name: "ci" };

const act = (action: string, target: string): AuditedAct => ({
  action,
  targetKind: action.split(".")[0] as AuditedAct["targetKind"],
  target,
});

/** One act an hour, from midnight on: by whom, and what. */
const acts: [Actor | null, AuditedAct][] = [
  [null, act("schedule.created", "back-up")],
  [ada, { ...act("schedule.paused", "back-up"), before: { paused: false }, after: { paused: true } }],
  [ci, act("schedule.triggered", "back-up")],
  [ci, act("secret.fetched", "api_key")],
  [ada, act("secret.set", "api_key")],
  [ada, act("schedule.paused", "report")],
  [ada, act("user.added", "100%_sure")],
];

const hour = (n: number) => new Date(Date.UTC(2026, 10, 23, n));

describeOnBothDatabases("the audit log through the API", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
    for (const [n, [actor, wanted]] of acts.entries()) {
      const by = { actor: actor ?? itself("manifest").actor, address: "10.0.0.7", requestId: `r-${n}` };
      await inTransaction(pool, (session) => recordAudit(session, by, [wanted], hour(n)));
    }
    return () => api.changes.close();
  });

  const list = async (query: string) => (await api.ask("GET", `/audit${query}`)).body;
  /** Which of the acts are listed, by their place above. */
  const listed = async (query: string) =>
    (await list(query)).items.map(({ requestId }: { requestId: string }) => Number(requestId.slice(2)));

  test("tells who did what to what, what it was and became, from where and when", async () => {
    expect((await list("?actor=ada&target=back-up")).items).toEqual([
      {
        id: "2",
        at: "2026-11-23T01:00:00.000Z",
        actor: { kind: "user", id: "u-1", name: "ada" },
        action: "schedule.paused",
        targetKind: "schedule",
        target: "back-up",
        before: { paused: false },
        after: { paused: true },
        address: "10.0.0.7",
        requestId: "r-1",
      },
    ]);
  });

  test.each([
    ["", [6, 5, 4, 3, 2, 1, 0]],
    ["?actor=ada", [6, 5, 4, 1]],
    ["?actorKind=key", [3, 2]],
    ["?actorKind=user&actorId=u-1&limit=2", [6, 5]],
    ["?action=schedule.paused", [5, 1]],
    ["?action=schedule.*", [5, 2, 1, 0]],
    ["?action=schedule.p*", [5, 1]],
    ["?action=schedule", []],
    ["?target=back-up", [2, 1, 0]],
    ["?targetKind=secret", [4, 3]],
    ["?target=100%25_sure", [6]],
    ["?target=%25", []],
    ["?from=2026-11-23T02:00:00Z&to=2026-11-23T04:00:00Z", [3, 2]],
    ["?from=2026-11-23T06:00:00%2B01:00", [6, 5]],
    ["?action=schedule.*&actor=ada&from=2026-11-23T05:00:00Z", [5]],
  ])("GET /audit%s finds the right ones, the newest first", async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  test("pages with a cursor, also among filtered ones, and ends", async () => {
    const first = await list("?limit=2&action=schedule.*");
    expect(first).toMatchObject({ items: [{ requestId: "r-5" }, { requestId: "r-2" }], nextCursor: "3" });
    const second = await list("?limit=2&action=schedule.*&cursor=3");
    expect(second).toMatchObject({ items: [{ requestId: "r-1" }, { requestId: "r-0" }], nextCursor: null });
  });

  test.each([
    "?actorKind=nobody",
    "?action=A;drop",
    "?limit=0",
    "?cursor=x",
    "?from=yesterday",
    "?target=%00",
    "?who=ada",
  ])("GET /audit%s is refused as a fault of the client", async (query) => {
    expect(await api.ask("GET", `/audit${query}`)).toMatchObject({
      status: 400,
      body: { code: "invalid_request" },
    });
  });

  const app = () => createPublicApi({ ...api.deps, changes: api.changes, apiToken });
  const exported = async (query: string) => {
    const response = await app().request(`/audit/export${query}`, {
      headers: { authorization: `Bearer ${apiToken}` },
    });
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await response.text()).split("\n");
    expect(lines.pop()).toBe("");
    return lines.map((line) => JSON.parse(line));
  };

  test("is exported as lines of JSON, the oldest first, and goes on where an earlier export ended", async () => {
    expect((await exported("")).map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    expect((await exported("?after=5")).map(({ id }) => id)).toEqual(["6", "7"]);
    expect(await exported("?after=7")).toEqual([]);
    expect((await exported("?actor=ada&to=2026-11-23T05:00:00Z")).map(({ id }) => id)).toEqual(["2", "5"]);
    expect((await exported("?after=1&action=schedule.paused"))[0]).toEqual(
      (await list("?actor=ada&target=back-up")).items[0],
    );
  });

  test("an export of thousands is read in pieces, and no more of them than are taken", async () => {
    const many = Array.from({ length: 5000 }, (_, n) => act("run.cancelled", `${n}`));
    await inTransaction(pool, (session) => recordAudit(session, itself("test"), many, hour(12)));
    let asked = 0;
    const counting = {
      query: (text: string, values: unknown[]) => ((asked += 1), pool.query(text, values)),
    } as Pool;
    const counted = createPublicApi({ ...api.deps, pool: counting, changes: api.changes, apiToken });
    const headers = { authorization: `Bearer ${apiToken}` };
    const response = await counted.request("/audit/export?action=run.*", { headers });
    const before = asked;
    const reader = response.body!.getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    expect(first.split("\n").length).toBeLessThan(1001);
    expect(asked - before).toBeLessThan(3);
    let lines = first;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      lines += new TextDecoder().decode(piece.value);
    }
    const targets = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).target);
    expect(targets).toEqual(many.map(({ target }) => target));
  });

  test("whoever does not say who they are reads nothing of it", async () => {
    for (const path of ["/audit", "/audit/export"]) {
      expect(await api.ask("GET", path, { token: null })).toMatchObject({ status: 401 });
    }
  });
});

test("an export waits for a change that is under way, and misses no entry of it", async () => {
  const { url, drop } = await createTestDatabase();
  const database = await openDatabase({ url });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  const { pool } = database;
  const record = (session: Queryable, target: string) =>
    recordAudit(session, itself("test"), [act("run.cancelled", target)], null);
  const slow = await pool.connect();
  await slow.query("begin");
  await record(slow, "slow");
  await inTransaction(pool, (session) => record(session, "quick"));
  await expect(auditHorizon(pool, { patienceMs: 50 })).rejects.toMatchObject({ code: "not_ready" });

  const anything = {
    actorKind: null,
    actorId: null,
    actorName: null,
    action: null,
    targetKind: null,
    target: null,
    from: null,
    to: null,
  };
  const lines = exportAuditLog(pool, { ...anything, after: "0" }, ({ target }) => ({ target }));
  const blocked = await Promise.race([lines.then(() => "answered"), sleep(200).then(() => "waiting")]);
  expect(blocked).toBe("waiting");
  await slow.query("commit");
  slow.release();
  expect(await new Response(await lines).text()).toBe('{"target":"slow"}\n{"target":"quick"}\n');
});

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SecretDesk } from "../../src/secrets/secret-desk.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables, makeDue } from "../support/deps.js";
import { forgetAllSecrets, openTestSecrets } from "../support/secrets.js";

const runnerId = "runner-number-one";
const planted = "pl4nted-value-nobody-may-see";

describeOnBothDatabases("the API for secrets", (open) => {
  let pool: Pool;
  let secrets: SecretDesk;
  let api: TestApi;

  beforeAll(async () => {
    ({ pool } = await open());
    secrets = await openTestSecrets(pool);
    api = await openTestApi(pool, { secrets });
  });
  afterAll(() => api.changes.close());
  beforeEach(async () => {
    await emptyTables(pool);
    await forgetAllSecrets(pool);
  });

  const audited = async (action: string) => {
    const { rows } = await pool.query<Record<string, unknown>>(
      "select actor_kind, actor_id, actor_name, target, before, after from audit_log where action = $1 order by id desc limit 1",
      [action],
    );
    return rows[0];
  };

  /** A run under way of a schedule with this environment; answers its id and token. */
  async function startRun(env: Parameters<typeof createSchedule>[1]["env"], name = "job") {
    await createSchedule(pool, { name, cron: "* * * * *", run: ["true"], ...(env && { env }) });
    await makeDue(pool, name);
    await tick(api.deps);
    const request = api.deps.dispatcher.requests.at(-1)!;
    const [runId, token] = [request.runId, request.env["BELFRY_RUN_TOKEN"]!];
    const { body } = await api.report(token, runId, "start", { runnerId });
    return { runId, token, start: body };
  }

  test("keeps versions, lists names and who uses them, and never a value", async () => {
    expect(await api.ask("PUT", "/secrets/api_key", { body: { value: planted } })).toMatchObject({
      status: 200,
      body: { name: "api_key", version: 1 },
    });
    await api.ask("PUT", "/secrets/api_key", { body: { value: `${planted}2` } });
    await createSchedule(pool, { name: "job", run: ["true"], env: { KEY: { secret: "api_key" } } });
    const { body } = await api.ask("GET", "/secrets");
    expect(body).toMatchObject({
      items: [{ name: "api_key", version: 2, updatedBy: "local", schedules: ["job"] }],
      nextCursor: null,
    });
    expect((await api.ask("GET", "/schedules/job")).body).toMatchObject({
      env: ["KEY"],
      secrets: ["api_key"],
    });
    expect(await audited("secret.changed")).toMatchObject({ target: "api_key", after: { version: 2 } });
  });

  test("lists secrets page by page", async () => {
    for (const name of ["c", "a", "b"])
      await api.ask("PUT", `/secrets/${name}`, { body: { value: planted } });
    const first = await api.ask("GET", "/secrets?limit=2");
    expect(first.body).toMatchObject({ items: [{ name: "a" }, { name: "b" }], nextCursor: "b" });
    const next = await api.ask("GET", "/secrets?limit=2&cursor=b");
    expect(next.body).toMatchObject({ items: [{ name: "c" }], nextCursor: null });
  });

  test.each([
    ["..%2Fetc", { value: planted }, 422],
    ["-rf", { value: planted }, 422],
    ["a b", { value: planted }, 422],
    ["x".repeat(101), { value: planted }, 400],
    ["ok", { value: "" }, 400],
    ["ok", { value: 7 }, 400],
    ["ok", { value: planted, more: planted }, 400],
    ["ok", { [planted]: planted }, 400],
    ["ok", { value: `${planted}\0` }, 422],
    ["ok", { value: "é".repeat(40_000) }, 422],
    ["ok", { value: "x".repeat(70_000) }, 400],
  ])("refuses a bad name or value (%s), and shows no value", async (name, body, status) => {
    const answer = await api.ask("PUT", `/secrets/${name}`, { body });
    expect(answer.status).toBe(status);
    if (!Object.keys(body).includes(planted)) expect(JSON.stringify(answer.body)).not.toContain(planted);
  });

  test("forgets a secret that is not in use, or by force; its number goes on afterwards", async () => {
    await api.ask("PUT", "/secrets/api_key", { body: { value: planted } });
    await createSchedule(pool, { name: "job", run: ["true"], env: { KEY: { secret: "api_key" } } });
    const refused = await api.ask("DELETE", "/secrets/api_key");
    expect(refused).toMatchObject({ status: 409, body: { code: "secret_in_use" } });
    expect(refused.body.detail).toContain('"job"');
    expect((await api.ask("DELETE", "/secrets/api_key?force=true")).body).toEqual({
      name: "api_key",
      version: 1,
    });
    expect(await audited("secret.removed")).toMatchObject({ target: "api_key", before: { version: 1 } });
    expect((await api.ask("DELETE", "/secrets/api_key?force=true")).body.code).toBe("secret_not_found");
    expect((await api.ask("GET", "/secrets")).body.items).toEqual([]);
    expect((await pool.query("select from secret_versions where ciphertext is not null")).rows).toEqual([]);
    expect((await api.ask("PUT", "/secrets/api_key", { body: { value: planted } })).body.version).toBe(2);
    expect(await audited("secret.created")).toMatchObject({ after: { version: 2 } });
  });

  test("says which schedules refer to secrets that nobody has", async () => {
    await api.ask("PUT", "/secrets/here", { body: { value: planted } });
    const env = {
      A: { secret: "here" },
      B: { secret: "gone" },
      C: { secret: "here", from: "files" as const },
    };
    await createSchedule(pool, { name: "job", run: ["true"], env });
    const { body } = await api.ask("GET", "/secret-check");
    expect(body.items).toMatchObject([
      {
        key: "files:here",
        schedules: ["job"],
        from: null,
        problem: expect.stringContaining("--secrets-from"),
      },
      { key: "gone", schedules: ["job"], from: null, problem: null },
      { key: "here", schedules: ["job"], from: "store", problem: null },
    ]);
    expect(JSON.stringify(body)).not.toContain(planted);
  });

  test("a run gets the secrets that its schedule names, each fetch is on the audit log, and nothing else is given", async () => {
    await api.ask("PUT", "/secrets/api_key", { body: { value: planted } });
    await api.ask("PUT", "/secrets/other", { body: { value: "another value" } });
    const { runId, token, start } = await startRun({ KEY: { secret: "api_key" }, PLAIN: "text" });
    expect(start).toMatchObject({ env: { PLAIN: "text" }, secretEnv: { KEY: "api_key" } });
    expect(JSON.stringify(start)).not.toContain(planted);
    const { status, body } = await api.report(token, runId, "secrets", {});
    expect([status, body]).toEqual([200, { values: { api_key: planted } }]);
    expect(await audited("secret.fetched")).toEqual({
      actor_kind: "run",
      actor_id: runId,
      actor_name: "job",
      target: "api_key",
      before: null,
      after: { from: "store", version: 1, attempt: 1 },
    });
    expect((await api.report(token, runId, "secrets", { names: ["other"] })).status).toBe(400);
  });

  test("a schedule without secrets has its run ask for none", async () => {
    const { start, token, runId } = await startRun({ PLAIN: "text" });
    expect(start).not.toHaveProperty("secretEnv");
    expect((await api.report(token, runId, "secrets", {})).body).toEqual({ values: {} });
  });

  test("a secret that nobody has is named, and is no secret of others", async () => {
    const { runId, token } = await startRun({ KEY: { secret: "api_key" } });
    const { status, body } = await api.report(token, runId, "secrets", {});
    expect([status, body.code]).toEqual([422, "secret_missing"]);
    expect(body.detail).toContain('"api_key"');
  });

  test("a run that is not started yet gets no secrets", async () => {
    await api.ask("PUT", "/secrets/api_key", { body: { value: planted } });
    await createSchedule(pool, {
      name: "job",
      cron: "* * * * *",
      run: ["true"],
      env: { K: { secret: "api_key" } },
    });
    await makeDue(pool, "job");
    await tick(api.deps);
    const { runId, env } = api.deps.dispatcher.requests.at(-1)!;
    const { status, body } = await api.report(env["BELFRY_RUN_TOKEN"]!, runId, "secrets", {});
    expect([status, body.code]).toEqual([409, "run_not_running"]);
  });

  test.each(["start", "secrets", "logs", "heartbeat", "finish"])(
    "the token of a run that has ended does not open %s, nor does it another run's",
    async (door) => {
      await api.ask("PUT", "/secrets/api_key", { body: { value: planted } });
      const ended = await startRun({ KEY: { secret: "api_key" } });
      const success = {
        status: "succeeded",
        errorKind: null,
        errorMessage: null,
        exitCode: 0,
        exitSignal: null,
      };
      await api.report(ended.token, ended.runId, "finish", success);
      const other = await startRun({ KEY: { secret: "api_key" } }, "other");
      const chunk = { seq: 0, at: "2026-11-23T12:00:00.000Z", stream: "stdout", text: "x" };
      const body = {
        start: { runnerId },
        secrets: {},
        logs: { chunks: [chunk] },
        heartbeat: {},
        finish: success,
      }[door];
      const late = await api.report(ended.token, ended.runId, door, body);
      expect([late.status, late.body.code]).toEqual([409, "run_ended"]);
      const foreign = await api.report(ended.token, other.runId, door, body);
      expect([foreign.status, foreign.body.code]).toEqual([403, "token_foreign"]);
      expect(JSON.stringify([late.body, foreign.body])).not.toContain(planted);
    },
  );

  test("a token that this server signed, but gave to nobody, opens no secrets", async () => {
    await api.ask("PUT", "/secrets/api_key", { body: { value: planted } });
    const { runId } = await startRun({ PLAIN: "text" });
    const claims = { runId, attempt: 1, secretNames: ["api_key"], expiresAt: new Date(Date.now() + 60_000) };
    const { token } = await api.deps.signer.sign(claims);
    const { status, body } = await api.report(token, runId, "secrets", {});
    expect([status, body.code]).toEqual([401, "token_invalid"]);
  });

  test("changes keys on request, and the audit log has it", async () => {
    await api.ask("PUT", "/secrets/api_key", { body: { value: planted } });
    expect((await api.ask("POST", "/secret-keys/rotate-data-key")).body).toEqual({ values: 1 });
    expect((await api.ask("POST", "/secret-keys/rotate-master")).body).toEqual({
      dataKeys: 0,
      changed: false,
    });
    expect((await secrets.source.find("api_key"))?.value).toBe(planted);
    expect(await audited("secret.data_key_rotated")).toBeDefined();
    expect(await audited("secret.master_key_rotated")).toBeDefined();
    const { rows } = await pool.query("select * from audit_log");
    expect(JSON.stringify(rows)).not.toContain(planted);
  });
});

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startAnswer } from "../../src/api/internal/shapes.js";
import { failAttempt } from "../../src/scheduler/finish.js";
import type { Pool } from "../../src/store/database.js";
import { requestCancel } from "../../src/store/runs.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { allRuns, emptyTables } from "../support/deps.js";

const runnerId = "runner-number-one";
const success = { status: "succeeded", errorKind: null, errorMessage: null, exitCode: 0, exitSignal: null };
const chunk = (seq: number, text: string) => ({
  seq,
  at: "2026-11-23T12:00:00.000Z",
  stream: "stdout",
  text,
});

describeOnBothDatabases("the API for runners", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
  });
  afterAll(() => api.changes.close());
  beforeEach(() => emptyTables(pool));

  test("gives a starting runner all that it needs, and the run is running", async () => {
    const { runId, token } = await api.dispatchRun();
    const { status, body } = await api.report(token, runId, "start", { runnerId });
    expect(status).toBe(200);
    expect(startAnswer.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      runId,
      attempt: 1,
      scheduleName: "job",
      command: ["true"],
      env: { GREETING: "hi" },
      timeoutMs: 3_600_000,
      graceMs: 10_000,
    });
    expect(await allRuns(pool)).toMatchObject([{ status: "running" }]);
  });

  test("lets one runner start a run, and that one ask again", async () => {
    const { runId, token } = await api.dispatchRun();
    const first = await api.report(token, runId, "start", { runnerId });
    expect(await api.report(token, runId, "start", { runnerId })).toEqual(first);
    const second = await api.report(token, runId, "start", { runnerId: "runner-number-two" });
    expect(second).toMatchObject({
      status: 409,
      type: "application/problem+json",
      body: { code: "run_already_started", status: 409 },
    });
    const { rows } = await pool.query("select name from run_events order by id");
    expect(rows.map((row) => row.name)).toEqual(["run.dispatched", "run.started"]);
  });

  test("keeps output once and in order, however often it is handed in", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    await api.report(token, runId, "logs", { chunks: [chunk(0, "one\n"), chunk(1, "two\n")] });
    await api.report(token, runId, "logs", { chunks: [chunk(1, "two\n"), chunk(2, "three ␀ 🔔\n")] });
    const { rows } = await pool.query("select seq, text from run_logs order by seq");
    expect(rows).toEqual([
      { seq: 0, text: "one\n" },
      { seq: 1, text: "two\n" },
      { seq: 2, text: "three ␀ 🔔\n" },
    ]);
  });

  test("ends a run as its runner says", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    const outcome = {
      status: "failed",
      errorKind: "exit_code",
      errorMessage: "It broke.",
      exitCode: 3,
      exitSignal: null,
    };
    expect(await api.report(token, runId, "finish", outcome)).toMatchObject({ status: 200 });
    const { rows } = await pool.query("select status, error_kind, error_message, exit_code from runs");
    expect(rows).toEqual([
      { status: "failed", error_kind: "exit_code", error_message: "It broke.", exit_code: 3 },
    ]);
  });

  test("opens nothing with the token of a run that has ended", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    await api.report(token, runId, "finish", success);
    for (const [call, body] of [
      ["start", { runnerId }],
      ["logs", { chunks: [chunk(9, "late")] }],
      ["heartbeat", {}],
      ["finish", success],
    ] as const) {
      expect(await api.report(token, runId, call, body)).toMatchObject({
        status: 409,
        body: { code: "run_ended" },
      });
    }
    expect((await pool.query("select * from run_logs")).rows).toEqual([]);
  });

  test("refuses the token of another run", async () => {
    const mine = await api.dispatchRun("mine");
    const theirs = await api.dispatchRun("theirs");
    for (const call of ["start", "logs", "heartbeat", "finish"]) {
      const answer = await api.report(mine.token, theirs.runId, call, {});
      expect(answer).toMatchObject({ status: 403, body: { code: "token_foreign" } });
    }
  });

  test("refuses the token of an older attempt everywhere", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    await pool.query("update runs set status = 'pending', started_at = null where id = $1", [runId]);
    await pool.query(
      "update runs set status = 'dispatched', attempt = 2, runner_token_hash = 'newer' where id = $1",
      [runId],
    );
    for (const [call, body] of [
      ["start", { runnerId }],
      ["logs", { chunks: [chunk(0, "old")] }],
      ["heartbeat", {}],
      ["finish", success],
    ] as const) {
      expect(await api.report(token, runId, call, body)).toMatchObject({
        status: 409,
        body: { code: "token_stale" },
      });
    }
  });

  test("refuses a token that was never given out, though it is signed with the right key", async () => {
    const { runId } = await api.dispatchRun();
    const claims = { runId, attempt: 1, secretNames: ["forged"], expiresAt: new Date(Date.now() + 60_000) };
    const { token } = await api.deps.signer.sign(claims);
    expect(await api.report(token, runId, "start", { runnerId })).toMatchObject({
      status: 401,
      body: { code: "token_invalid" },
    });
  });

  test.each(["", "nonsense", "a.b.c"])("refuses %j as a token", async (token) => {
    const { runId } = await api.dispatchRun();
    expect(await api.report(token, runId, "start", { runnerId })).toMatchObject({
      status: 401,
      body: { code: "token_invalid" },
    });
  });

  test("refuses to end or hear of a run that has not been started", async () => {
    const { runId, token } = await api.dispatchRun();
    for (const [call, body] of [
      ["finish", success],
      ["heartbeat", {}],
    ] as const) {
      expect(await api.report(token, runId, call, body)).toMatchObject({
        status: 409,
        body: { code: "run_not_running" },
      });
    }
  });

  test.each([
    ["start", "{", "The body is not JSON."],
    ["start", {}, "runnerId"],
    ["start", { runnerId: 7 }, "runnerId"],
    ["start", [], "body"],
    ["start", { runnerId, more: 1 }, "more"],
    ["logs", { chunks: [] }, "chunks"],
    ["logs", { chunks: [{ ...chunk(0, "x"), stream: "stdin" }] }, "stream"],
    ["logs", { chunks: [{ ...chunk(-1, "x") }] }, "seq"],
    ["logs", { chunks: [{ ...chunk(0, "x"), at: "yesterday" }] }, "at"],
    ["heartbeat", { waitMs: 1e9 }, "waitMs"],
    ["finish", { ...success, status: "skipped" }, "status"],
    ["finish", { ...success, exitCode: "0" }, "exitCode"],
  ])("refuses nonsense at %s and says what is wrong with it", async (call, body, words) => {
    const { runId, token } = await api.dispatchRun();
    if (call !== "start") await api.report(token, runId, "start", { runnerId });
    const answer = await api.report(token, runId, call, body);
    expect(answer).toMatchObject({
      status: 400,
      type: "application/problem+json",
      body: { code: "invalid_request" },
    });
    expect(answer.body.detail).toContain(words);
  });

  test("refuses ends that no run can have", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    for (const lie of [
      { ...success, exitCode: 1 },
      { ...success, errorKind: "timeout" },
      { ...success, status: "failed" },
    ]) {
      expect(await api.report(token, runId, "finish", lie)).toMatchObject({
        status: 400,
        body: { code: "invalid_request" },
      });
    }
    expect(await allRuns(pool)).toMatchObject([{ status: "running" }]);
  });

  test("refuses a body beyond 8 MiB", async () => {
    const { runId, token } = await api.dispatchRun();
    const answer = await api.report(token, runId, "logs", "x".repeat(9 * 1024 * 1024));
    expect(answer).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  });

  test("answers a waiting heartbeat as soon as somebody asks for the run's end", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    expect(await api.report(token, runId, "heartbeat", {})).toMatchObject({
      body: { cancelRequested: false },
    });
    // Only a cancel can answer it within the test's own time.
    const waiting = api.report(token, runId, "heartbeat", { waitMs: 60_000 });
    await requestCancel(pool, runId, null);
    expect(await waiting).toMatchObject({ status: 200, body: { cancelRequested: true } });
  });

  test("tells of a cancel with the answer to output too", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    await requestCancel(pool, runId, null);
    const answer = await api.report(token, runId, "logs", { chunks: [chunk(0, "x")] });
    expect(answer.body).toEqual({ cancelRequested: true });
  });

  test("a run that the server has failed stays failed, whatever its runner says later", async () => {
    const { runId, token } = await api.dispatchRun();
    await api.report(token, runId, "start", { runnerId });
    await failAttempt({ pool }, { runId, attempt: 1 }, { errorKind: "shutdown", errorMessage: "Gone." });
    expect(await api.report(token, runId, "finish", success)).toMatchObject({
      status: 409,
      body: { code: "run_ended" },
    });
    expect(await allRuns(pool)).toMatchObject([{ status: "failed", error_kind: "shutdown" }]);
  });
});

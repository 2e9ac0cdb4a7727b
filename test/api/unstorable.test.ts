import { beforeAll, beforeEach, expect, test } from "vitest";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import type { Pool } from "../../src/store/database.js";
import { openTestApi, type TestApi } from "../support/api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

const chunk = { seq: 0, at: "2026-11-23T12:00:00.000Z", stream: "stdout", text: "x" };
const success = { status: "succeeded", errorKind: null, errorMessage: null, exitCode: 0, exitSignal: null };

describeOnBothDatabases("what no column can hold", (open) => {
  let pool: Pool;
  let api: TestApi;
  beforeAll(async () => {
    ({ pool } = await open());
    api = await openTestApi(pool);
    return () => api.changes.close();
  });
  beforeEach(() => emptyTables(pool));

  test.each([
    ["a NUL in a runner's id", "start", { runnerId: "runner\u0000-1" }],
    ["a NUL in output", "logs", { chunks: [{ ...chunk, text: "a\u0000b" }] }],
    ["a number that is too large", "logs", { chunks: [{ ...chunk, seq: 2 ** 40 }] }],
    [
      "a NUL in a message",
      "finish",
      { ...success, status: "failed", errorKind: "exit_code", errorMessage: "\u0000" },
    ],
    ["an age of millions of years", "finish", { ...success, endedAgoMs: 2 ** 53 - 1 }],
  ])("is a fault of the runner that sends it: %s", async (_, call, body) => {
    const { runId, token } = await api.dispatchRun();
    if (call !== "start") await api.report(token, runId, "start", { runnerId: "runner-1" });
    expect(await api.report(token, runId, call, body)).toMatchObject({
      status: 400,
      type: "application/problem+json",
      body: { code: "invalid_request" },
    });
  });

  test.each([
    ["GET", "/schedules/%00"],
    ["GET", "/runs?schedule=%00"],
    ["GET", "/schedules?cursor=a%00"],
    ["POST", "/schedules/a%00/trigger"],
  ])("is a fault of the client that sends it: %s %s", async (method, path) => {
    await createSchedule(pool, { name: "job", run: "true" });
    expect(await api.ask(method, path)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });
});

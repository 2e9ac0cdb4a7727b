import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pruneOnce } from "../../src/scheduler/prune.js";
import { tick } from "../../src/scheduler/tick.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { runShape, runDetailShape } from "../../src/api/public/shapes.js";
import type { Pool } from "../../src/store/database.js";
import { apiToken, openTestApi, type TestApi } from "../support/api.js";
import { askApi, type FullAnswer } from "../support/ask-api.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

const runner = { runnerId: "a-runner-for-tests" };
const success = { status: "succeeded", errorKind: null, errorMessage: null, exitCode: 0, exitSignal: null };

describeOnBothDatabases("runs and the API", (open) => {
  let pool: Pool;
  let testApi: TestApi;
  const ask = (...args: [string, string, Parameters<typeof askApi>[3]?]): Promise<FullAnswer> =>
    askApi(testApi.api, ...args);
  beforeAll(async () => {
    ({ pool } = await open());
    testApi = await openTestApi(pool);
  });
  afterAll(() => testApi.changes.close());
  beforeEach(() => emptyTables(pool));

  const started = async () => {
    const { runId, token } = await testApi.dispatchRun();
    const job = (await testApi.report(token, runId, "start", runner)).body;
    const write = (seq: number, text: string) => {
      const chunks = [{ seq, at: new Date().toISOString(), stream: "stdout", text }];
      return testApi.report(token, runId, "logs", { chunks });
    };
    return { runId, job, write, end: () => testApi.report(token, runId, "finish", success) };
  };

  describe("parameters", () => {
    const trigger = (parameters: unknown) => ask("POST", "/schedules/job/trigger", { body: { parameters } });

    test("stand on the run and are given to its job", async () => {
      await createSchedule(pool, { name: "job", run: "true" });
      const { body } = await trigger({ day: "2026-11-23", region: "eu" });
      expect(runShape.parse(body)).toMatchObject({ parameters: { day: "2026-11-23", region: "eu" } });

      await tick(testApi.deps);
      const { env, runId } = testApi.deps.dispatcher.requests.at(-1)!;
      const job = await testApi.report(env["BELFRY_RUN_TOKEN"]!, runId, "start", runner);
      expect(job.body.parameters).toEqual({ day: "2026-11-23", region: "eu" });
    });

    test.each([
      { PATH: "/tmp" },
      { "a-b": "1" },
      { "1a": "1" },
      { a: 1 },
      { a: "x\u0000" },
      { a: "x".repeat(8193) },
      Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`p${i}`, ""])),
    ])("of another kind are refused (%#)", async (parameters) => {
      await createSchedule(pool, { name: "job", run: "true" });
      expect(await trigger(parameters)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    });
  });

  describe("doing a run again", () => {
    test("makes a new one with its parameters, whose job is told the same fire time", async () => {
      const { runId, job, end } = await started();
      expect(await ask("POST", `/runs/${runId}/rerun`)).toMatchObject({
        status: 409,
        body: { code: "run_not_ended" },
      });
      await end();
      const { status, body, headers } = await ask("POST", `/runs/${runId}/rerun`);
      expect(status).toBe(201);
      expect(headers.get("location")).toBe(`/api/v1/runs/${body.id}`);
      expect(body).toMatchObject({ rerunOf: runId, fireReason: "manual", fireTime: null, status: "pending" });

      await tick(testApi.deps);
      const request = testApi.deps.dispatcher.requests.at(-1)!;
      const again = await testApi.report(request.env["BELFRY_RUN_TOKEN"]!, request.runId, "start", runner);
      expect([request.runId, again.body.fireTime]).toEqual([body.id, job.fireTime]);
      expect((await ask("GET", `/runs/${runId}`)).body.status).toBe("succeeded");
    });

    test("of one with parameters keeps them; of nobody's is not found", async () => {
      await createSchedule(pool, { name: "job", run: "true" });
      const { body } = await ask("POST", "/schedules/job/trigger", { body: { parameters: { a: "1" } } });
      await ask("POST", `/runs/${body.id}/cancel`);
      const again = await ask("POST", `/runs/${body.id}/rerun`);
      expect(again.body).toMatchObject({ parameters: { a: "1" }, rerunOf: body.id });
      expect((await ask("POST", "/runs/424242/rerun")).status).toBe(404);
      const { rows } = await pool.query(
        "select action from audit_log where target = $1 order by id desc limit 2",
        [body.id],
      );
      expect(rows).toEqual([{ action: "run.rerun" }, { action: "run.cancel_requested" }]);
    });
  });

  test("a run tells its attempts", async () => {
    const { runId, end } = await started();
    const under = await ask("GET", `/runs/${runId}`);
    expect(under.body.attempts).toMatchObject([{ number: 1, outcome: null, endedAt: null }]);
    await end();
    const { body } = await ask("GET", `/runs/${runId}`);
    expect(runDetailShape.parse(body)).toEqual(body);
    expect(body.attempts).toMatchObject([
      { number: 1, outcome: "succeeded", exitCode: 0, endedAt: body.finishedAt },
    ]);
    expect(body.attempts[0].startedAt).toBe(body.startedAt);
  });

  test("a list is of several states, and of a stretch of time", async () => {
    await createSchedule(pool, { name: "job", run: "true", overlap: "concurrent" });
    const ids: string[] = [];
    for (let i = 0; i < 4; i += 1) ids.push((await ask("POST", "/schedules/job/trigger")).body.id);
    await ask("POST", `/runs/${ids[0]}/cancel`);
    await pool.query("update runs set created_at = '2026-01-01T12:00Z' where id = $1", [ids[1]]);
    const listed = async (query: string) =>
      (await ask("GET", `/runs?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed("status=cancelled")).toEqual([ids[0]]);
    expect(await listed("status=cancelled,pending")).toEqual(ids.toReversed());
    expect(await listed("from=2026-01-01T12:00:00Z&to=2026-01-01T12:00:01Z")).toEqual([ids[1]]);
    expect(await listed("to=2026-01-01T13:00:00%2B01:00")).toEqual([]);
    expect((await ask("GET", "/runs?status=cancelled,tired")).status).toBe(400);
  });

  test("output is read from a place on, and from its end", async () => {
    const { runId, write } = await started();
    for (let seq = 0; seq < 5; seq += 1) await write(seq, `line ${seq}\n`);
    const texts = async (query: string) =>
      (await ask("GET", `/runs/${runId}/logs?${query}`)).body.items.map(({ seq }: { seq: number }) => seq);
    expect(await texts("from=1:2&limit=2")).toEqual([2, 3]);
    expect(await texts("from=1:0&limit=2")).toEqual([0, 1]);
    expect(await texts("cursor=1:2")).toEqual([3, 4]);
    expect(await texts("tail=2")).toEqual([3, 4]);
    const tail = await ask("GET", `/runs/${runId}/logs?tail=2`);
    await write(5, "more\n");
    expect(await texts(`cursor=${tail.body.nextCursor}`)).toEqual([5]);
    expect((await ask("GET", `/runs/${runId}/logs?tail=2&cursor=1:2`)).status).toBe(400);
  });

  describe("a stream of output", () => {
    const stream = async (runId: string, lastEventId?: string, signal?: AbortSignal) => {
      const response = await testApi.api.request(`/runs/${runId}/logs/stream`, {
        headers: {
          authorization: `Bearer ${apiToken}`,
          ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
        },
        ...(signal && { signal }),
      });
      return response;
    };
    const eventsOf = (text: string) =>
      text
        .split("\n\n")
        .filter((block) => block.startsWith("event:"))
        .map((block) => ({
          event: /^event: (.*)$/m.exec(block)![1],
          id: /^id: (.*)$/m.exec(block)?.[1],
          data: JSON.parse(/^data: (.*)$/m.exec(block)![1]!),
        }));

    test("brings what there is, what comes, and the end of the run", async () => {
      const { runId, write, end } = await started();
      await write(0, "one\n");
      const response = await stream(runId);
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const all = response.text();
      await write(1, "two\n");
      await end();
      const events = eventsOf(await all);
      expect(events.map(({ event, id }) => [event, id])).toEqual([
        ["output", "1:0"],
        ["output", "1:1"],
        ["end", undefined],
      ]);
      expect(events[1]!.data).toMatchObject({ text: "two\n", stream: "stdout" });
      expect(events[2]!.data).toMatchObject({ id: runId, status: "succeeded" });
    });

    test("goes on after the last event that the client has", async () => {
      const { runId, write, end } = await started();
      for (let seq = 0; seq < 3; seq += 1) await write(seq, `line ${seq}\n`);
      await end();
      const events = eventsOf(await (await stream(runId, "1:1")).text());
      expect(events.map(({ id, event }) => id ?? event)).toEqual(["1:2", "end"]);
      expect((await stream(runId, "nonsense")).status).toBe(400);
      expect((await stream("424242")).status).toBe(404);
    });

    test("ends without an end when the server stops, so that the client asks again", async () => {
      const { runId, write } = await started();
      await write(0, "one\n");
      const other = await openTestApi(pool);
      const path = `/runs/${runId}/logs/stream`;
      const response = await other.api.request(path, { headers: { authorization: `Bearer ${apiToken}` } });
      const text = response.text();
      await other.changes.close();
      expect(eventsOf(await text).map(({ id, event }) => id ?? event)).toEqual(["1:0"]);
    });

    test("costs the database one look, however many are there", async () => {
      const { runId, write, end } = await started();
      await write(0, "one\n");
      let looks = 0;
      const counted: Pool = {
        ...pool,
        query: (text, values) => {
          if (text.includes("from run_logs")) looks += 1;
          return pool.query(text, values);
        },
      };
      const other = await openTestApi(counted);
      const path = `/runs/${runId}/logs/stream`;
      const headers = { authorization: `Bearer ${apiToken}` };
      const many = Array.from({ length: 60 }, async () => other.api.request(path, { headers }));
      const texts = Promise.all(many.map(async (response) => (await response).text()));
      await end();
      for (const text of await texts) {
        expect(eventsOf(text).map(({ id, event }) => id ?? event)).toEqual(["1:0", "end"]);
      }
      await other.changes.close();
      // One apiece would be 120 at the least.
      expect(looks).toBeLessThan(60);
    });

    test("brings each of sixty clients all of it", async () => {
      const { runId, write, end } = await started();
      const many = await Promise.all(Array.from({ length: 60 }, () => stream(runId)));
      const texts = Promise.all(many.map((response) => response.text()));
      for (let seq = 0; seq < 3; seq += 1) await write(seq, `line ${seq}\n`);
      await end();
      for (const text of await texts) {
        expect(eventsOf(text).map(({ id, event }) => id ?? event)).toEqual(["1:0", "1:1", "1:2", "end"]);
      }
    });
  });

  describe("an Idempotency-Key", () => {
    const key = (name: string) => ({ headers: { "idempotency-key": name } });
    const count = async () => (await ask("GET", "/runs")).body.items.length;
    beforeEach(() => createSchedule(pool, { name: "job", run: "true" }));

    test("makes one run of the same request, however often it comes", async () => {
      const first = await ask("POST", "/schedules/job/trigger", key("k1"));
      const again = await ask("POST", "/schedules/job/trigger", key("k1"));
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get("location")).toBe(first.headers.get("location"));
      expect([first, again].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([
        null,
        "true",
      ]);
      await ask("POST", "/schedules/job/trigger", key("k2"));
      expect(await count()).toBe(2);
    });

    test("of twins that come at once makes one run", async () => {
      const twins = Array.from({ length: 8 }, () => ask("POST", "/schedules/job/trigger", key("twins")));
      for (const { status, body } of await Promise.all(twins)) {
        if (status !== 201) expect([status, body.code]).toEqual([409, "idempotency_in_progress"]);
      }
      expect(await count()).toBe(1);
    });

    test("with another request is refused", async () => {
      await ask("POST", "/schedules/job/trigger", key("k1"));
      const other = { body: { parameters: { a: "1" } }, ...key("k1") };
      expect(await ask("POST", "/schedules/job/trigger", other)).toMatchObject({
        status: 422,
        body: { code: "idempotency_mismatch" },
      });
      expect(await ask("POST", "/schedules/job/trigger", key("no blanks"))).toMatchObject({ status: 400 });
      expect(await count()).toBe(1);
    });

    test("is free again if the deed failed, and after a day", async () => {
      expect((await ask("POST", "/schedules/later/trigger", key("k1"))).status).toBe(404);
      await createSchedule(pool, { name: "later", run: "true" });
      expect((await ask("POST", "/schedules/later/trigger", key("k1"))).status).toBe(201);
      await pool.query("update idempotency_keys set created_at = now() - interval '25 hours'");
      expect((await ask("POST", "/schedules/job/trigger", key("k1"))).status).toBe(201);
      expect(await count()).toBe(2);
    });

    test("that is old is removed with the rest that need not be kept", async () => {
      await ask("POST", "/schedules/job/trigger", key("k1"));
      await pool.query("update idempotency_keys set created_at = now() - interval '25 hours'");

      await pruneOnce(testApi.deps, { keepMs: 1e9, keepRuns: null, keepOutputBytes: null });
      expect((await pool.query("select from idempotency_keys")).rows).toEqual([]);
    });
  });

  test("every answer has the id of its request, and an error tells it", async () => {
    const missing = await ask("GET", "/runs/1", { headers: { "x-request-id": "mine-1" } });
    expect([missing.headers.get("x-request-id"), missing.body.requestId]).toEqual(["mine-1", "mine-1"]);
    const odd = await ask("GET", "/runs", { headers: { "x-request-id": "<script>" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
  });

  test("another method on a path that is there is told which it takes", async () => {
    const { status, body, headers } = await ask("PUT", "/schedules/job");
    expect([status, body.code, headers.get("allow")]).toEqual([
      405,
      "method_not_allowed",
      "GET, HEAD, PATCH, DELETE",
    ]);
    expect((await ask("GET", "/nothing/here")).status).toBe(404);
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createPublicApi, type PublicApiDeps } from "../../src/api/public/app.js";
import { apiToken } from "../support/api.js";

const deps = {
  pool: { query: () => Promise.resolve({ rows: [], rowCount: 0 }) },
  changes: undefined,
  apiToken,
  log: { debug() {}, info() {}, warn() {}, error() {} },
} as unknown as PublicApiDeps;

const asked = (api: ReturnType<typeof createPublicApi>, token: string | null) =>
  api.request("/runs", { headers: token === null ? {} : { authorization: `Bearer ${token}` } });

test("a caller may ask so often a minute, and is told when to come again", async () => {
  const api = createPublicApi({ ...deps, rateLimit: 20 });
  for (let i = 0; i < 20; i += 1) {
    const { status, headers } = await asked(api, apiToken);
    expect([status, headers.get("ratelimit-remaining")]).toEqual([200, String(19 - i)]);
  }
  const refused = await asked(api, apiToken);
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: "too_many_requests" });
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(refused.headers.get("ratelimit-limit")).toBe("20");
});

test("whoever is not known may ask less, by address, and is in nobody else's way", async () => {
  let address = "192.0.2.1";
  const api = createPublicApi({ ...deps, rateLimit: 20, addressOf: () => address });
  const statuses: number[] = [];
  for (const token of [null, "guessed", "guessed again"]) statuses.push((await asked(api, token)).status);
  expect(statuses).toEqual([401, 401, 429]);
  expect((await asked(api, apiToken)).status).toBe(200);
  address = "192.0.2.2";
  expect((await asked(api, null)).status).toBe(401);
});

test("without a limit nothing is counted", async () => {
  const api = createPublicApi({ ...deps, rateLimit: 0 });
  for (let i = 0; i < 50; i += 1) expect((await asked(api, apiToken)).status).toBe(200);
  expect((await asked(api, apiToken)).headers.get("ratelimit-limit")).toBeNull();
});

test("an answer that takes too long is given up", async () => {
  const slow = { query: () => sleep(60_000, undefined, { ref: false }) };
  const api = createPublicApi({ ...deps, pool: slow as never, timeLimitMs: 50 });
  const answer = await asked(api, apiToken);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: "timed_out", requestId: expect.any(String) });
});

import { expect, test } from "vitest";
import { createHealthApi } from "./health.js";

const startedAt = new Date("2026-11-23T12:00:00.000Z");

async function ask(lastTickAt: Date | null) {
  const answer = await createHealthApi({ startedAt, lastTickAt }, { lateAfterMs: 30_000 }).request("/readyz");
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test("before its first tick a server is alive, and not ready", async () => {
  const api = createHealthApi({ startedAt, lastTickAt: null }, { lateAfterMs: 30_000 });
  const health = await api.request("/healthz");
  expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
  expect(await ask(null)).toEqual({
    status: 503,
    body: { status: "not_ready", lastTickAt: null, lastTickAgeMs: null, startedAt: startedAt.toISOString() },
  });
});

test("a server whose last tick was lately is ready, and tells of its age", async () => {
  const { status, body } = await ask(new Date(Date.now() - 5000));
  expect([status, body["status"]]).toEqual([200, "ready"]);
  expect(body["lastTickAgeMs"]).toBeGreaterThanOrEqual(5000);
});

test("a server whose last tick was too long ago is not ready", async () => {
  const lastTickAt = new Date(Date.now() - 30_001);
  const { status, body } = await ask(lastTickAt);
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: "not_ready", lastTickAt: lastTickAt.toISOString() });
});

import { expect, test } from "vitest";
import { createHealth, createHealthApi, type Health } from "./health.js";

const lateness = { tickMs: 30_000, signMs: 15_000 };

async function ask(facts: Partial<Health>) {
  const health = { ...createHealth(["api", "scheduler"]), ...facts };
  const answer = await createHealthApi(health, lateness).request("/readyz");
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const ago = (ms: number) => new Date(Date.now() - ms);

test("before its first tick a server is alive, and not ready", async () => {
  const health = createHealth(["api", "scheduler"]);
  const answer = await createHealthApi(health, lateness).request("/healthz");
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  const { startedAt } = health;
  expect(await ask({ startedAt })).toEqual({
    status: 503,
    body: {
      status: "not_ready",
      reason: "starting",
      detail: "There was no tick yet.",
      roles: ["api", "scheduler"],
      lastTickAt: null,
      lastTickAgeMs: null,
      startedAt: startedAt.toISOString(),
    },
  });
});

test("a server whose last tick was lately is ready, and tells of its age", async () => {
  const { status, body } = await ask({ lastTickAt: ago(5000) });
  expect([status, body["status"], body["reason"]]).toEqual([200, "ready", undefined]);
  expect(body["lastTickAgeMs"]).toBeGreaterThanOrEqual(5000);
});

test("a server whose last tick was too long ago is late", async () => {
  const lastTickAt = ago(30_001);
  const { status, body } = await ask({ lastTickAt });
  expect(status).toBe(503);
  expect(body).toMatchObject({
    reason: "late",
    detail: "The last tick was 30 s ago.",
    lastTickAt: lastTickAt.toISOString(),
  });
});

test("a server that ticked a moment ago is not ready from when its database is away", async () => {
  const outage = () => ({ since: new Date(), reason: "It does not answer." });
  const { status, body } = await ask({ lastTickAt: ago(10), outage });
  expect(status).toBe(503);
  expect(body).toMatchObject({ reason: "database_unreachable", detail: "It does not answer." });
});

test("a server that was told to stop is not ready, however well it ticks", async () => {
  const { status, body } = await ask({ lastTickAt: ago(10), stopping: true });
  expect([status, body["reason"]]).toEqual([503, "stopping"]);
});

test("a server without a scheduler is ready while the database takes its signs of life", async () => {
  const roles = ["api"] as const;
  expect(await ask({ roles, lastSeenAt: ago(5000) })).toMatchObject({ status: 200 });
  expect(await ask({ roles, lastSeenAt: ago(15_001) })).toMatchObject({
    status: 503,
    body: { reason: "late", detail: "The last sign of life in the database was 15 s ago." },
  });
  expect(await ask({ roles })).toMatchObject({ status: 503, body: { reason: "starting" } });
});

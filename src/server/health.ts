import { Hono } from "hono";

/** What `/readyz` is told of. */
export interface Health {
  startedAt: Date;
  /** The end of the last tick that came through. */
  lastTickAt: Date | null;
}

/** `/healthz`: the process answers. `/readyz`: its ticks come through; 503 if the last is too long ago. */
export function createHealthApi(health: Health, { lateAfterMs }: { lateAfterMs: number }): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", (c) => {
    const ageMs = health.lastTickAt === null ? null : Date.now() - health.lastTickAt.getTime();
    const ready = ageMs !== null && ageMs <= lateAfterMs;
    const body = {
      status: ready ? "ready" : "not_ready",
      lastTickAt: health.lastTickAt?.toISOString() ?? null,
      lastTickAgeMs: ageMs,
      startedAt: health.startedAt.toISOString(),
    };
    return c.json(body, ready ? 200 : 503);
  });
  return app;
}

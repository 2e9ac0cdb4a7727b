import { Hono } from "hono";
import { type InternalApiDeps, createInternalApi } from "../api/internal/app.js";
import { problemOf } from "../api/problem.js";
import { type PublicApiDeps, createPublicApi } from "../api/public/app.js";
import { BelfryError } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import { type Health, createHealthApi } from "./health.js";

export type AppDeps = PublicApiDeps & InternalApiDeps & { log: Log; health: Health; lateAfterMs: number };

/** All that the server answers, as one value that a test can call. */
export function createApp(deps: AppDeps): Hono {
  const app = createFrontDoor(deps);
  app.route("/api/v1", createPublicApi(deps));
  app.route("/internal/v1", createInternalApi(deps));
  return app;
}

/** What a server answers before its database does: that it lives, and that it is not ready. */
export function createStartingApp(deps: Pick<AppDeps, "log" | "health" | "lateAfterMs">): Hono {
  const app = createFrontDoor(deps);
  app.all("*", () => {
    throw new BelfryError(
      "not_ready",
      "The server is starting: its database has not answered yet. Try again in a moment.",
    );
  });
  return app;
}

function createFrontDoor(deps: Pick<AppDeps, "log" | "health" | "lateAfterMs">): Hono {
  const app = new Hono();
  app.onError((error, c) => problemOf(c, error, deps.log));
  app.notFound((c) => {
    const what = `${c.req.method} ${c.req.path}`;
    return problemOf(
      c,
      new BelfryError("route_not_found", `There is no ${what}. The API is below /api/v1.`),
      deps.log,
    );
  });
  app.route("/", createHealthApi(deps.health, deps));
  return app;
}

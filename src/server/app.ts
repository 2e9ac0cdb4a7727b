import { type Context, Hono } from "hono";
import { requestId } from "hono/request-id";
import { identifyKey, identifySession } from "../access/identify.js";
import { createPages } from "../access/pages/app.js";
import { type AccessSettings, localAccess } from "../access/settings.js";
import { addressOf } from "../access/site.js";
import { type InternalApiDeps, createInternalApi } from "../api/internal/app.js";
import { problemOf } from "../api/problem.js";
import { type PublicApiDeps, createPublicApi } from "../api/public/app.js";
import { BelfryError, type ErrorCode } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import { partOfPool } from "../store/part-of-pool.js";
import { protect } from "./protect.js";
import { type Health, createHealthApi, type Lateness } from "./health.js";

export type AppDeps = PublicApiDeps & InternalApiDeps & FrontDoorDeps;

interface FrontDoorDeps {
  log: Log;
  health: Health;
  lateness: Lateness;
  /** Who may come in, and how; falls back to users of Belfry's own. */
  access?: AccessSettings;
}

/** All that the server answers, as one value that a test can call. Without the role `api` it leaves the public API to others. */
export function createApp(deps: AppDeps): Hono {
  const app = createFrontDoor(deps);
  if (deps.health.roles.includes("api")) addFrontRooms(app, deps);
  else app.all("/api/*", refuse("api_not_served", "This server has not the role api. Ask one that has."));
  const runnerAddressOf = (c: Context) => addressOf(c, deps.access ?? localAccess);
  app.route("/internal/v1", createInternalApi({ ...deps, runnerAddressOf }));
  return app;
}

/** However many ask at once: the tick and the runners' reports find the other sessions of the pool free. */
const visitorsSessions = 3;

/** The API for people and programs, and the pages on which people sign in. */
function addFrontRooms(app: Hono, deps: AppDeps): void {
  const access = deps.access ?? localAccess;
  const withAccess = { ...deps, access, pool: partOfPool(deps.pool, visitorsSessions) };
  const identify = [identifyKey(withAccess), identifySession(withAccess), ...(deps.identify ?? [])];
  app.route("/api/v1", createPublicApi({ ...withAccess, identify, addressOf: (c) => addressOf(c, access) }));
  app.route("/", createPages(withAccess));
}

/** What a server answers before its database does: that it lives, and that it is not ready. */
export function createStartingApp(deps: FrontDoorDeps): Hono {
  const app = createFrontDoor(deps);
  const why = "The server is starting: its database has not answered yet. Try again in a moment.";
  app.all("*", refuse("not_ready", why));
  return app;
}

function refuse(code: ErrorCode, why: string): () => never {
  return () => {
    throw new BelfryError(code, why);
  };
}

function createFrontDoor(deps: FrontDoorDeps): Hono {
  const app = new Hono();
  app.use(requestId());
  app.use(protect(deps.access ?? localAccess));
  app.onError((error, c) => problemOf(c, error, deps.log));
  app.notFound((c) => {
    const what = `${c.req.method} ${c.req.path}`;
    return problemOf(
      c,
      new BelfryError("route_not_found", `There is no ${what}. The API is below /api/v1.`),
      deps.log,
    );
  });
  app.route("/", createHealthApi(deps.health, deps.lateness));
  return app;
}

import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { BelfryError } from "../../core/errors.js";
import { runCan } from "../../core/run-state.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
import { pause, resume } from "../../scheduler/pause.js";
import { listRunEvents } from "../../store/run-events.js";
import { getRun, insertManualRun, listRuns, requestCancel } from "../../store/runs.js";
import { getSchedule, listSchedules } from "../../store/schedules.js";
import { describeIssues } from "../check.js";
import { type AccessSettings, localAccess } from "../../access/settings.js";
import { problemOf } from "../problem.js";
import type { RunChanges } from "../run-changes.js";
import type { Diagnosis } from "../../core/diagnosis.js";
import { addAuditRoutes } from "./audit-api.js";
import { addBackfillRoutes } from "./backfill-api.js";
import { type Identify, identifyCallers, identifyLocal, type PublicApi, type PublicEnv } from "./caller.js";
import { addDoctorRoute } from "./doctor-route.js";
import { addKeyRoutes } from "./key-api.js";
import { addSessionRoutes } from "./session-api.js";
import { addUserRoutes } from "./user-api.js";
import { addExplainRoute } from "./explain-route.js";
import { addDurationsRoute } from "./forecast-route.js";
import { readLogPage } from "./logs.js";
import { addPlanRoute } from "./plan-route.js";
import { oneScheduleJson, schedulesJson } from "./read-schedules.js";
import { addSecretRoutes, type SecretRoutesDeps } from "./secrets-api.js";
import * as routes from "./routes.js";
import { runDetailJson, runJson } from "./to-json.js";

export interface PublicApiDeps extends Pick<Deps, "pool" | "clock" | "log">, SecretRoutesDeps {
  changes: RunChanges;
  /** The token of the data directory: who shows it may do all. */
  apiToken: string;
  /** The other ways in which a request may say who sends it. */
  identify?: readonly Identify[];
  /** Who may come in, and how; falls back to users of Belfry's own. */
  access?: AccessSettings;
  /** Where a request comes from, if that is known. */
  addressOf?: (c: Context<PublicEnv>) => string | null;
  /** How everything is. Absent: nobody can say. */
  diagnose?: () => Promise<Diagnosis>;
}

/** The API for people and programs, to be mounted at `/api/v1`. */
export function createPublicApi(deps: PublicApiDeps): PublicApi {
  const app = new OpenAPIHono<PublicEnv>({
    defaultHook: (result) => {
      if (!result.success)
        throw new BelfryError("invalid_request", describeIssues(result.error, result.target));
    },
  });
  app.onError((error, c) => problemOf(c, error, deps.log ?? stderrLog));
  app.use(requestId());
  app.use(async (c, next) => {
    c.set("address", deps.addressOf?.(c) ?? null);
    await next();
  });
  app.use(identifyCallers([identifyLocal(deps.apiToken), ...(deps.identify ?? [])]));
  app.use(limitBodies());
  addScheduleRoutes(app, deps);
  addRunRoutes(app, deps);
  addBackfillRoutes(app, deps);
  addExplainRoute(app, deps);
  addPlanRoute(app, deps);
  addDurationsRoute(app, deps);
  addAuditRoutes(app, deps);
  addPeopleRoutes(app, { ...deps, access: deps.access ?? localAccess });
  addSecretRoutes(app, deps);
  if (deps.diagnose !== undefined) addDoctorRoute(app, deps.diagnose);
  return app;
}

function addPeopleRoutes(app: PublicApi, deps: PublicApiDeps & { access: AccessSettings }): void {
  addSessionRoutes(app, deps);
  addKeyRoutes(app, deps);
  addUserRoutes(app, deps);
}

function addScheduleRoutes(app: PublicApi, deps: PublicApiDeps): void {
  const { pool } = deps;

  app.openapi(routes.listSchedulesRoute, async (c) => {
    const { cursor, limit, all } = c.req.valid("query");
    const found = await listSchedules(pool, {
      cursor: cursor ?? null,
      limit: limit + 1,
      retired: all === "true",
    });
    const schedules = found.slice(0, limit);
    const items = await schedulesJson(deps, schedules);
    return c.json({ items, nextCursor: found.length > limit ? schedules.at(-1)!.name : null }, 200);
  });

  app.openapi(routes.getScheduleRoute, async (c) => {
    const schedule = await getSchedule(pool, c.req.valid("param").name);
    return c.json(await oneScheduleJson(deps, schedule), 200);
  });

  app.openapi(routes.triggerRoute, async (c) => {
    const schedule = await getSchedule(pool, c.req.valid("param").name);
    return c.json(runJson(await insertManualRun(pool, schedule.id, instantOf(deps))), 201);
  });

  app.openapi(routes.pauseRoute, async (c) => {
    const { reason } = c.req.valid("json");
    const schedule = await pause(deps, c.req.valid("param").name, reason ?? null);
    return c.json(await oneScheduleJson(deps, schedule), 200);
  });

  app.openapi(routes.resumeRoute, async (c) => {
    const schedule = await resume(deps, c.req.valid("param").name);
    return c.json(await oneScheduleJson(deps, schedule), 200);
  });
}

function addRunRoutes(app: PublicApi, deps: PublicApiDeps): void {
  const { pool } = deps;

  app.openapi(routes.listRunsRoute, async (c) => {
    const { cursor, limit, schedule: name, status, backfill } = c.req.valid("query");
    const schedule = name === undefined ? null : await getSchedule(pool, name);
    const found = await listRuns(pool, {
      cursor: cursor ?? null,
      limit: limit + 1,
      scheduleId: schedule?.id ?? null,
      status: status ?? null,
      backfillId: backfill ?? null,
    });
    const runs = found.slice(0, limit);
    return c.json(
      { items: runs.map(runJson), nextCursor: found.length > limit ? runs.at(-1)!.id : null },
      200,
    );
  });

  app.openapi(routes.getRunRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(runDetailJson(await getRun(pool, id), await listRunEvents(pool, id)), 200);
  });

  app.openapi(routes.getLogsRoute, async (c) => {
    const { cursor = "0:0", limit, waitMs } = c.req.valid("query");
    return c.json(await readLogPage(deps, { runId: c.req.valid("param").id, cursor, limit, waitMs }), 200);
  });

  app.openapi(routes.cancelRoute, async (c) => {
    const { id } = c.req.valid("param");
    const refusal = runCan.cancel(await getRun(pool, id));
    if (refusal !== null) throw new BelfryError("run_ended", refusal);
    await requestCancel(pool, id, instantOf(deps));
    return c.json(runJson(await getRun(pool, id)), 200);
  });
}

const mebibyte = 1024 * 1024;

/** A manifest as JSON is larger than all else that is asked. */
function limitBodies(): MiddlewareHandler {
  const [usual, large] = [limitOf(1), limitOf(8)];
  return (c, next) => (/^(\/api\/v1)?\/plan$/.test(c.req.path) ? large : usual)(c, next);
}

function limitOf(size: number): MiddlewareHandler {
  const onError = () => {
    throw new BelfryError("body_too_large", `The body is larger than ${size} MiB.`);
  };
  return bodyLimit({ maxSize: size * mebibyte, onError });
}

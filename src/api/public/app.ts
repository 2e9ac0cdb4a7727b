import { createHash, timingSafeEqual } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { BelfryError } from "../../core/errors.js";
import { runCan } from "../../core/run-state.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
import { pause, resume } from "../../scheduler/pause.js";
import { listRunEvents } from "../../store/run-events.js";
import { getRun, insertManualRun, listRuns, requestCancel } from "../../store/runs.js";
import { getSchedule, listSchedules } from "../../store/schedules.js";
import { describeIssues } from "../check.js";
import { problemOf } from "../problem.js";
import type { RunChanges } from "../run-changes.js";
import type { Diagnosis } from "../../core/diagnosis.js";
import { addBackfillRoutes } from "./backfill-api.js";
import { addDoctorRoute } from "./doctor-route.js";
import { addExplainRoute } from "./explain-route.js";
import { addDurationsRoute } from "./forecast-route.js";
import { readLogPage } from "./logs.js";
import { addPlanRoute } from "./plan-route.js";
import { oneScheduleJson, schedulesJson } from "./read-schedules.js";
import * as routes from "./routes.js";
import { runDetailJson, runJson } from "./to-json.js";

export interface PublicApiDeps extends Pick<Deps, "pool" | "clock" | "log"> {
  changes: RunChanges;
  /** What every caller must present as a bearer token. */
  apiToken: string;
  /** How everything is. Absent: nobody can say. */
  diagnose?: () => Promise<Diagnosis>;
}

/** The API for people and programs, to be mounted at `/api/v1`. */
export function createPublicApi(deps: PublicApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success)
        throw new BelfryError("invalid_request", describeIssues(result.error, result.target));
    },
  });
  app.onError((error, c) => problemOf(c, error, deps.log ?? stderrLog));
  app.use(requireToken(deps.apiToken));
  app.use(limitBodies());
  addScheduleRoutes(app, deps);
  addRunRoutes(app, deps);
  addBackfillRoutes(app, deps);
  addExplainRoute(app, deps);
  addPlanRoute(app, deps);
  addDurationsRoute(app, deps);
  if (deps.diagnose !== undefined) addDoctorRoute(app, deps.diagnose);
  return app;
}

function addScheduleRoutes(app: OpenAPIHono, deps: PublicApiDeps): void {
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

function addRunRoutes(app: OpenAPIHono, deps: PublicApiDeps): void {
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

function requireToken(apiToken: string): MiddlewareHandler {
  const expected = digest(apiToken);
  return async (c, next) => {
    const token = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined || !timingSafeEqual(digest(token), expected)) {
      const what = token === undefined ? "The request carries no token" : "The token is not this server's";
      throw new BelfryError(
        "unauthorized",
        `${what}. Send the one in the data directory's api-token as a bearer token.`,
      );
    }
    await next();
  };
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
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

import { randomUUID } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { BelfryError } from "../../core/errors.js";
import type { Deps } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
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
import { addPlanRoutes } from "./plan-route.js";
import { addOpenApiRoutes } from "./openapi.js";
import { addPreviewRoutes } from "./preview-api.js";
import { limitRate } from "./rate-limit.js";
import { limitTime, usualTimeLimitMs } from "./time-limit.js";
import { addRunRoutes } from "./runs-api.js";
import { addScheduleRoutes } from "./schedules-api.js";
import { addSecretRoutes, type SecretRoutesDeps } from "./secrets-api.js";

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
  /** How many requests a minute each caller may send; absent or 0: any number. */
  rateLimit?: number;
  /** How long an answer may take, in milliseconds; 30,000. */
  timeLimitMs?: number;
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
  // The front door has given it one already, if there is a front door.
  app.use(requestId({ generator: (c) => (c.get("requestId") as string | undefined) ?? randomUUID() }));
  app.use(async (c, next) => {
    c.set("address", deps.addressOf?.(c) ?? null);
    await next();
  });
  app.use(limitTime(deps.timeLimitMs ?? usualTimeLimitMs));
  const identify = identifyCallers([identifyLocal(deps.apiToken), ...(deps.identify ?? [])]);
  app.use(limitRate(deps.rateLimit ?? 0, identify));
  app.use(limitBodies());
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, methods) => refuseMethod(c, methods, deps) }));
  addScheduleRoutes(app, deps);
  addPreviewRoutes(app, deps);
  addRunRoutes(app, deps);
  addBackfillRoutes(app, deps);
  addExplainRoute(app, deps);
  addPlanRoutes(app, deps);
  addDurationsRoute(app, deps);
  addAuditRoutes(app, deps);
  addPeopleRoutes(app, { ...deps, access: deps.access ?? localAccess });
  addSecretRoutes(app, deps);
  if (deps.diagnose !== undefined) addDoctorRoute(app, deps.diagnose);
  addOpenApiRoutes(app);
  return app;
}

function addPeopleRoutes(app: PublicApi, deps: PublicApiDeps & { access: AccessSettings }): void {
  addSessionRoutes(app, deps);
  addKeyRoutes(app, deps);
  addUserRoutes(app, deps);
}

function refuseMethod(c: Context, methods: readonly string[], { log }: PublicApiDeps): Response {
  const allow = methods.join(", ");
  const message = `${c.req.path} takes no ${c.req.method}, but ${allow}.`;
  const response = problemOf(c, new BelfryError("method_not_allowed", message), log ?? stderrLog);
  response.headers.set("allow", allow);
  return response;
}

const mebibyte = 1024 * 1024;

/** A manifest as JSON is larger than all else that is asked. */
function limitBodies(): MiddlewareHandler {
  const [usual, large] = [limitOf(1), limitOf(8)];
  return (c, next) => (/^(\/api\/v1)?\/(plan|apply)$/.test(c.req.path) ? large : usual)(c, next);
}

function limitOf(size: number): MiddlewareHandler {
  const onError = () => {
    throw new BelfryError("body_too_large", `The body is larger than ${size} MiB.`);
  };
  return bodyLimit({ maxSize: size * mebibyte, onError });
}

import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { problemOf } from "../../api/problem.js";
import { BelfryError, errorTable } from "../../core/errors.js";
import { instantOf } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
import { findSession } from "../../store/user-sessions.js";
import { createAssets } from "../assets.js";
import { readCookie } from "../cookies.js";
import type { AccessDeps } from "../deps.js";
import { createGithub } from "../github.js";
import { createOidc } from "../oidc.js";
import { addressOf, refuseForeignOrigin, siteOf } from "../site.js";
import { createThrottle } from "../throttle.js";
import { tokenHash } from "../token.js";
import { addAccountRoutes } from "./account-routes.js";
import type { PageContext, PageDeps, PageEnv, Pages } from "./page-env.js";
import { problemPage } from "./problem-page.js";
import { addProviderRoutes } from "./provider-routes.js";
import { addSignInRoutes } from "./sign-in-routes.js";

/** The pages on which people sign in and look after their accounts. */
export function createPages(given: AccessDeps): Pages {
  const app: Pages = new Hono<PageEnv>();
  const deps = completed(given);
  app.onError((error, c) => tellProblem(c, error, deps));
  for (const path of ["/", "/login", "/auth/*", "/account/*"]) {
    app.use(path, limitBodies(), knowBrowser(deps));
  }
  app.route("/", createAssets());
  addSignInRoutes(app, deps);
  addAccountRoutes(app, deps);
  if (deps.oidc !== null) addProviderRoutes(app, deps, "oidc", deps.oidc);
  if (deps.github !== null) addProviderRoutes(app, deps, "github", deps.github);
  return app;
}

function completed(deps: AccessDeps): PageDeps {
  const { oidc, github } = deps.access;
  return {
    ...deps,
    throttle: createThrottle(),
    oidc: oidc === null ? null : createOidc(oidc),
    github: github === null ? null : createGithub(github),
  };
}

function limitBodies(): MiddlewareHandler {
  return bodyLimit({ maxSize: 64 * 1024, onError: refuseBody });
}

function refuseBody(): never {
  throw new BelfryError("body_too_large", "The body is larger than 64 KiB.");
}

/** Finds out who is signed in, and refuses what a page of another site makes a browser send. */
function knowBrowser(deps: PageDeps): MiddlewareHandler<PageEnv> {
  return async (c, next) => {
    const site = siteOf(c, deps.access);
    c.set("site", site);
    c.set("address", addressOf(c, deps.access));
    if (!/^(GET|HEAD)$/.test(c.req.method)) refuseForeignOrigin(c, site);
    const token = readCookie(c, "belfry_session", site);
    const found =
      token === undefined ? null : await findSession(deps.pool, tokenHash(token), instantOf(deps));
    c.set("signedIn", found);
    await next();
  };
}

/** A page for people, a problem for the script. */
async function tellProblem(c: PageContext, error: unknown, { log = stderrLog }: PageDeps): Promise<Response> {
  const isRefused = error instanceof BelfryError && error.code === "sign_in_refused";
  if (isRefused) log.warn({ path: c.req.path, reason: reasonOf(error) }, "session.refused");
  const wantsPage = c.req.header("accept")?.includes("text/html") === true;
  const known = error instanceof BelfryError && errorTable[error.code].status < 500;
  if (!wantsPage || !known) return problemOf(c, error, log);
  return c.html(problemPage(error.message), errorTable[error.code].status as 400);
}

/** What a provider's answer lacked is for the log only. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message} ${cause.message}` : message;
}

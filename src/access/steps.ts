import type { Context } from "hono";
import { instantOf } from "../scheduler/deps.js";
import { insertLoginStep, type LoginStepKind, useLoginStep } from "../store/login-steps.js";
import { clearCookie, readCookie, writeCookie } from "./cookies.js";
import type { AccessDeps } from "./deps.js";
import { siteOf } from "./site.js";
import { newToken, tokenHash } from "./token.js";

const stepMs = 10 * 60_000;

/** Remembers something for the next request of this browser, and of no other. */
export async function rememberStep(
  c: Context,
  deps: AccessDeps,
  kind: LoginStepKind,
  data: object,
): Promise<void> {
  const token = newToken();
  await insertLoginStep(
    deps.pool,
    { tokenHash: tokenHash(token), kind, data, forMs: stepMs },
    instantOf(deps),
  );
  writeCookie(c, "belfry_step", { site: siteOf(c, deps.access), value: token, forMs: stepMs });
}

/** What was remembered for this browser, once; null: nothing, or it is too late. */
export async function recallStep<Data>(
  c: Context,
  deps: AccessDeps,
  kind: LoginStepKind,
): Promise<Data | null> {
  const site = siteOf(c, deps.access);
  const token = readCookie(c, "belfry_step", site);
  if (token === undefined) return null;
  clearCookie(c, "belfry_step", site);
  return useLoginStep<Data>(deps.pool, { tokenHash: tokenHash(token), kind }, instantOf(deps));
}

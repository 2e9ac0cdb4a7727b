import type { Context } from "hono";
import { bearerOf, type Caller, type Identify, originOf, type PublicEnv } from "../api/public/caller.js";
import { BelfryError } from "../core/errors.js";
import { type Right, rightsOf, type Role } from "../core/rights.js";
import { instantOf } from "../scheduler/deps.js";
import { findUsableKey } from "../store/api-keys.js";
import { findSession } from "../store/user-sessions.js";
import { readCookie } from "./cookies.js";
import type { AccessDeps } from "./deps.js";
import { keyMark } from "./keys.js";
import { refuseForeignOrigin, siteOf } from "./site.js";
import { tokenHash } from "./token.js";

/** Knows whoever shows an API key: it may what it was made for, and no more than the user who made it may now. */
export function identifyKey(deps: AccessDeps): Identify {
  return async (c) => {
    const token = bearerOf(c);
    if (!token?.startsWith(keyMark)) return null;
    const found = await findUsableKey(deps.pool, tokenHash(token), instantOf(deps));
    if (found === null) return null;
    const { key, role } = found;
    const rights = rightsOfKey(key.scopes, role);
    return { ...originOf(c), actor: { kind: "key", id: key.id, name: key.name }, rights, userId: key.userId };
  };
}

function rightsOfKey(scopes: readonly Right[], role: Role | null): ReadonlySet<Right> {
  return new Set(role === null ? scopes : scopes.filter((scope) => rightsOf[role].includes(scope)));
}

/** Knows whoever is signed in with this browser; their role is looked up each time. */
export function identifySession(deps: AccessDeps): Identify {
  return async (c) => {
    // Whoever says in words who they are is not taken for somebody else.
    if (c.req.header("authorization") !== undefined) return null;
    const site = siteOf(c, deps.access);
    const token = readCookie(c, "belfry_session", site);
    if (token === undefined) return null;
    const found = await findSession(deps.pool, tokenHash(token), instantOf(deps));
    if (found === null) return null;
    if (!/^(GET|HEAD)$/.test(c.req.method)) {
      refuseForeignOrigin(c, site);
      refuseForms(c);
    }
    return callerOfSession(c, found);
  };
}

function callerOfSession(
  c: Context<PublicEnv>,
  { session, user }: NonNullable<Awaited<ReturnType<typeof findSession>>>,
): Caller {
  return {
    ...originOf(c),
    actor: { kind: "user", id: user.id, name: user.name },
    rights: new Set(rightsOf[user.role]),
    userId: user.id,
    sessionId: session.id,
  };
}

/** A form of another site cannot send JSON. */
function refuseForms(c: Context): void {
  const type = c.req.header("content-type");
  if (type === undefined || /^application\/(\w+[+])?json\b/i.test(type)) return;
  throw new BelfryError(
    "forbidden",
    `A body of ${type.slice(0, 100)} is not taken from a browser. Send application/json.`,
  );
}

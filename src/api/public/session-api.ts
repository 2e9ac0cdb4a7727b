import type { AccessDeps } from "../../access/deps.js";
import { removePasskey } from "../../access/passkeys.js";
import { changePassword } from "../../access/passwords.js";
import { endAllSessions, endSession } from "../../access/sign-out.js";
import { instantOf } from "../../scheduler/deps.js";
import { listPasskeys, type Passkey } from "../../store/passkeys.js";
import { listSessions, type UserSession } from "../../store/user-sessions.js";
import { callerOf, type PublicApi } from "./caller.js";
import * as routes from "./session-routes.js";
import type { PasskeyJson, SessionJson } from "./session-shapes.js";

/** Adds all that one can ask of oneself: who one is, one's sessions, password and passkeys. */
export function addSessionRoutes(app: PublicApi, deps: AccessDeps): void {
  const { pool } = deps;

  app.openapi(routes.getSessionRoute, (c) => {
    const { actor, rights } = callerOf(c);
    return c.json({ ...actor, rights: [...rights] }, 200);
  });

  app.openapi(routes.endSessionRoute, async (c) => {
    const caller = callerOf(c);
    await endSession(deps, caller, caller.sessionId!);
    return c.json({ ended: 1 }, 200);
  });

  app.openapi(routes.listSessionsRoute, async (c) => {
    const { userId, sessionId } = callerOf(c);
    const sessions = await listSessions(pool, userId!, instantOf(deps));
    return c.json({ items: sessions.map((session) => sessionJson(session, sessionId)) }, 200);
  });

  app.openapi(routes.endOneSessionRoute, async (c) => {
    await endSession(deps, callerOf(c), c.req.valid("param").id);
    return c.json({ ended: 1 }, 200);
  });

  app.openapi(routes.endAllSessionsRoute, async (c) => {
    return c.json({ ended: await endAllSessions(deps, callerOf(c)) }, 200);
  });

  app.openapi(routes.changePasswordRoute, async (c) => {
    const { current, next } = c.req.valid("json");
    await changePassword(deps, callerOf(c), { current: current ?? null, next });
    return c.json({ changed: true as const }, 200);
  });

  app.openapi(routes.listPasskeysRoute, async (c) => {
    const passkeys = await listPasskeys(pool, callerOf(c).userId!);
    return c.json({ items: passkeys.map(passkeyJson) }, 200);
  });

  app.openapi(routes.removePasskeyRoute, async (c) => {
    await removePasskey(deps, callerOf(c), c.req.valid("param").id);
    return c.json({ changed: true as const }, 200);
  });
}

function sessionJson(session: UserSession, ownId: string | undefined): SessionJson {
  return {
    id: session.id,
    isThis: session.id === ownId,
    way: session.way,
    address: session.address,
    userAgent: session.userAgent,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}

function passkeyJson({ id, name, createdAt, lastUsedAt }: Passkey): PasskeyJson {
  return { id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}

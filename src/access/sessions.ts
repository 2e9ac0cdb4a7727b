import type { SignInWay, User } from "../core/user.js";
import { instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import type { Queryable } from "../store/database.js";
import { insertSession, pruneSessions } from "../store/user-sessions.js";
import { touchSignIn } from "../store/users.js";
import { type AccessDeps, type Origin, requesterOf } from "./deps.js";
import { newToken, tokenHash } from "./token.js";

/** Who signs in, in which way, and from where. */
export interface SignIn {
  user: User;
  way: SignInWay;
  origin: Origin;
  userAgent: string | null;
}

/**
 * Begins a session with a token of its own, in the caller's transaction, and answers the token: only the browser has it. What
 * the browser brought along is never taken up.
 */
export async function startSession(
  deps: Pick<AccessDeps, "clock" | "access">,
  session: Queryable,
  { user, way, origin, userAgent }: SignIn,
): Promise<string> {
  const at = instantOf(deps);
  const token = newToken();
  const { sessionIdleMs: idleMs, sessionMaxMs: maxMs } = deps.access;
  await pruneSessions(session, at);
  const begun = await insertSession(
    session,
    {
      tokenHash: tokenHash(token),
      userId: user.id,
      way,
      address: origin.address,
      userAgent: userAgent?.slice(0, 300) ?? null,
      idleMs,
      maxMs,
    },
    at,
  );
  await touchSignIn(session, user.id, at);
  const act = { action: "session.started", targetKind: "session", target: begun.id, after: { way } } as const;
  await recordAudit(session, requesterOf(user, origin), [act], at);
  return token;
}

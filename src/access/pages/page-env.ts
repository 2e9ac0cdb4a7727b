import type { Context, Hono } from "hono";
import type { Caller } from "../../api/public/caller.js";
import type { User } from "../../core/user.js";
import type { UserSession } from "../../store/user-sessions.js";
import type { AccessDeps } from "../deps.js";
import type { Provider } from "../provider.js";
import type { From } from "../sign-in.js";
import type { Site } from "../site.js";
import type { Throttle } from "../throttle.js";

/** Who is signed in with this browser. */
export interface SignedIn {
  session: UserSession;
  user: User;
}

/** What the middleware of the pages leaves for them. */
export interface PageEnv {
  Variables: { requestId?: string; site: Site; address: string | null; signedIn: SignedIn | null };
}

export type PageContext = Context<PageEnv>;
export type Pages = Hono<PageEnv>;

export interface PageDeps extends AccessDeps {
  throttle: Throttle;
  oidc: Provider | null;
  github: Provider | null;
}

/** Where somebody signs in from. */
export function fromOf(c: PageContext): From {
  return {
    origin: { address: c.var.address, requestId: c.var.requestId ?? null },
    userAgent: c.req.header("user-agent") ?? null,
  };
}

/** Whoever is signed in, as the one who does something. */
export function callerOn(c: PageContext, { session, user }: SignedIn): Caller {
  const { origin } = fromOf(c);
  return {
    ...origin,
    actor: { kind: "user", id: user.id, name: user.name },
    rights: new Set(),
    userId: user.id,
    sessionId: session.id,
  };
}

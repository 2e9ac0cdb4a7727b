import { BelfryError } from "../core/errors.js";
import type { User } from "../core/user.js";
import type { Requester } from "../core/actor.js";
import { instantOf } from "../scheduler/deps.js";
import type { Caller } from "../api/public/caller.js";
import { rightsOf } from "../core/rights.js";
import { recordAudit } from "../store/audit-log.js";
import type { Queryable } from "../store/database.js";
import { insertLoginStep, useLoginStep } from "../store/login-steps.js";
import { inTransaction } from "../store/transaction.js";
import { pruneSessions } from "../store/user-sessions.js";
import { countUsers, findUserById, lockUser, lockUsers, tryInsertUser } from "../store/users.js";
import { type AccessDeps, type Origin, requesterOf } from "./deps.js";
import { refuseBeyond } from "./keys.js";
import { startSession } from "./sessions.js";
import { newToken, tokenHash } from "./token.js";

const hour = 3_600_000;
/** How long the link to a new server, or to one's own account, can be used. */
const linkMs = hour;
/** How long an invitation can be used. */
const invitationMs = 3 * 24 * hour;

const owner = "owner";

/** Whom a link lets in; null: the owner, who is not there yet. */
interface LinkData {
  userId: string | null;
}

export interface Link {
  path: string;
  expiresAt: Date;
}

type LinkDeps = Pick<AccessDeps, "pool" | "clock" | "access">;

/** A link that lets its reader in as the first user, once; null if there are users, or none of Belfry's own. */
export async function tryMakeFirstLink(deps: LinkDeps): Promise<Link | null> {
  if (!deps.access.local || (await countUsers(deps.pool)) > 0) return null;
  await pruneSessions(deps.pool, instantOf(deps));
  return makeLink(deps, deps.pool, { userId: null }, linkMs);
}

/** A link that lets its reader in as this user, once. To be called in the transaction that adds the user. */
export async function makeInvitation(deps: LinkDeps, session: Queryable, { id }: User): Promise<Link> {
  refuseWithoutLocal(deps);
  return makeLink(deps, session, { userId: id }, invitationMs);
}

/**
 * A link that lets its reader in as the user of that name, or as the owner where there are no users yet. Throws `forbidden`
 * if that user may more than the caller.
 */
export async function makeLinkFor(deps: LinkDeps, caller: Caller, name: string | null): Promise<Link> {
  refuseWithoutLocal(deps);
  if (name === null) {
    refuseBeyond(caller, rightsOf.admin, "A link");
    const link = await tryMakeFirstLink(deps);
    if (link !== null) return link;
    throw new BelfryError(
      "invalid_request",
      "There are users already: say for which of them the link shall be.",
    );
  }
  return inTransaction(deps.pool, async (session) => {
    const user = await lockUser(session, name);
    refuseBeyond(caller, rightsOf[user.role], "A link for a user");
    if (user.disabledAt !== null)
      throw new BelfryError("forbidden", `The user ${name} is disabled. Enable it first.`);
    const act = { action: "user.link_made", targetKind: "user", target: name } as const;
    await recordAudit(session, caller, [act], instantOf(deps));
    return makeLink(deps, session, { userId: user.id }, linkMs);
  });
}

function refuseWithoutLocal({ access }: LinkDeps): void {
  if (access.local) return;
  throw new BelfryError(
    "invalid_request",
    "This server has no users of its own: --auth does not name local.",
  );
}

async function makeLink(deps: LinkDeps, db: Queryable, data: LinkData, forMs: number): Promise<Link> {
  const token = newToken();
  const step = { tokenHash: tokenHash(token), kind: "link", data, forMs } as const;
  const expiresAt = await insertLoginStep(db, step, instantOf(deps));
  return { path: `/auth/link?token=${token}`, expiresAt };
}

/** Uses a link up, and answers the token of the session that it began. Throws `sign_in_refused`. */
export async function followLink(
  deps: LinkDeps,
  token: string,
  from: { origin: Origin; userAgent: string | null },
): Promise<string> {
  return inTransaction(deps.pool, async (session) => {
    const at = instantOf(deps);
    const data = await useLoginStep<LinkData>(session, { tokenHash: tokenHash(token), kind: "link" }, at);
    const user = data === null ? null : await userOf(deps, session, data, from.origin);
    if (user === null || user.disabledAt !== null) throw spentLink();
    return startSession(deps, session, { user, way: "link", ...from });
  });
}

function spentLink(): BelfryError {
  return new BelfryError(
    "sign_in_refused",
    'The link has been used, or is too old. Ask for another: "belfry link" on the server makes one.',
  );
}

async function userOf(
  deps: LinkDeps,
  session: Queryable,
  { userId }: LinkData,
  origin: Origin,
): Promise<User | null> {
  if (userId !== null) return findUserById(session, userId);
  await lockUsers(session);
  // Somebody came first, by another link.
  if ((await countUsers(session)) > 0) return null;
  const at = instantOf(deps);
  const user = await tryInsertUser(session, { name: owner, displayName: "", email: null, role: "admin" }, at);
  const requester: Requester = requesterOf(user!, origin);
  const act = {
    action: "user.created",
    targetKind: "user",
    target: owner,
    after: { role: "admin" },
  } as const;
  await recordAudit(session, requester, [act], at);
  return user;
}

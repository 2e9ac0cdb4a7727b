import type { Role } from "../core/rights.js";
import { type SignInWay, type User, userNameOf } from "../core/user.js";
import { BelfryError } from "../core/errors.js";
import { instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import type { Queryable } from "../store/database.js";
import { findUserOfIdentity, insertIdentity } from "../store/identities.js";
import { inTransaction } from "../store/transaction.js";
import { lockUsers, tryInsertUser, updateUser } from "../store/users.js";
import { type AccessDeps, type Origin, requesterOf } from "./deps.js";
import { startSession } from "./sessions.js";

/** What an identity provider says of somebody who may come in. */
export interface Person {
  issuer: string;
  subject: string;
  /** What they would like to be called here. */
  wishedName: string;
  displayName: string;
  email: string | null;
  /** The role that the provider's groups give; null: they give none. */
  role: Role | null;
}

export interface From {
  origin: Origin;
  userAgent: string | null;
}

/**
 * Lets somebody in whom a provider has vouched for, and answers the token of the session. The first time a user is made; a
 * user who is here under the same name or address is somebody else, unless the provider knows them by the same subject.
 */
export async function signInPerson(
  deps: AccessDeps,
  person: Person,
  from: From & { way: SignInWay },
): Promise<string> {
  return inTransaction(deps.pool, async (session) => {
    const known = (await findUserOfIdentity(session, person)) ?? (await waitForTwin(session, person));
    const user =
      known === null ? await welcome(deps, session, person, from) : await renew(deps, session, known, person);
    if (user.disabledAt !== null) throw new BelfryError("sign_in_refused", "The account is disabled.");
    return startSession(deps, session, { user, ...from });
  });
}

/** Somebody may come in for the first time by two windows at once. */
async function waitForTwin(session: Queryable, person: Person): Promise<User | null> {
  await lockUsers(session);
  return findUserOfIdentity(session, person);
}

async function welcome(deps: AccessDeps, session: Queryable, person: Person, from: From): Promise<User> {
  const at = instantOf(deps);
  const role = person.role ?? deps.access.newUserRole;
  const user = await insertUnderFreeName(deps, session, person, role);
  await insertIdentity(session, user.id, person, at);
  const after = { role, email: person.email, issuer: person.issuer };
  const act = { action: "user.created", targetKind: "user", target: user.name, after } as const;
  await recordAudit(session, requesterOf(user, from.origin), [act], at);
  return user;
}

async function insertUnderFreeName(
  deps: AccessDeps,
  session: Queryable,
  { wishedName, displayName, email }: Person,
  role: Role,
): Promise<User> {
  const name = userNameOf(wishedName);
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name}-${number}`;
    const user = await tryInsertUser(session, { name: tried, displayName, email, role }, instantOf(deps));
    if (user !== null) return user;
  }
}

/** What the provider says now is what holds. */
async function renew(deps: AccessDeps, session: Queryable, user: User, person: Person): Promise<User> {
  const role = person.role ?? user.role;
  const { displayName, email } = person;
  const at = instantOf(deps);
  if (role !== user.role) {
    const act = { action: "user.changed", targetKind: "user", target: user.name } as const;
    const [before, after] = [{ role: user.role }, { role, issuer: person.issuer }];
    const provider = {
      actor: { kind: "system", id: null, name: "provider" },
      address: null,
      requestId: null,
    } as const;
    await recordAudit(session, provider, [{ ...act, before, after }], at);
  }
  return updateUser(session, user.id, { role, displayName, email }, at);
}

/** Lets a user in who has shown that it is them. */
export async function signInUser(
  deps: AccessDeps,
  user: User,
  from: From & { way: SignInWay },
): Promise<string> {
  return inTransaction(deps.pool, (session) => startSession(deps, session, { user, ...from }));
}

/** Notes that a sign-in was refused. What is written down is short, and bounded by the throttle. */
export async function recordRefusal(
  deps: AccessDeps,
  { way, name }: { way: SignInWay; name: string },
  origin: Origin,
): Promise<void> {
  const act = {
    action: "session.refused",
    targetKind: "user",
    target: name.slice(0, 100),
    after: { way },
  } as const;
  const nobody = { kind: "system", id: null, name: "sign-in" } as const;
  await recordAudit(deps.pool, { ...origin, actor: nobody }, [act], instantOf(deps));
}

import type { Caller } from "../api/public/caller.js";
import { BelfryError } from "../core/errors.js";
import { rightsOf } from "../core/rights.js";
import type { User } from "../core/user.js";
import { instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import type { Queryable } from "../store/database.js";
import { inTransaction } from "../store/transaction.js";
import { deleteSessionsOf } from "../store/user-sessions.js";
import {
  deleteUser,
  lockAdmins,
  lockUser,
  type NewUser,
  tryInsertUser,
  updateUser,
  type UserChange,
} from "../store/users.js";
import type { AccessDeps } from "./deps.js";
import { refuseBeyond } from "./keys.js";
import { type Link, makeInvitation } from "./links.js";

type UserDeps = Pick<AccessDeps, "pool" | "clock" | "access">;

/** Adds a user of Belfry's own, and a link that lets them in once. Throws `user_exists`, or `forbidden` for too high a role. */
export async function addUser(
  deps: UserDeps,
  caller: Caller,
  user: NewUser,
): Promise<{ user: User; link: Link }> {
  refuseBeyond(caller, rightsOf[user.role], "A user");
  const at = instantOf(deps);
  return inTransaction(deps.pool, async (session) => {
    const added = await tryInsertUser(session, user, at);
    if (added === null) throw new BelfryError("user_exists", `There is a user ${user.name} already.`);
    const act = {
      action: "user.created",
      targetKind: "user",
      target: user.name,
      after: shown(added),
    } as const;
    await recordAudit(session, caller, [act], at);
    return { user: added, link: await makeInvitation(deps, session, added) };
  });
}

/** Changes a user; who is disabled is signed out everywhere. Throws `last_admin`, or `forbidden`: they may more than the caller. */
export async function changeUser(
  deps: Pick<AccessDeps, "pool" | "clock">,
  caller: Caller,
  name: string,
  change: UserChange,
): Promise<User> {
  const at = instantOf(deps);
  return inTransaction(deps.pool, async (session) => {
    const user = await lockOther(session, caller, name);
    if (change.role !== undefined) refuseBeyond(caller, rightsOf[change.role], "A user");
    if (change.disabled === true || (change.role ?? "admin") !== "admin")
      await refuseLastAdmin(session, user);
    const changed = await updateUser(session, user.id, change, at);
    if (change.disabled === true) await deleteSessionsOf(session, user.id, null);
    const [before, after] = [shown(user), shown(changed)];
    const act = { action: "user.changed", targetKind: "user", target: name, before, after } as const;
    await recordAudit(session, caller, [act], at);
    return changed;
  });
}

/** Removes a user, with their sessions, passkeys and keys. Throws as `changeUser`. */
export async function removeUser(
  deps: Pick<AccessDeps, "pool" | "clock">,
  caller: Caller,
  name: string,
): Promise<User> {
  return inTransaction(deps.pool, async (session) => {
    const user = await lockOther(session, caller, name);
    await refuseLastAdmin(session, user);
    await deleteUser(session, user.id);
    const act = { action: "user.removed", targetKind: "user", target: name, before: shown(user) } as const;
    await recordAudit(session, caller, [act], instantOf(deps));
    return user;
  });
}

// The admins are locked first, in one order, by all who lock a user: so none waits for the other in a circle.
async function lockOther(session: Queryable, caller: Caller, name: string): Promise<User> {
  await lockAdmins(session);
  const user = await lockUser(session, name);
  refuseBeyond(caller, rightsOf[user.role], "A user");
  return user;
}

async function refuseLastAdmin(session: Queryable, user: User): Promise<void> {
  const admins = await lockAdmins(session);
  if (admins.length > 1 || admins[0] !== user.id) return;
  throw new BelfryError("last_admin", `${user.name} is the last admin. Make another user an admin first.`);
}

/** What the audit log tells of a user. */
function shown({ role, displayName, email, disabledAt }: User) {
  return { role, displayName, email, disabled: disabledAt !== null };
}

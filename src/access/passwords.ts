import { hash, verify } from "@node-rs/argon2";
import type { Caller } from "../api/public/caller.js";
import { BelfryError } from "../core/errors.js";
import type { User } from "../core/user.js";
import { instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import { inTransaction } from "../store/transaction.js";
import { deleteSessionsOf } from "../store/user-sessions.js";
import { findPasswordHash, findUser, lockUser, setPasswordHash } from "../store/users.js";
import type { AccessDeps } from "./deps.js";

/** The fewest and the most characters of a password. */
export const passwordLength = { least: 12, most: 256 };

// Argon2id as OWASP asks for: 19 MiB, two passes, one lane. The library's `Algorithm` is not there when it runs.
export const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** What a password is compared with where there is none, so that it takes as long. Made with the cost above, of chance. */
export const hashOfNobody =
  "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nc29tZXRoaW5n$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** The user whose name and password these are; null for anything else, and after as long a time. */
export async function findByPassword(
  { pool }: Pick<AccessDeps, "pool">,
  name: string,
  password: string,
): Promise<User | null> {
  const kept = await findPasswordHash(pool, name);
  const isRight = await verify(kept ?? hashOfNobody, asKept(password.slice(0, 4 * passwordLength.most)));
  if (kept === null || !isRight) return null;
  const user = await findUser(pool, name);
  return user?.disabledAt === null ? user : null;
}

/**
 * Gives the caller a new password, and ends their other sessions. Who has a password has to say it: throws `sign_in_refused`
 * if it is another, and `weak_password`.
 */
export async function changePassword(
  deps: Pick<AccessDeps, "pool" | "clock">,
  caller: Caller,
  { current, next }: { current: string | null; next: string },
): Promise<void> {
  const { name } = caller.actor;
  refuseWeak(name, next);
  const kept = await findPasswordHash(deps.pool, name);
  if (kept !== null && !(await verify(kept, asKept(current ?? "")))) {
    throw new BelfryError("sign_in_refused", "The present password is another.");
  }
  const hashed = await hash(asKept(next), cost);
  await inTransaction(deps.pool, async (session) => {
    const at = instantOf(deps);
    const user = await lockUser(session, name);
    if ((await findPasswordHash(session, name)) !== kept) {
      throw new BelfryError("sign_in_refused", "The password has just been changed by somebody else.");
    }
    await setPasswordHash(session, user.id, hashed, at);
    await deleteSessionsOf(session, user.id, caller.sessionId ?? null);
    const act = { action: "user.password_changed", targetKind: "user", target: name } as const;
    await recordAudit(session, caller, [act], at);
  });
}

/** Keyboards differ in how they write the same letter. */
function asKept(password: string): string {
  return password.normalize("NFKC");
}

function refuseWeak(name: string, password: string): void {
  const { least, most } = passwordLength;
  const length = Array.from(password).length;
  const why =
    length < least || length > most
      ? `A password has from ${least} to ${most} characters; this one has ${length}.`
      : new Set(password.toLowerCase()).size < 5
        ? "The password has too few different characters."
        : password.toLowerCase().replaceAll(name, "").length < least / 2
          ? "The password is little more than the user's name."
          : null;
  if (why !== null) throw new BelfryError("weak_password", why);
}

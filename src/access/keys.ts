import type { Caller } from "../api/public/caller.js";
import { BelfryError } from "../core/errors.js";
import { beyond, type Right } from "../core/rights.js";
import { instantOf } from "../scheduler/deps.js";
import { type ApiKey, insertKey, revokeKey } from "../store/api-keys.js";
import { recordAudit } from "../store/audit-log.js";
import { inTransaction } from "../store/transaction.js";
import type { AccessDeps } from "./deps.js";
import { newToken, tokenHash } from "./token.js";

/** What every API key begins with, so that those who look for lost secrets find it. */
export const keyMark = "belfry_";

type KeyDeps = Pick<AccessDeps, "pool" | "clock">;

interface WantedKey {
  name: string;
  scopes: readonly Right[];
  expiresAt: Date | null;
}

/** Makes an API key, and answers its text: nobody can see it again. Throws `forbidden` for rights that the maker has not. */
export async function createKey(
  deps: KeyDeps,
  caller: Caller,
  { name, scopes, expiresAt }: WantedKey,
): Promise<{ key: ApiKey; text: string }> {
  refuseBeyond(caller, scopes, "A key");
  const text = keyMark + newToken();
  const at = instantOf(deps);
  const key = await inTransaction(deps.pool, async (session) => {
    const made = await insertKey(
      session,
      {
        name,
        prefix: text.slice(0, keyMark.length + 6),
        keyHash: tokenHash(text),
        scopes: [...new Set(scopes)],
        madeBy: caller.actor.name,
        userId: caller.userId ?? null,
        expiresAt,
      },
      at,
    );
    const after = { name, scopes: made.scopes, expiresAt: expiresAt?.toISOString() ?? null };
    await recordAudit(
      session,
      caller,
      [{ action: "key.created", targetKind: "key", target: made.id, after }],
      at,
    );
    return made;
  });
  return { key, text };
}

/** Takes a key's power away for ever. */
export async function revoke(deps: KeyDeps, caller: Caller, id: string): Promise<ApiKey> {
  const at = instantOf(deps);
  return inTransaction(deps.pool, async (session) => {
    const { key, revokedNow } = await revokeKey(session, id, at);
    if (revokedNow) {
      const before = { name: key.name, scopes: key.scopes };
      await recordAudit(
        session,
        caller,
        [{ action: "key.revoked", targetKind: "key", target: id, before }],
        at,
      );
    }
    return key;
  });
}

/** Throws `forbidden` if `what` would give rights which the caller has not. */
export function refuseBeyond(caller: Caller, asked: readonly Right[], what: string): void {
  const lacking = beyond(asked, caller.rights);
  if (lacking.length === 0) return;
  throw new BelfryError(
    "forbidden",
    `${what} with ${lacking.join(", ")} can be made or changed only by who has these rights, and ${caller.actor.name} has not.`,
  );
}

import type { Requester } from "../core/actor.js";
import { recordAudit } from "../store/audit-log.js";
import type { At } from "../store/clock.js";
import {
  holdDataKey,
  lockDataKeys,
  lockForeignDataKeys,
  removeUnusedDataKeys,
  rewriteDataKey,
} from "../store/data-keys.js";
import { lockOutdatedSecrets, rewriteVersion } from "../store/secrets.js";
import { inTransaction } from "../store/transaction.js";
import { makeDataKey, openValue, sealValue, type StoreDeps } from "./secret-store.js";

interface Asked {
  by: Requester;
  at: At;
}

/** So many values are encrypted anew in one transaction. */
const batch = 50;

/**
 * Makes a new data key and encrypts every value with it. Whoever reads meanwhile reads on: each value says which key it is
 * under. Cut off anywhere, it is finished by the next one. Answers how many values there were.
 */
export async function rotateDataKey(deps: StoreDeps, { by, at }: Asked): Promise<number> {
  await inTransaction(deps.pool, async (session) => {
    await lockDataKeys(session);
    const { id } = await makeDataKey(session, deps.keyring, at);
    await recordAudit(
      session,
      by,
      [{ action: "secret.data_key_rotated", targetKind: "system", target: "data key", after: { id } }],
      at,
    );
  });
  let count = 0;
  for (let some = await encryptSome(deps); some > 0; some = await encryptSome(deps)) count += some;
  await removeUnusedDataKeys(deps.pool);
  return count;
}

/** Encrypts values under the data key in use that are under older ones; answers how many. */
function encryptSome({ pool, keyring }: StoreDeps): Promise<number> {
  return inTransaction(pool, async (session) => {
    const key = await holdDataKey(session);
    if (key === null) return 0;
    const plainKey = await keyring.unwrap(key.id, key);
    const outdated = await lockOutdatedSecrets(session, batch);
    for (const sealed of outdated) {
      const value = openValue(await keyring.unwrap(sealed.dataKeyId, sealed), sealed);
      const identity = { ...sealed, dataKeyId: key.id };
      await rewriteVersion(session, { ...identity, ...sealValue(plainKey, identity, value) });
    }
    return outdated.length;
  });
}

/**
 * Wraps all data keys by the master key in use, in one transaction. Values stay as they are. Answers how many keys another
 * master key had wrapped; throws `master_key_unknown` if one of them is not at hand.
 */
export async function rewrapDataKeys({ pool, keyring }: StoreDeps, { by, at }: Asked): Promise<number> {
  return inTransaction(pool, async (session) => {
    await lockDataKeys(session);
    const masterKeyId = await keyring.masterKeyId();
    const foreign = await lockForeignDataKeys(session, masterKeyId);
    for (const key of foreign) {
      await rewriteDataKey(session, { id: key.id, ...(await keyring.rewrap(key.id, key)) });
    }
    const after = { masterKeyId, dataKeys: foreign.length };
    await recordAudit(
      session,
      by,
      [{ action: "secret.master_key_rotated", targetKind: "system", target: "master key", after }],
      at,
    );
    return foreign.length;
  });
}

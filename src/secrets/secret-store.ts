import type { Requester } from "../core/actor.js";
import type { AuditedAct } from "../core/audited-act.js";
import { BelfryError } from "../core/errors.js";
import { checkText } from "../core/check-schedule.js";
import { wrong } from "../core/law.js";
import { checkSecretName } from "../core/secrets/reference.js";
import { recordAudit } from "../store/audit-log.js";
import type { At } from "../store/clock.js";
import {
  type DataKey,
  holdDataKey,
  lockDataKeys,
  nextDataKeyId,
  replaceDataKey,
} from "../store/data-keys.js";
import type { Pool, Queryable } from "../store/database.js";
import {
  beginVersion,
  findSealedSecrets,
  listSchedulesNaming,
  removeSecret,
  type SealedSecret,
  writeVersion,
} from "../store/secrets.js";
import { inTransaction } from "../store/transaction.js";
import type { Keyring } from "./keyring.js";
import { seal, unseal } from "./sealed.js";

/** The longest value, in bytes of UTF-8: half of what a system lets one variable be. */
export const largestSecret = 64 * 1024;

export interface StoreDeps {
  pool: Pool;
  keyring: Keyring;
}

/** A change of a secret, and who asks for it. */
export interface SecretChange {
  name: string;
  by: Requester;
  at: At;
}

/** Keeps a new version of a secret, and forgets the value that it had. Answers the version. Throws `invalid_schedule`. */
export async function setSecret(
  { pool, keyring }: StoreDeps,
  value: string,
  { name, by, at }: SecretChange,
): Promise<{ version: number; created: boolean }> {
  checkSecretName(name);
  checkSecretValue(value);
  return inTransaction(pool, async (session) => {
    const dataKey = await dataKeyInUse(session, keyring, at);
    const plainKey = await keyring.unwrap(dataKey.id, dataKey);
    const { id, version, created } = await beginVersion(session, name, at);
    const identity = { id, name, version, dataKeyId: dataKey.id };
    await writeVersion(session, { ...identity, ...sealValue(plainKey, identity, value) }, by.actor.name, at);
    await recordAudit(
      session,
      by,
      [act(created ? "secret.created" : "secret.changed", name, { version })],
      at,
    );
    return { version, created };
  });
}

/** Throws `invalid_schedule` unless a process can be given it. Never shows it. */
export function checkSecretValue(value: string): void {
  checkText(value, "A secret's value");
  if (value === "") throw wrong("The value is empty. A secret has at least one character.");
  if (Buffer.byteLength(value) <= largestSecret) return;
  throw wrong(`The value is ${Buffer.byteLength(value)} bytes long; a secret has at most ${largestSecret}.`);
}

/**
 * Forgets a secret. Throws `secret_not_found`, or unless `force` is set `secret_in_use` if schedules refer to it. Answers its
 * last version.
 */
export async function forgetSecret(
  { pool }: Pick<StoreDeps, "pool">,
  { name, by, at }: SecretChange,
  force: boolean,
): Promise<number> {
  return inTransaction(pool, async (session) => {
    const named = force ? [] : await listSchedulesNaming(session, name);
    const version = await removeSecret(session, name, at);
    if (version === null) throw new BelfryError("secret_not_found", `There is no secret named "${name}".`);
    if (named.length > 0) throw inUse(name, named);
    await recordAudit(session, by, [{ ...act("secret.removed", name, null), before: { version } }], at);
    return version;
  });
}

/** The values and versions of the secrets of these names, as far as there are such. Throws `secret_unreadable`. */
export async function readSecrets(
  { pool, keyring }: StoreDeps,
  names: readonly string[],
): Promise<Map<string, { value: string; version: number }>> {
  const found = new Map<string, { value: string; version: number }>();
  for (const sealed of await findSealedSecrets(pool, names)) {
    const key = await keyring.unwrap(sealed.dataKeyId, sealed);
    found.set(sealed.name, { value: openValue(key, sealed), version: sealed.version });
  }
  return found;
}

/** Encrypts a value so that it opens only as this version of this secret, under this data key. */
export function sealValue(
  key: Buffer,
  identity: Pick<SealedSecret, "name" | "version" | "dataKeyId">,
  value: string,
): Pick<SealedSecret, "nonce" | "ciphertext"> {
  return seal(key, Buffer.from(value), boundTo(identity));
}

/** The value that was sealed. Throws `secret_unreadable`. */
export function openValue(key: Buffer, sealed: SealedSecret): string {
  try {
    return unseal(key, sealed, boundTo(sealed)).toString();
  } catch (error) {
    const which = `Version ${sealed.version} of the secret "${sealed.name}"`;
    throw new BelfryError("secret_unreadable", `${which} is broken in the database. Set it again.`, {
      cause: error,
    });
  }
}

function boundTo({ name, version, dataKeyId }: Pick<SealedSecret, "name" | "version" | "dataKeyId">): string {
  return `belfry secret ${name} version ${version} data key ${dataKeyId}`;
}

/** Made with the first secret. */
async function dataKeyInUse(session: Queryable, keyring: Keyring, at: At): Promise<DataKey> {
  const found = await holdDataKey(session);
  if (found !== null) return found;
  await lockDataKeys(session); // Two servers may be set their first secrets at once.
  return (await holdDataKey(session)) ?? (await makeDataKey(session, keyring, at));
}

/** Puts a new data key in use. */
export async function makeDataKey(session: Queryable, keyring: Keyring, at: At): Promise<DataKey> {
  const id = await nextDataKeyId(session);
  const key = { id, ...(await keyring.createDataKey(id)) };
  await replaceDataKey(session, key, at);
  return key;
}

function act(action: string, target: string, after: object | null): AuditedAct {
  return { action, targetKind: "secret", target, after };
}

function inUse(name: string, schedules: readonly string[]): BelfryError {
  const shown = schedules.slice(0, 5).map((schedule) => `"${schedule}"`);
  const more = schedules.length > 5 ? ` and ${schedules.length - 5} more` : "";
  return new BelfryError(
    "secret_in_use",
    `The secret "${name}" is referred to by ${shown.join(", ")}${more}: their runs would fail. Take it out of them, or use force.`,
  );
}

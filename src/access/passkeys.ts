import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Requester } from "../core/actor.js";
import { BelfryError } from "../core/errors.js";
import type { User } from "../core/user.js";
import { instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import {
  deletePasskey,
  findPasskey,
  listPasskeys,
  tryInsertPasskey,
  tryUsePasskey,
} from "../store/passkeys.js";
import { inTransaction } from "../store/transaction.js";
import type { AccessDeps } from "./deps.js";
import type { Site } from "./site.js";

type PasskeyDeps = Pick<AccessDeps, "pool" | "clock">;

/** What a browser needs to make a passkey for the user, which stays on the device and is found without a name. */
export async function newPasskeyOptions(
  { pool }: PasskeyDeps,
  user: Pick<User, "id" | "name" | "displayName">,
  site: Site,
) {
  const present = await listPasskeys(pool, user.id);
  return generateRegistrationOptions({
    rpName: "Belfry",
    rpID: hostOf(site),
    userName: user.name,
    userDisplayName: user.displayName || user.name,
    userID: new TextEncoder().encode(`belfry-user-${user.id}`),
    excludeCredentials: present.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
  });
}

/** Takes up the passkey that a browser made for these options. Throws `sign_in_refused`. */
export async function addPasskey(
  deps: PasskeyDeps,
  requester: Requester,
  { response, challenge, site, name }: { response: unknown; challenge: string; site: Site; name: string },
): Promise<void> {
  const { credential } = await verified(async () => {
    const result = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: hostOf(site),
      requireUserVerification: false,
    });
    return result.verified ? result.registrationInfo : null;
  });
  await inTransaction(deps.pool, async (session) => {
    const at = instantOf(deps);
    const passkey = {
      id: credential.id,
      userId: requester.actor.id!,
      name,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: [...(credential.transports ?? [])],
    };
    if (!(await tryInsertPasskey(session, passkey, at))) throw refused();
    const act = {
      action: "passkey.added",
      targetKind: "user",
      target: requester.actor.name,
      after: { name },
    } as const;
    await recordAudit(session, requester, [act], at);
  });
}

/** What a browser needs to find one of its passkeys for this server. */
export function signInOptions(site: Site) {
  return generateAuthenticationOptions({ rpID: hostOf(site), userVerification: "preferred" });
}

/** The user whose passkey has signed the challenge. Throws `sign_in_refused`. */
export async function findByPasskey(
  deps: PasskeyDeps,
  { response, challenge, site }: { response: unknown; challenge: string; site: Site },
): Promise<User> {
  const { id } = (response ?? {}) as { id?: unknown };
  const found = typeof id === "string" && id.length <= 1400 ? await findPasskey(deps.pool, id) : null;
  if (found === null) throw refused();
  const { passkey, user } = found;
  const { newCounter } = await verified(async () => {
    const result = await verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: hostOf(site),
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, "base64url")),
        counter: passkey.counter,
      },
      requireUserVerification: false,
    });
    return result.verified ? result.authenticationInfo : null;
  });
  if (!(await tryUsePasskey(deps.pool, passkey.id, newCounter, instantOf(deps)))) throw refused();
  return user;
}

/** Removes one of the requester's passkeys. */
export async function removePasskey(deps: PasskeyDeps, requester: Requester, id: string): Promise<void> {
  await inTransaction(deps.pool, async (session) => {
    const name = await deletePasskey(session, requester.actor.id!, id);
    const act = { action: "passkey.removed", targetKind: "user", target: requester.actor.name } as const;
    await recordAudit(session, requester, [{ ...act, before: { name } }], instantOf(deps));
  });
}

/** The library throws at whatever does not fit, for people who write programs. */
async function verified<T>(look: () => Promise<T | null>): Promise<T> {
  const result = await look().catch((cause: unknown) => {
    throw refused(cause);
  });
  if (result === null) throw refused();
  return result;
}

function refused(cause?: unknown): BelfryError {
  return new BelfryError(
    "sign_in_refused",
    "The passkey is not known here, or has not signed what it was asked to.",
    {
      cause,
    },
  );
}

/** A passkey is for a name, not for an address. */
function hostOf({ origin }: Site): string {
  return new URL(origin).hostname;
}

import { createHash, hkdfSync, type webcrypto } from "node:crypto";
import { CompactSign, errors, jwtVerify } from "jose";
import { BoundedCache } from "../core/bounded-cache.js";
import { BelfryError } from "../core/errors.js";
import type { MasterKeys } from "../secrets/keyring.js";

/** What a run token says: it opens this attempt at this run, and these secrets (as `secretKey` names them), until it expires. */
export interface RunClaims {
  runId: string;
  attempt: number;
  secretNames: readonly string[];
  expiresAt: Date;
}

export interface SignedToken {
  token: string;
  /** SHA-256 of the token, hex: all that is ever stored of it. */
  hash: string;
}

const encoder = new TextEncoder();

/** How long a token outlives its run's timeout, so that the last reports can be handed in. */
const graceSec = 120;

/** When the token of a run that is dispatched now expires: after `timeoutSec + 120 s`. */
export function tokenExpiry(timeoutSec: number, now: Date): Date {
  return new Date(now.getTime() + (timeoutSec + graceSec) * 1000);
}

/** SHA-256 of a token, hex. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Signs and verifies run tokens: JWT (RFC 7519), HS256, under a key derived from the master key by HKDF (RFC 5869). */
export class Signer {
  /** The first signs; tokens of the others are good too. */
  #keys: readonly Promise<webcrypto.CryptoKey>[];
  readonly #reread: (() => Promise<MasterKeys>) | undefined;
  /** What this process has signed or verified, by the tokens' hashes: a runner shows its token again and again. */
  readonly #known = new BoundedCache<RunClaims>(20_000);

  /**
   * `masterKey`: 32 bytes, the same on every server of one database. `reread` answers what the master keys are now: it is asked
   * when a token was signed by none of those that are known.
   */
  constructor(masterKey: Uint8Array, reread?: () => Promise<MasterKeys>) {
    this.#keys = [keyOf(masterKey)];
    this.#reread = reread;
  }

  /** Signs with another master key from now on; tokens of the others stay good until they expire. */
  use({ current, others }: MasterKeys): void {
    this.#keys = [current, ...others].map(keyOf);
  }

  /** A token for these claims. Throws `invalid_request` without an expiry: no token is for ever. */
  async sign({ runId, attempt, secretNames, expiresAt }: RunClaims): Promise<SignedToken> {
    const exp = Math.floor(Number(expiresAt) / 1000);
    if (!Number.isSafeInteger(exp)) {
      throw new BelfryError("invalid_request", "A run token needs the instant at which it expires.");
    }
    const iat = Math.floor(Date.now() / 1000);
    const payload = JSON.stringify({ iss: "belfry", sub: runId, iat, exp, attempt, secrets: secretNames });
    // The payload of a JWT (RFC 7519) as a compact JWS: a quarter cheaper than to have jose build it claim by claim.
    const jws = new CompactSign(encoder.encode(payload)).setProtectedHeader({ alg: "HS256" });
    const token = await jws.sign(await this.#keys[0]!);
    const hash = hashToken(token);
    this.#known.set(hash, { runId, attempt, secretNames, expiresAt: new Date(exp * 1000) });
    return { token, hash };
  }

  /** The token's claims. Throws `token_invalid` if it is not ours, was changed, has expired, or has no expiry. */
  async verify(token: string): Promise<RunClaims> {
    const hash = hashToken(token);
    const known = this.#known.get(hash);
    if (known !== undefined && known.expiresAt.getTime() > Date.now()) return known;
    return this.#known.set(hash, await this.#verify(token));
  }

  async #verify(token: string): Promise<RunClaims> {
    try {
      return await this.#verifyWithKnown(token);
    } catch (error) {
      if (this.#reread === undefined || !(error instanceof errors.JWSSignatureVerificationFailed))
        throw refusal(error);
    }
    try {
      this.use(await this.#reread());
      return await this.#verifyWithKnown(token);
    } catch (error) {
      throw refusal(error);
    }
  }

  async #verifyWithKnown(token: string): Promise<RunClaims> {
    for (const [index, key] of this.#keys.entries()) {
      try {
        return await verifyWith(await key, token);
      } catch (error) {
        const isLast = index === this.#keys.length - 1;
        if (isLast || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }

  /** SHA-256 of a token, hex. */
  hashToken(token: string): string {
    return hashToken(token);
  }
}

function keyOf(masterKey: Uint8Array): Promise<webcrypto.CryptoKey> {
  if (masterKey.length !== 32) {
    throw new BelfryError("invalid_config", `The master key has ${masterKey.length} bytes; it must have 32.`);
  }
  const derived = hkdfSync("sha256", masterKey, "", "belfry run token v1", 32);
  const usages: webcrypto.KeyUsage[] = ["sign", "verify"];
  return crypto.subtle.importKey("raw", derived, { name: "HMAC", hash: "SHA-256" }, false, usages);
}

async function verifyWith(key: webcrypto.CryptoKey, token: string): Promise<RunClaims> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: ["HS256"],
    issuer: "belfry",
    requiredClaims: ["exp", "sub", "attempt"],
  });
  return {
    runId: String(payload.sub),
    attempt: Number(payload["attempt"]),
    secretNames: (payload["secrets"] as string[] | undefined) ?? [],
    expiresAt: new Date(payload.exp! * 1000),
  };
}

function refusal(error: unknown): BelfryError {
  const why =
    error instanceof errors.JWTExpired ? "it has expired" : "it is not a token that this server signed";
  return new BelfryError("token_invalid", `The run token is refused: ${why}.`, { cause: error });
}

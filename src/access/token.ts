import { createHash, randomBytes } from "node:crypto";

/** A new secret of 256 bits, of letters that may stand in an address, a header or a cookie. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * What the database has of a token. It is looked up by this, so that how long the look takes says nothing of the token: who
 * does not know it cannot choose its hash.
 */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

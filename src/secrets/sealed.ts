import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Bytes that were encrypted: whoever lacks the key, or the words that they were bound to, gets nothing out of them. */
export interface Sealed {
  /** 96 bits, as AES-GCM takes them; random, and never used twice with one key. */
  nonce: Buffer;
  /** The ciphertext, and behind it the tag of 16 bytes. */
  ciphertext: Buffer;
}

const cipher = "aes-256-gcm";
export const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts with AES-256-GCM (NIST SP 800-38D). What `boundTo` says is authenticated, not kept. */
export function seal(key: Uint8Array, plain: Uint8Array, boundTo: string): Sealed {
  const nonce = randomBytes(nonceBytes);
  const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  encryption.setAAD(Buffer.from(boundTo));
  const parts = [encryption.update(plain), encryption.final()];
  return { nonce, ciphertext: Buffer.concat([...parts, encryption.getAuthTag()]) };
}

/** What was sealed. Throws unless the key, the words that it is bound to, and every bit of it are the same. */
export function unseal(key: Uint8Array, { nonce, ciphertext }: Sealed, boundTo: string): Buffer {
  if (nonce.length !== nonceBytes || ciphertext.length < tagBytes) throw new Error("It is cut short.");
  const decryption = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  decryption.setAAD(Buffer.from(boundTo));
  decryption.setAuthTag(ciphertext.subarray(-tagBytes));
  return Buffer.concat([decryption.update(ciphertext.subarray(0, -tagBytes)), decryption.final()]);
}

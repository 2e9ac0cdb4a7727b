import { hkdfSync, randomBytes } from "node:crypto";
import { BelfryError } from "../core/errors.js";
import { nonceBytes, seal, unseal } from "./sealed.js";

/** The master key in use, and others that still count: those of before a change, or of after it. */
export interface MasterKeys {
  current: Uint8Array;
  others: readonly Uint8Array[];
}

/** Where master keys come from: asked again when one is needed that was not there. */
export type MasterKeySource = () => Promise<MasterKeys>;

/** A data key as the database holds it. */
export interface WrappedKey {
  masterKeyId: string;
  wrapped: Buffer;
}

/** Wraps data keys under the master key, and unwraps them. */
export interface Keyring {
  /** Which master key wraps what is made now: a fingerprint that says nothing about it. */
  masterKeyId(): Promise<string>;
  /** A new random data key; `id` is what it will be known by. */
  createDataKey(id: string): Promise<WrappedKey>;
  /** Throws `master_key_unknown` if none of the master keys wraps it, or it is broken. */
  unwrap(id: string, key: WrappedKey): Promise<Buffer>;
  /** The same data key under the master key in use. */
  rewrap(id: string, key: WrappedKey): Promise<WrappedKey>;
}

interface DerivedKey {
  id: string;
  wrapping: Buffer;
}

/** A keyring over the master keys that the source tells. */
export function createKeyring(source: MasterKeySource): Keyring {
  const read = async (): Promise<DerivedKey[]> => {
    const { current, others } = await source();
    return [current, ...others].map(derive);
  };
  const wrap = async (id: string, dataKey: Buffer): Promise<WrappedKey> => {
    const [current] = await read();
    const { nonce, ciphertext } = seal(current!.wrapping, dataKey, boundTo(id));
    return { masterKeyId: current!.id, wrapped: Buffer.concat([nonce, ciphertext]) };
  };
  const unwrap = async (id: string, { masterKeyId, wrapped }: WrappedKey): Promise<Buffer> => {
    const key = (await read()).find((each) => each.id === masterKeyId);
    if (key === undefined) throw unknownKey(masterKeyId);
    try {
      const parts = { nonce: wrapped.subarray(0, nonceBytes), ciphertext: wrapped.subarray(nonceBytes) };
      return unseal(key.wrapping, parts, boundTo(id));
    } catch (error) {
      throw new BelfryError("secret_unreadable", `Data key ${id} is broken: it cannot be unwrapped.`, {
        cause: error,
      });
    }
  };
  return {
    masterKeyId: async () => (await read())[0]!.id,
    createDataKey: (id) => wrap(id, randomBytes(32)),
    unwrap,
    rewrap: async (id, key) => wrap(id, await unwrap(id, key)),
  };
}

/** A fingerprint of a master key: it tells two apart, and says nothing about them. */
export function masterKeyIdOf(masterKey: Uint8Array): string {
  return Buffer.from(hkdfSync("sha256", masterKey, "", "belfry master key id v1", 8)).toString("hex");
}

function derive(masterKey: Uint8Array): DerivedKey {
  const wrapping = Buffer.from(hkdfSync("sha256", masterKey, "", "belfry secret wrap v1", 32));
  return { id: masterKeyIdOf(masterKey), wrapping };
}

/** A data key cannot pass for another one. */
function boundTo(id: string): string {
  return `belfry data key ${id}`;
}

function unknownKey(id: string): BelfryError {
  return new BelfryError(
    "master_key_unknown",
    `The secrets are encrypted under the master key with the fingerprint ${id}, which this server has not. ` +
      "Give it that key: as BELFRY_MASTER_KEY, in BELFRY_OLD_MASTER_KEYS, or as master-key in the data directory.",
  );
}

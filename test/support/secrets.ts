import { Signer } from "../../src/token/signer.js";
import { createSecretDesk } from "../../src/server/secrets.js";
import { openMasterKeys } from "../../src/server/master-keys.js";
import type { SecretDesk } from "../../src/secrets/secret-desk.js";
import type { Pool } from "../../src/store/database.js";
import { itself } from "../../src/core/actor.js";

export const masterKey = new Uint8Array(32).fill(9);
export const asked = { by: itself("a test"), at: null };

/** The secrets of a server with this master key, or with the one of a data directory. */
export async function openTestSecrets(
  pool: Pool,
  from: { masterKey: Uint8Array; oldMasterKeys?: Uint8Array[] } | { dataDir: string } = { masterKey },
): Promise<SecretDesk> {
  const { dataDir, ...keys } = { dataDir: "", ...from };
  const masterKeys = await openMasterKeys({ dataDir, masterKey: null, oldMasterKeys: null, ...keys });
  const signer = new Signer((await masterKeys.read()).current);
  const settings = { secretsFrom: ["store" as const], secretsFolder: "/nowhere", secretsCommand: null };
  return createSecretDesk(settings, { pool, masterKeys, signer });
}

export async function forgetAllSecrets(pool: Pool): Promise<void> {
  await pool.query("truncate secrets, secret_versions, data_keys restart identity cascade");
}

/** The same database, as a process sees it that is killed after so many statements. */
export function dyingAfter(pool: Pool, statements: number): Pool & { hasDied: () => boolean } {
  let left = statements;
  const die = () => {
    left -= 1;
    if (left < 0) throw new Error("Killed.");
  };
  return {
    ...pool,
    hasDied: () => left < 0,
    query: async (text, values) => {
      die();
      return pool.query(text, values);
    },
    connect: async () => {
      const session = await pool.connect();
      return {
        query: async (text, values) => {
          // A connection that is lost takes its transaction with it.
          if (text !== "rollback") die();
          return session.query(text, values);
        },
        release: (error) => session.release(error),
      };
    },
  };
}

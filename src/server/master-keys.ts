import { randomBytes, randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "node:process";
import type { Config } from "../config/config.js";
import { BelfryError, messageOf } from "../core/errors.js";
import type { MasterKeys } from "../secrets/keyring.js";
import { readMasterKey } from "./access-files.js";

/** The master keys of a server, from its settings or from its data directory. */
export interface MasterKeyring {
  /** As they are now: files may have changed. */
  read(): Promise<MasterKeys>;
  /**
   * Changes the master key: `prepare` has a new one at hand beside the old and answers it, `settle` makes it the one in use.
   * Null: the key comes from the environment, and only whoever sets that can change it.
   */
  change: { prepare(): Promise<Uint8Array>; settle(): Promise<void> } | null;
}

const names = { current: "master-key", next: "master-key.next", old: "master-key.old" } as const;

/** Opens the master keys; the first is made if there is none. Throws `data_dir_unusable` for a file that others can read. */
export async function openMasterKeys(
  config: Pick<Config, "dataDir" | "masterKey" | "oldMasterKeys">,
): Promise<MasterKeyring> {
  const { dataDir, masterKey } = config;
  const oldMasterKeys = config.oldMasterKeys ?? [];
  if (masterKey !== null) {
    return { read: async () => ({ current: masterKey, others: oldMasterKeys }), change: null };
  }
  await readMasterKey(dataDir); // Made at the first start.
  const read = async (): Promise<MasterKeys> => {
    // What is next goes first: in between it becomes the current one, and must be seen at one of both places.
    const next = await tryReadKey(join(dataDir, names.next));
    const current = await readMasterKey(dataDir);
    await refuseReadable(join(dataDir, names.current));
    const old = await tryReadKey(join(dataDir, names.old));
    return { current, others: [next, old, ...oldMasterKeys].filter((key) => key !== null) };
  };
  await read();
  return { read, change: changeIn(dataDir) };
}

function changeIn(dataDir: string): NonNullable<MasterKeyring["change"]> {
  const [current, next, old] = [names.current, names.next, names.old].map((name) => join(dataDir, name));
  return {
    /** One that was prepared before and never settled is taken again: data keys may be under it. */
    async prepare() {
      const prepared = await tryReadKey(next!);
      if (prepared !== null) return prepared;
      const made = randomBytes(32);
      await writeDurably(next!, `${made.toString("hex")}\n`);
      return made;
    },
    async settle() {
      if ((await tryReadKey(next!)) === null) return; // Another has.
      await writeDurably(old!, await readFile(current!, "utf8"));
      await rename(next!, current!);
    },
  };
}

async function tryReadKey(path: string): Promise<Buffer | null> {
  try {
    const text = (await readFile(path, "utf8")).trim();
    await refuseReadable(path);
    return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, "hex") : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error instanceof BelfryError ? error : unusable(path, messageOf(error));
  }
}

/** A key that others can read is no secret, and neither is what it protects. */
async function refuseReadable(path: string): Promise<void> {
  if (platform === "win32") return;
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  throw unusable(
    path,
    `others than its owner may use it (its mode is ${(mode & 0o777).toString(8)}); run chmod 600 on it`,
  );
}

function unusable(path: string, why: string): BelfryError {
  return new BelfryError("data_dir_unusable", `Cannot use ${path}: ${why}.`);
}

/** Whoever reads the file finds it whole, after a crash too. */
async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

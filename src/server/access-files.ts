import { randomBytes, randomUUID } from "node:crypto";
import { access, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BelfryError, messageOf } from "../core/errors.js";

/** The bearer token of the public API: the one in `<dataDir>/api-token`, made at the first start, owner only. */
export async function readApiToken(dataDir: string): Promise<string> {
  return readOrCreate(dataDir, "api-token", () => randomBytes(32).toString("base64url"));
}

/** The 32 bytes that run tokens are derived from: the ones in `<dataDir>/master-key`, made at the first start, owner only. */
export async function readMasterKey(dataDir: string): Promise<Buffer> {
  const text = await readOrCreate(dataDir, "master-key", () => randomBytes(32).toString("hex"));
  if (!/^[0-9a-f]{64}$/.test(text)) {
    const path = join(dataDir, "master-key");
    throw new BelfryError(
      "data_dir_unusable",
      `${path} does not hold 64 hexadecimal digits. Restore it, or remove it to get a new one (tokens of runs under way then end).`,
    );
  }
  return Buffer.from(text, "hex");
}

/** Tells clients of this data directory where its server listens. */
export async function writeServerFile(dataDir: string, url: string, startedAt: Date): Promise<void> {
  const content = { url, pid: process.pid, startedAt: startedAt.toISOString() };
  await writeFile(join(dataDir, "server.json"), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

/** Takes back what this process wrote with `writeServerFile`; what another server has written since then stays. */
export async function removeServerFile(dataDir: string): Promise<void> {
  const path = join(dataDir, "server.json");
  const content = await readFile(path, "utf8").catch(() => "");
  if (content.includes(`"pid": ${process.pid},`)) await rm(path, { force: true });
}

async function readOrCreate(dataDir: string, name: string, make: () => string): Promise<string> {
  const path = join(dataDir, name);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await createOnce(path, make);
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new BelfryError("data_dir_unusable", `Cannot use ${path}: ${messageOf(error)}.`, { cause: error });
  }
}

// Two servers may start at once on one folder: the first link wins, and a reader never sees half a file.
async function createOnce(path: string, make: () => string): Promise<void> {
  // Not by the process's id: in containers two servers may have the same.
  const draft = `${path}.${randomUUID()}`;
  try {
    await access(path);
    return;
  } catch {
    await writeFile(draft, `${make()}\n`, { mode: 0o600 });
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

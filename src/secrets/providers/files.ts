import { open } from "node:fs/promises";
import { join } from "node:path";
import { BelfryError } from "../../core/errors.js";
import type { ProvidedSecret, SecretProvider } from "../provider.js";
import { largestSecret } from "../secret-store.js";
import { textOfSecret } from "./text-of-secret.js";

/** Secrets as files of a folder, as Docker and Kubernetes mount them: the file's name is the secret's. */
export function filesProvider(folder: string): SecretProvider {
  return { name: "files", get: (name) => readSecretFile(folder, name) };
}

/** No name is a path: the law for names has no separators, and lets none begin with a dot. */
async function readSecretFile(folder: string, name: string): Promise<ProvidedSecret | null> {
  try {
    const bytes = await readAtMost(join(folder, name), largestSecret + 2);
    return { value: textOfSecret(bytes, name), version: null };
  } catch (error) {
    if (error instanceof BelfryError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw new BelfryError(
      "secret_unavailable",
      `The file of the secret "${name}" in ${folder} cannot be read (${code ?? "unknown error"}).`,
      { cause: error },
    );
  }
}

async function readAtMost(path: string, most: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    if (!(await file.stat()).isFile()) throw Object.assign(new Error("Not a file."), { code: "not a file" });
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most + 1), 0, most + 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

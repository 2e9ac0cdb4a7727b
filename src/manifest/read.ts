import { readFile, stat } from "node:fs/promises";
import { BelfryError, messageOf } from "../core/errors.js";

/** Some hundred thousand lines: a larger file is not a manifest. */
export const maxManifestBytes = 5_000_000;

/** The text of a manifest; throws `invalid_manifest` if it cannot be read, is too large or is not UTF-8. */
export async function readManifest(file: string): Promise<string> {
  return decode(await readBytes(file), file);
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const { size } = await regular(file);
    if (size > maxManifestBytes) throw unreadable(file, tooLarge(size));
    return await readFile(file);
  } catch (error) {
    throw error instanceof BelfryError ? error : unreadable(file, reasonOf(error), error);
  }
}

async function regular(file: string) {
  const found = await stat(file);
  if (!found.isFile()) throw unreadable(file, "it is not a file. Name the file itself, such as belfry.yaml.");
  return found;
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(file, "it is not text in UTF-8. A manifest is a YAML file.", error);
  }
}

/** What is wrong with a manifest of so many bytes, or characters. */
export function tooLarge(size: number): string {
  return `it is larger than ${maxManifestBytes / 1_000_000} MB (${size} bytes). Split it, or name another file.`;
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file.";
  if (code === "EACCES") return "this user may not read it.";
  return messageOf(error);
}

function unreadable(file: string, reason: string, cause?: unknown): BelfryError {
  return new BelfryError("invalid_manifest", `The manifest ${file} cannot be read: ${reason}`, { cause });
}

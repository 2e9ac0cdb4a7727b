import { readFile, stat } from "node:fs/promises";
import { BelfryError, messageOf } from "../core/errors.js";

/** Some hundred thousand lines: a larger file is not a manifest. */
export const maxManifestBytes = 5_000_000;

/** What a file is to be, in the words of an error. */
interface Kind {
  what: string;
  isA: string;
  suchAs: string;
}

const manifest: Kind = { what: "manifest", isA: "YAML file", suchAs: "belfry.yaml" };
const calendar: Kind = { what: "calendar", isA: "text file in the format iCalendar", suchAs: "holidays.ics" };

/** The text of a manifest; throws `invalid_manifest` if it cannot be read, is too large or is not UTF-8. */
export async function readManifest(file: string): Promise<string> {
  return readText(file, manifest);
}

/** The text of a calendar, or the `invalid_manifest` that says why it cannot be read. */
export async function tryReadCalendar(file: string): Promise<string | BelfryError> {
  try {
    return await readText(file, calendar);
  } catch (error) {
    if (error instanceof BelfryError) return error;
    throw error;
  }
}

async function readText(file: string, kind: Kind): Promise<string> {
  try {
    const { size } = await regular(file, kind);
    if (size > maxManifestBytes) throw unreadable(tooLarge(size));
    return decode(await readFile(file), kind);
  } catch (error) {
    const reason = error instanceof BelfryError ? error.message : reasonOf(error);
    const message = `The ${kind.what} ${file} cannot be read: ${reason}`;
    throw new BelfryError("invalid_manifest", message, { cause: error });
  }
}

async function regular(file: string, { suchAs }: Kind) {
  const found = await stat(file);
  if (!found.isFile()) throw unreadable(`it is not a file. Name the file itself, such as ${suchAs}.`);
  return found;
}

function decode(bytes: Buffer, { what, isA }: Kind): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(`it is not text in UTF-8. A ${what} is a ${isA}.`, error);
  }
}

/** What is wrong with a manifest or a calendar of so many bytes, or characters. */
export function tooLarge(size: number): string {
  return `it is larger than ${maxManifestBytes / 1_000_000} MB (${size} bytes). Split it, or name another file.`;
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file.";
  if (code === "EACCES") return "this user may not read it.";
  return messageOf(error);
}

function unreadable(reason: string, cause?: unknown): BelfryError {
  return new BelfryError("invalid_manifest", reason, { cause });
}

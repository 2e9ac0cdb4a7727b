import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BelfryError } from "../../core/errors.js";
import type { Io } from "../io.js";

/** A server that somebody has signed in to, under a name of their own. */
export interface Context {
  url: string;
  token: string;
}

export interface Contexts {
  /** The one that is used if none is named. */
  current: string | null;
  contexts: Record<string, Context>;
}

/** Where the contexts are kept; null: the environment names no home. */
export function contextsFile({ env }: Pick<Io, "env">): string | null {
  const home = env["XDG_CONFIG_HOME"] || (env["HOME"] ? join(env["HOME"], ".config") : null);
  return home === null ? null : join(home, "belfry", "contexts.json");
}

/** The contexts that there are; none if there is no file. Throws `invalid_config` for a file that is not Belfry's. */
export async function readContexts(io: Pick<Io, "env">): Promise<Contexts> {
  const file = contextsFile(io);
  const text = file === null ? null : await readIfThere(file);
  if (text === null) return { current: null, contexts: {} };
  const read = parse(text);
  if (read !== null) return read;
  throw new BelfryError(
    "invalid_config",
    `${file} does not hold contexts. Remove it, and sign in again with "belfry login".`,
  );
}

/** Writes the contexts, for their owner only, and all at once: who reads meanwhile sees them as they were. */
export async function writeContexts(io: Pick<Io, "env">, contexts: Contexts): Promise<void> {
  const file = contextsFile(io);
  if (file === null)
    throw new BelfryError("invalid_config", "There is no HOME to keep the context in. Set XDG_CONFIG_HOME.");
  const draft = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(draft, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

/** The context of that name. Throws `invalid_request` that names those there are. */
export function contextNamed({ contexts }: Contexts, name: string): Context {
  if (Object.hasOwn(contexts, name)) return contexts[name]!;
  const names = Object.keys(contexts);
  const known = names.length === 0 ? "There are none" : `There are ${names.join(", ")}`;
  throw new BelfryError(
    "invalid_request",
    `There is no context ${JSON.stringify(name)}. ${known}; "belfry login" makes one.`,
  );
}

function parse(text: string): Contexts | null {
  try {
    const { current, contexts } = JSON.parse(text) as Partial<Contexts>;
    if (typeof contexts !== "object" || contexts === null) return null;
    const isWhole = Object.values(contexts).every(
      (each: Partial<Context> | null) => typeof each?.url === "string" && typeof each.token === "string",
    );
    return isWhole ? { current: typeof current === "string" ? current : null, contexts } : null;
  } catch {
    return null;
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new BelfryError("invalid_config", `${file} cannot be read (${code}).`, { cause: error });
  }
}

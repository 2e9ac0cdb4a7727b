import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BelfryError } from "../core/errors.js";
import { contextNamed, contextsFile, readContexts } from "./context/contexts.js";
import type { Io } from "./io.js";

export const defaultUrl = "http://127.0.0.1:7717";
export const defaultDataDir = ".belfry";

export interface ServerOptions {
  port?: number | undefined;
  dataDir?: string | undefined;
  context?: string | undefined;
}

/** Where the server is and what opens it, each with where we know it from. */
export interface Server {
  url: string;
  urlFrom: string;
  token: string;
  tokenFrom: string;
}

/**
 * Finds the server: `--port`, `BELFRY_URL`, a context, `server.json` in the data directory, the default address; and its token:
 * `BELFRY_TOKEN`, the context's, else `api-token` in the data directory. The data directory: `--data-dir`, `BELFRY_DATA_DIR`,
 * `.belfry`. A context is what `--context` or `BELFRY_CONTEXT` names, else the one in use if nothing else says which server.
 */
export async function findServer(options: ServerOptions, { env }: Pick<Io, "env">): Promise<Server> {
  const inContext = await findContext(options, env);
  if (inContext !== null) return inContext;
  const dataDir = options.dataDir ?? (env["BELFRY_DATA_DIR"] || defaultDataDir);
  return { ...(await findUrl(options, env, dataDir)), ...(await findToken(env, dataDir)) };
}

async function findContext(
  { context, port, dataDir }: ServerOptions,
  env: Io["env"],
): Promise<Server | null> {
  if (context !== undefined && (port !== undefined || dataDir !== undefined)) {
    throw new BelfryError(
      "invalid_request",
      "--context names a server, and so does --port or --data-dir. Say one of them.",
    );
  }
  const said = port !== undefined || dataDir !== undefined || env["BELFRY_URL"] || env["BELFRY_DATA_DIR"];
  const named = context ?? (said ? undefined : env["BELFRY_CONTEXT"] || undefined);
  if (named === undefined && said) return null;
  const contexts = await readContexts({ env });
  const name = named ?? contexts.current;
  if (name === null) return null;
  return serverOf(name, contextNamed(contexts, name), env);
}

/** A context's key goes to its own address only. */
function serverOf(name: string, { url, token }: Pick<Server, "url" | "token">, env: Io["env"]): Server {
  const from = `the context "${name}" in ${contextsFile({ env })}`;
  const fromEnv = env["BELFRY_TOKEN"]?.trim();
  const its = fromEnv
    ? { token: checkedToken(fromEnv, "BELFRY_TOKEN"), tokenFrom: "BELFRY_TOKEN" }
    : { token: checkedToken(token, from), tokenFrom: from };
  return { url: checkedUrl(url, from), urlFrom: from, ...its };
}

async function findUrl(
  { port }: ServerOptions,
  env: Io["env"],
  dataDir: string,
): Promise<Pick<Server, "url" | "urlFrom">> {
  if (port !== undefined) return { url: `http://127.0.0.1:${port}`, urlFrom: "--port" };
  const fromEnv = env["BELFRY_URL"];
  if (fromEnv) return { url: checkedUrl(fromEnv, "BELFRY_URL"), urlFrom: "BELFRY_URL" };
  const file = join(dataDir, "server.json");
  const written = await readIfThere(file);
  if (written === null) return { url: defaultUrl, urlFrom: "the default" };
  return { url: checkedUrl(urlIn(written, file), file), urlFrom: file };
}

async function findToken(env: Io["env"], dataDir: string): Promise<Pick<Server, "token" | "tokenFrom">> {
  const fromEnv = env["BELFRY_TOKEN"]?.trim();
  if (fromEnv) return { token: checkedToken(fromEnv, "BELFRY_TOKEN"), tokenFrom: "BELFRY_TOKEN" };
  const file = join(dataDir, "api-token");
  const token = (await readIfThere(file))?.trim();
  if (!token) throw noToken(file);
  return { token: checkedToken(token, file), tokenFrom: file };
}

function noToken(file: string): BelfryError {
  return new BelfryError(
    "unauthorized",
    `There is no API token in ${file}. Start a server here with "belfry serve", ` +
      'or name another\'s data directory with --data-dir, sign in with "belfry login", or set BELFRY_TOKEN.',
  );
}

/** The text itself, if it can be a token. */
export function checkedToken(token: string, from: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new BelfryError(
    "invalid_config",
    `What stands in ${from} is not an API token: it is one word of ASCII.`,
  );
}

/** The address as it is used, without a slash at its end. */
export function checkedUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BelfryError(
      "invalid_config",
      `"${text}" in ${from} is not an address. Write one like ${defaultUrl}.`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function urlIn(json: string, file: string): string {
  try {
    const { url } = JSON.parse(json) as { url?: unknown };
    if (typeof url === "string") return url;
  } catch {
    // Told below, as for any other content that is not ours.
  }
  throw new BelfryError(
    "invalid_config",
    `${file} does not name a server's "url". Start the server again to renew it.`,
  );
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new BelfryError("data_dir_unusable", `${file} cannot be read (${code}). ${ownerHint(code)}`, {
      cause: error,
    });
  }
}

function ownerHint(code: string | undefined): string {
  return code === "EACCES"
    ? "Only the user who runs the server may read it: become that user, or set BELFRY_TOKEN and BELFRY_URL."
    : "Name another data directory with --data-dir.";
}

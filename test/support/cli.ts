import { run } from "../../src/cli/program.js";
import type { Io } from "../../src/cli/io.js";
import { apiToken, type PublicApi } from "./public-api.js";

export interface Told {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  env?: Record<string, string>;
  now?: string;
  terminal?: boolean;
  columns?: number;
}

/** Runs a command line in this process and answers its exit code and all that it wrote. */
export async function belfry(argv: string[], surroundings: Surroundings = {}): Promise<Told> {
  const { io, told } = recording(surroundings);
  return { code: await run(argv, io), ...told };
}

/** The same against a stub of the server. */
export function belfryAt(api: PublicApi, argv: string[], surroundings: Surroundings = {}): Promise<Told> {
  return belfry(argv, { ...surroundings, env: { ...serverEnv(api), ...surroundings.env } });
}

export function serverEnv(api: PublicApi): Record<string, string> {
  return { BELFRY_URL: api.url, BELFRY_TOKEN: apiToken, TZ: "UTC" };
}

/** An `Io` that keeps what is written. */
export function recording({
  env = {},
  now = "2026-11-23T12:00:00.000Z",
  terminal = false,
  columns,
}: Surroundings = {}) {
  const told = { stdout: "", stderr: "" };
  const io: Io = {
    stdout: { write: (text) => void (told.stdout += text), isTTY: terminal, columns },
    stderr: { write: (text) => void (told.stderr += text), isTTY: terminal },
    env,
    now: () => new Date(now),
  };
  return { io, told };
}

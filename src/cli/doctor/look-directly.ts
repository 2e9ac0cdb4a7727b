import type { Diagnosis } from "../../core/diagnosis.js";
import type { Io } from "../io.js";

/**
 * What the database itself tells, if one is named by flag or environment; else null. It loads the server's rooms: a doctor
 * is called when there is no server to ask.
 */
export async function lookDirectly(
  flags: { dataDir: string | undefined; databaseUrl: string | undefined },
  env: Io["env"],
): Promise<Diagnosis | null> {
  const named = flags.databaseUrl ?? (env["BELFRY_DATABASE_URL"] || env["DATABASE_URL"]);
  if (!named) return null;
  const { readConfig } = await import("../../config/config.js");
  const { diagnoseDatabase } = await import("../../server/diagnosis.js");
  return diagnoseDatabase(readConfig(flags, env));
}

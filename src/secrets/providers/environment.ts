import type { SecretProvider } from "../provider.js";

/** Only what begins so is given away: the environment holds the server's own passwords too. */
export const secretVariablePrefix = "BELFRY_SECRET_";

/** Secrets in the server's environment: `api_key` and `api-key` are both `BELFRY_SECRET_API_KEY`. */
export function environmentProvider(env: NodeJS.ProcessEnv): SecretProvider {
  return {
    name: "environment",
    get: async (name) => {
      const value = env[secretVariablePrefix + name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_")];
      return value === undefined || value === "" ? null : { value, version: null };
    },
  };
}

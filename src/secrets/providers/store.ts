import type { SecretProvider } from "../provider.js";
import { readSecrets, type StoreDeps } from "../secret-store.js";

/** The secrets that are kept in Belfry's own database. */
export function storeProvider(deps: StoreDeps): SecretProvider {
  return {
    name: "store",
    get: async (name) => (await readSecrets(deps, [name])).get(name) ?? null,
  };
}

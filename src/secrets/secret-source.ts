import { BelfryError } from "../core/errors.js";
import { listed } from "../core/listed.js";
import { referenceOf, type SecretProviderName } from "../core/secrets/reference.js";
import type { ProvidedSecret, SecretProvider } from "./provider.js";

/** The value of a secret as a reference asked for it, and who had it. */
export interface FoundSecret extends ProvidedSecret {
  /** As `secretKey` writes the reference. */
  key: string;
  name: string;
  from: SecretProviderName;
}

/** Answers references to secrets from a server's providers, in their order. */
export interface SecretSource {
  /** The secret of a key as `secretKey` writes it, or null. Throws `secret_unavailable`, `secret_unreadable`. */
  find(key: string): Promise<FoundSecret | null>;
  /** All of them; throws `secret_missing`, naming each that nobody has. */
  getAll(keys: readonly string[]): Promise<FoundSecret[]>;
}

/** A source that asks these providers, the first one first. */
export function createSecretSource(providers: readonly SecretProvider[]): SecretSource {
  const find = async (key: string): Promise<FoundSecret | null> => {
    const { secret: name, from } = referenceOf(key);
    const asked = from === undefined ? providers : providers.filter((provider) => provider.name === from);
    if (asked.length === 0) throw notAsked(name, from);
    for (const provider of asked) {
      const found = await provider.get(name);
      if (found !== null) return { ...found, key, name, from: provider.name };
    }
    return null;
  };
  const getAll = async (keys: readonly string[]): Promise<FoundSecret[]> => {
    const found = await Promise.all(keys.map(find));
    const missing = keys.filter((_, index) => found[index] === null);
    if (missing.length > 0) throw missingSecrets(missing, providers);
    return found as FoundSecret[];
  };
  return { find, getAll };
}

function notAsked(name: string, from: SecretProviderName | undefined): BelfryError {
  const what =
    from === undefined ? "This server asks no provider of secrets" : `This server does not ask "${from}"`;
  return new BelfryError(
    "secret_unavailable",
    `${what}, which the secret "${name}" needs. See --secrets-from.`,
  );
}

function missingSecrets(keys: readonly string[], providers: readonly SecretProvider[]): BelfryError {
  const names = keys.map((key) => `"${key}"`);
  const asked = listed(
    providers.map((provider) => provider.name),
    "and",
  );
  const what =
    keys.length === 1 ? `There is no secret ${names[0]}` : `There are no secrets ${names.join(", ")}`;
  const how = `belfry secret set ${referenceOf(keys[0]!).secret}`;
  return new BelfryError("secret_missing", `${what}; asked: ${asked}. Set it with "${how}".`);
}

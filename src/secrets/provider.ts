import type { SecretProviderName } from "../core/secrets/reference.js";

/** A value, and which version of it that was, if its provider counts them. */
export interface ProvidedSecret {
  value: string;
  version: number | null;
}

/** Where the values of secrets come from. `test/secrets/conformance.ts` holds every provider to this. */
export interface SecretProvider {
  readonly name: SecretProviderName;
  /**
   * The value of the secret of that name; null if there is none. Throws `secret_unavailable` when it cannot say, with a message
   * that holds nothing of a value. The name obeys `checkSecretName`.
   */
  get(name: string): Promise<ProvidedSecret | null>;
}

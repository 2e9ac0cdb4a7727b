import { quoted, wrong } from "../law.js";

/** A secret of that name, as the value of a variable; its value is looked up when a run begins. */
export interface SecretReference {
  secret: string;
  /** The one provider to ask; absent: each in the server's order. */
  from?: SecretProviderName | undefined;
}

export const secretProviderNames = ["store", "environment", "files", "command"] as const;
export type SecretProviderName = (typeof secretProviderNames)[number];

/** What a variable of a schedule's environment is set to. */
export type EnvValue = string | SecretReference;
export type Env = Record<string, EnvValue>;

/** No name is a path, an option or a word of two meanings, whatever a provider makes of it. */
const nameLaw = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** Throws `invalid_schedule` unless it can name a secret. Does not show it: somebody may have written the value there. */
export function checkSecretName(name: unknown): void {
  if (typeof name === "string" && nameLaw.test(name)) return;
  throw wrong(
    "This cannot name a secret. Use 1 to 100 letters, digits, and _ - . with neither - nor . first.",
  );
}

/** Throws `invalid_schedule` unless it refers to a secret; `what` is what a message calls it. */
export function checkReference(value: object, what: string): void {
  const { secret, from, ...rest } = value as Record<string, unknown>;
  if (secret === undefined || Object.keys(rest).length > 0) {
    throw wrong(
      `${what} is neither a text nor a secret. Write { secret: name }, and if need be from: a provider.`,
    );
  }
  checkSecretName(secret);
  if (from === undefined || (secretProviderNames as readonly unknown[]).includes(from)) return;
  throw wrong(`${quoted(from)} provides no secrets. Write one of ${secretProviderNames.join(", ")}.`);
}

/** A reference as one text: `api_key`, or `files:api_key` where it names a provider. */
export function secretKey({ secret, from }: SecretReference): string {
  return from === undefined ? secret : `${from}:${secret}`;
}

/** The reference that a text of `secretKey` stands for. */
export function referenceOf(key: string): SecretReference {
  const colon = key.indexOf(":");
  if (colon === -1) return { secret: key };
  return { secret: key.slice(colon + 1), from: key.slice(0, colon) as SecretProviderName };
}

/** All secrets that an environment refers to, each once, as texts of `secretKey`, in order. */
export function secretKeysOf(env: Env): string[] {
  const keys = Object.values(env).flatMap((value) => (typeof value === "string" ? [] : [secretKey(value)]));
  return [...new Set(keys)].toSorted();
}

/** The names of all secrets that a definition refers to, each once, in order. */
export function secretNamesOf({ env }: { env: Env }): string[] {
  return [...new Set(secretKeysOf(env).map((key) => referenceOf(key).secret))].toSorted();
}

/** Whether two variables are set to the same; the database does not keep the order of a reference's keys. */
export function sameEnvValue(one: EnvValue | undefined, other: EnvValue | undefined): boolean {
  if (typeof one === "object" && typeof other === "object") return secretKey(one) === secretKey(other);
  return one === other;
}

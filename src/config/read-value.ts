import { parseDuration } from "../core/duration.js";
import { isEnvironmentPattern } from "../core/environment-names.js";
import { type Role, roles } from "../core/rights.js";
import { secretProviderNames, type SecretProviderName } from "../core/secrets/reference.js";

type Raw = string | number | boolean;

const yes = new Set<Raw>([true, "true", "yes", "on", "1"]);
const no = new Set<Raw>([false, "false", "no", "off", "0"]);

export function toBoolean(raw: Raw): boolean | undefined {
  if (yes.has(raw)) return true;
  return no.has(raw) ? false : undefined;
}

/** Decimal digits only: `1e3`, `0x10` and a blank are mistakes here. */
export function toWholeNumber(raw: Raw): number | undefined {
  return /^\d{1,15}$/.test(String(raw)) ? Number(raw) : undefined;
}

export function toMs(raw: Raw): number | undefined {
  try {
    return typeof raw === "boolean" ? undefined : parseDuration(raw);
  } catch {
    return undefined; // the setting's own words are better
  }
}

const unitBytes: Record<string, number> = {
  "": 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `10 MiB`, `512KiB`, or a number of bytes. */
export function toBytes(raw: Raw): number | undefined {
  const [, amount, unit] = /^(\d{1,15}) ?(B|KiB|MiB|GiB|TiB|)$/.exec(String(raw)) ?? [];
  return amount === undefined ? undefined : Number(amount) * unitBytes[unit!]!;
}

const serverRoles = ["api", "scheduler"] as const;
export type ServerRole = (typeof serverRoles)[number];

/** `api`, `scheduler`, or both with a comma in between; in one order, each once. */
export function toRoles(raw: Raw): ServerRole[] | undefined {
  const words = String(raw)
    .split(",")
    .map((word) => word.trim());
  if (!words.every((word) => (serverRoles as readonly string[]).includes(word))) return undefined;
  return serverRoles.filter((role) => words.includes(role));
}

/** 32 bytes, written as 64 hexadecimal digits or in base64 of either alphabet. */
export function toKey(raw: Raw): Uint8Array | undefined {
  const key = String(raw).trim();
  if (/^[0-9a-f]{64}$/i.test(key)) return Uint8Array.from(Buffer.from(key, "hex"));
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(key) ? Uint8Array.from(Buffer.from(key, "base64")) : undefined;
}

const authWays = ["local", "oidc", "github"] as const;
export type AuthWay = (typeof authWays)[number];

/** `local`, `oidc`, `github`, or several with a comma in between; in one order, each once. */
export function toSignInWays(raw: Raw): AuthWay[] | undefined {
  const words = toList(raw);
  if (!words?.every((word) => (authWays as readonly string[]).includes(word))) return undefined;
  return authWays.filter((way) => words.includes(way));
}

/** Names with a comma in between. */
export function toList(raw: Raw): string[] | undefined {
  const names = String(raw).split(",");
  const said = names.map((name) => name.trim()).filter((name) => name !== "");
  return said.length > 0 ? said : undefined;
}

/** Names of variables, or beginnings of them followed by `*`, with commas in between; none for an empty text. */
export function toEnvironmentNames(raw: Raw): string[] | undefined {
  const names = toList(raw) ?? [];
  return names.every(isEnvironmentPattern) ? names : undefined;
}

export interface GroupRole {
  group: string;
  role: Role;
}

/** `ops=operator,leads=admin`; a group may have an equals sign of its own. */
export function toGroupRoles(raw: Raw): GroupRole[] | undefined {
  const pairs = String(raw)
    .split(",")
    .map((pair) => /^(.+)=(\w+)$/.exec(pair.trim()));
  const found = pairs.flatMap((pair) => {
    const role = roles.find((role) => role === pair?.[2]);
    return role === undefined ? [] : [{ group: pair![1]!.trim(), role }];
  });
  return found.length === pairs.length ? found : undefined;
}

/** Keys as `toKey` reads them, with commas in between; none for an empty text. */
export function toKeys(raw: Raw): Uint8Array[] | undefined {
  const keys = (toList(raw) ?? []).map(toKey);
  return keys.includes(undefined) ? undefined : (keys as Uint8Array[]);
}

/** Names of providers of secrets, in the order in which they are asked, each once. */
export function toProviders(raw: Raw): SecretProviderName[] | undefined {
  const words = toList(raw) ?? [];
  const known = words.filter((word) => (secretProviderNames as readonly string[]).includes(word));
  return known.length === words.length ? ([...new Set(words)] as SecretProviderName[]) : undefined;
}

/** A program and its arguments, as a list of texts in JSON. */
export function toArgv(raw: Raw): string[] | undefined {
  try {
    const argv = JSON.parse(String(raw)) as unknown;
    const isArgv =
      Array.isArray(argv) && argv.every((part) => typeof part === "string" && !part.includes("\0"));
    return isArgv && argv[0] !== undefined && argv[0] !== "" ? (argv as string[]) : undefined;
  } catch {
    return undefined;
  }
}

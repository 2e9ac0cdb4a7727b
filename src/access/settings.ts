import { isIP } from "node:net";
import type { Config } from "../config/config.js";
import type { AuthWay, GroupRole } from "../config/read-value.js";
import { BelfryError } from "../core/errors.js";
import type { Role } from "../core/rights.js";

/** How an OpenID Connect provider is asked, and whom of its people Belfry lets in. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  scopes: string[];
  groupsClaim: string;
  allowedGroups: string[] | null;
  allowedDomains: string[] | null;
  groupRoles: GroupRole[] | null;
}

/** How GitHub is asked, and whom of its people Belfry lets in. */
export interface GithubSettings {
  url: string;
  clientId: string;
  clientSecret: string;
  allowedOrgs: string[] | null;
  allowedUsers: string[] | null;
  allowedDomains: string[] | null;
}

/** Who may come in, and how. */
export interface AccessSettings {
  /** Whether there are users of Belfry's own, with a password or a passkey. */
  local: boolean;
  oidc: OidcSettings | null;
  github: GithubSettings | null;
  newUserRole: Role;
  /** Scheme, host and port; null: as the request says. */
  publicOrigin: string | null;
  trustProxy: number;
  sessionIdleMs: number;
  sessionMaxMs: number;
}

/** Users of Belfry's own only, at whatever address the server is asked at. */
export const localAccess: AccessSettings = {
  local: true,
  oidc: null,
  github: null,
  newUserRole: "viewer",
  publicOrigin: null,
  trustProxy: 0,
  sessionIdleMs: 12 * 3_600_000,
  sessionMaxMs: 30 * 86_400_000,
};

/** The settings of who may come in; throws `invalid_config` that names each which is missing or cannot go with another. */
export function accessSettingsOf(config: Config): AccessSettings {
  const problems = [
    ...openListening(config),
    ...missing(config),
    ...openDoors(config),
    ...plainIssuer(config),
  ];
  if (problems.length > 0) throw new BelfryError("invalid_config", problems.join("\n"));
  const { auth, newUserRole, trustProxy, sessionIdleMs, sessionMaxMs } = config;
  return {
    local: auth === null || auth.includes("local"),
    oidc: uses(config, "oidc") ? oidcOf(config) : null,
    github: uses(config, "github") ? githubOf(config) : null,
    newUserRole,
    publicOrigin: config.publicUrl === null ? null : new URL(config.publicUrl).origin,
    trustProxy,
    sessionIdleMs,
    sessionMaxMs,
  };
}

function uses({ auth }: Pick<Config, "auth">, way: AuthWay): boolean {
  return auth?.includes(way) === true;
}

function oidcOf(config: Config): OidcSettings {
  return {
    issuer: config.oidcIssuer!,
    clientId: config.oidcClientId!,
    clientSecret: config.oidcClientSecret!,
    scopes: config.oidcScopes,
    groupsClaim: config.oidcGroupsClaim,
    allowedGroups: config.oidcAllowedGroups,
    allowedDomains: config.oidcAllowedDomains,
    groupRoles: config.oidcRoles,
  };
}

function githubOf(config: Config): GithubSettings {
  return {
    url: config.githubUrl.replace(/\/+$/, ""),
    clientId: config.githubClientId!,
    clientSecret: config.githubClientSecret!,
    allowedOrgs: config.githubAllowedOrgs,
    allowedUsers: config.githubAllowedUsers,
    allowedDomains: config.githubAllowedDomains,
  };
}

function openListening({ auth, host, roles }: Config): string[] {
  if (auth !== null || isLoopback(host) || !roles.includes("api")) return [];
  return [
    `--host: others can reach the API at ${host}, and --auth does not say how people sign in. ` +
      "Say --auth local, oidc or github, or listen on 127.0.0.1.",
  ];
}

function missing(config: Config): string[] {
  return [
    ...(uses(config, "oidc")
      ? unset(config, "--auth oidc", ["oidcIssuer", "oidcClientId", "oidcClientSecret", "publicUrl"])
      : []),
    ...(uses(config, "github")
      ? unset(config, "--auth github", ["githubClientId", "githubClientSecret", "publicUrl"])
      : []),
  ];
}

const said = {
  oidcIssuer: "--oidc-issuer",
  oidcClientId: "--oidc-client-id",
  oidcClientSecret: "BELFRY_OIDC_CLIENT_SECRET",
  githubClientId: "--github-client-id",
  githubClientSecret: "BELFRY_GITHUB_CLIENT_SECRET",
  publicUrl: "--public-url",
} as const;

function unset(config: Config, for_: string, needed: readonly (keyof typeof said)[]): string[] {
  return needed.filter((name) => config[name] === null).map((name) => `${said[name]}: ${for_} needs it.`);
}

/** Whoever has an account at a provider would be let in: that has to be said. */
function openDoors(config: Config): string[] {
  const problems: string[] = [];
  if (uses(config, "oidc") && !config.oidcAllowedGroups && !config.oidcAllowedDomains) {
    problems.push(
      "--auth oidc: it does not say who of the provider's people comes in. Say --oidc-allowed-groups or --oidc-allowed-domains; * lets everybody in.",
    );
  }
  const { githubAllowedOrgs, githubAllowedUsers, githubAllowedDomains } = config;
  if (uses(config, "github") && !githubAllowedOrgs && !githubAllowedUsers && !githubAllowedDomains) {
    problems.push(
      "--auth github: it does not say who on GitHub comes in. Say --github-allowed-orgs, --github-allowed-users or --github-allowed-domains; --github-allowed-users '*' lets everybody in.",
    );
  }
  return problems;
}

function plainIssuer(config: Config): string[] {
  return (["oidcIssuer", "githubUrl"] as const).flatMap((name) => {
    const url = config[name];
    if (url === null || !uses(config, name === "oidcIssuer" ? "oidc" : "github") || isSafe(url)) return [];
    return [
      `${name === "oidcIssuer" ? "--oidc-issuer" : "--github-url"}: ${url} has no TLS. Write one that begins with https://.`,
    ];
  });
}

function isSafe(url: string): boolean {
  return url.startsWith("https://") || isLoopback(new URL(url).hostname);
}

/** Whether only programs of this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (bare === "localhost" || bare === "::1" || bare === "0:0:0:0:0:0:0:1") return true;
  return isIP(bare) === 4 && bare.startsWith("127.");
}

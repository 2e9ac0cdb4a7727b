import * as client from "openid-client";
import { BelfryError } from "../core/errors.js";
import { type Role, roles } from "../core/rights.js";
import { domainOf, isOnList, notAllowed, type Provider } from "./provider.js";
import type { OidcSettings } from "./settings.js";
import type { Person } from "./sign-in.js";

const patienceSec = 10;

/** An OpenID Connect provider: Authorization Code with PKCE. It is asked how it is reached at the first sign-in. */
export function createOidc(settings: OidcSettings): Provider {
  const discover = once(() => discoverProvider(settings));

  return {
    async begin(redirectUri) {
      const config = await discover();
      const errand = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(" "),
        state: errand.state,
        nonce: errand.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, errand };
    },
    async finish(callbackUrl, { state, nonce, verifier }) {
      const config = await discover();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const claims = await claimsFor(config, callbackUrl, { ...checks, idTokenExpected: true });
      return personOf(settings, claims);
    },
  };
}

function discoverProvider({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  // The settings let http through for this machine only.
  const execute = issuer.startsWith("http:") ? [client.allowInsecureRequests] : [];
  return client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute,
    timeout: patienceSec,
  });
}

/** Asks once, and again only if it did not work out. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return async () => {
    answer ??= ask();
    try {
      return await answer;
    } catch (cause) {
      answer = null;
      throw new BelfryError("sign_in_refused", "The provider does not answer. Try again in a moment.", {
        cause,
      });
    }
  };
}

type Claims = Record<string, unknown> & { sub: string; iss: string };

/** What the provider says of whoever came back: in the token it signed, and where one can ask. */
async function claimsFor(
  config: client.Configuration,
  callbackUrl: URL,
  checks: client.AuthorizationCodeGrantChecks,
): Promise<Claims> {
  try {
    const tokens = await client.authorizationCodeGrant(config, callbackUrl, checks);
    const claims = tokens.claims()!;
    const hasMore = config.serverMetadata().userinfo_endpoint !== undefined;
    const more = hasMore ? await client.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
    return { ...more, ...claims };
  } catch (error) {
    throw new BelfryError("sign_in_refused", "The provider's answer does not do. Sign in again.", {
      cause: error,
    });
  }
}

function personOf(settings: OidcSettings, claims: Claims): Person {
  const groups = textsOf(claims[settings.groupsClaim]);
  const email = textOf(claims["email"]);
  // Others than the provider may have written an address that it has not verified.
  const verified = claims["email_verified"] === true && email !== null ? [domainOf(email)] : [];
  const isAllowed = isOnList(settings.allowedGroups, groups) && isOnList(settings.allowedDomains, verified);
  if (!isAllowed) throw notAllowed();
  return {
    issuer: claims.iss,
    subject: claims.sub,
    wishedName: textOf(claims["preferred_username"]) ?? email?.split("@")[0] ?? claims.sub,
    displayName: (textOf(claims["name"]) ?? "").slice(0, 200),
    email: email?.slice(0, 320) ?? null,
    role: roleOf(settings, groups),
  };
}

/** The highest role that one of the groups gives. */
function roleOf({ groupRoles }: OidcSettings, groups: readonly string[]): Role | null {
  if (groupRoles === null) return null;
  const given = new Set(groupRoles.filter(({ group }) => groups.includes(group)).map(({ role }) => role));
  return roles.findLast((role) => given.has(role)) ?? "viewer";
}

function textOf(claim: unknown): string | null {
  return typeof claim === "string" && claim !== "" ? claim : null;
}

function textsOf(claim: unknown): string[] {
  if (typeof claim === "string") return [claim];
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : [];
}

import { timingSafeEqual } from "node:crypto";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from "openid-client";
import { z } from "zod";
import { BelfryError } from "../core/errors.js";
import { domainOf, isOnList, notAllowed, type Errand, type Provider } from "./provider.js";
import type { GithubSettings } from "./settings.js";
import type { Person } from "./sign-in.js";

const patienceMs = 10_000;

const tokenAnswer = z.object({ access_token: z.string() });
const userAnswer = z.object({ id: z.int(), login: z.string(), name: z.string().nullish() });
const emailsAnswer = z.array(z.object({ email: z.string(), verified: z.boolean(), primary: z.boolean() }));
const membershipAnswer = z.object({ state: z.string() });

/** GitHub, which speaks OAuth and has its own way to say who somebody is. */
export function createGithub(settings: GithubSettings): Provider {
  return {
    async begin(redirectUri) {
      const errand = { state: randomState(), nonce: "", verifier: randomPKCECodeVerifier() };
      const url = new URL(`${settings.url}/login/oauth/authorize`);
      const scope = settings.allowedOrgs === null ? "read:user user:email" : "read:user user:email read:org";
      const asked = { client_id: settings.clientId, redirect_uri: redirectUri, state: errand.state, scope };
      const challenge = await calculatePKCECodeChallenge(errand.verifier);
      url.search = String(
        new URLSearchParams({ ...asked, code_challenge: challenge, code_challenge_method: "S256" }),
      );
      return { url: url.href, errand };
    },
    async finish(callbackUrl, errand) {
      const token = await exchange(settings, callbackUrl, errand);
      return personOf(settings, token);
    },
  };
}

async function exchange(settings: GithubSettings, callbackUrl: URL, errand: Errand): Promise<string> {
  const code = callbackUrl.searchParams.get("code");
  if (code === null || !isSame(callbackUrl.searchParams.get("state") ?? "", errand.state)) throw badAnswer();
  const { clientId, clientSecret } = settings;
  const body = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    code,
    redirect_uri: `${callbackUrl.origin}${callbackUrl.pathname}`,
    code_verifier: errand.verifier,
  });
  const answer = await ask(`${settings.url}/login/oauth/access_token`, { method: "POST", body });
  // Its errors come with status 200.
  const read = tokenAnswer.safeParse(answer);
  if (!read.success) throw badAnswer();
  return read.data.access_token;
}

async function personOf(settings: GithubSettings, token: string): Promise<Person> {
  const init = { headers: { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" } };
  const api = apiOf(settings);
  const user = userAnswer.safeParse(await ask(`${api}/user`, init)).data;
  const allEmails = emailsAnswer.safeParse(await ask(`${api}/user/emails`, init)).data ?? [];
  if (user === undefined) throw badAnswer();
  const emails = allEmails.filter(({ verified }) => verified);
  const isNamed = settings.allowedUsers !== null && isOnList(settings.allowedUsers, [user.login]);
  if (!isNamed && !(await isAllowed(settings, { emails, orgs: (org) => isMember(api, org, init) }))) {
    throw notAllowed();
  }
  return {
    issuer: settings.url,
    // A login may pass to somebody else; the number does not.
    subject: String(user.id),
    wishedName: user.login,
    displayName: (user.name ?? "").slice(0, 200),
    email: (emails.find(({ primary }) => primary) ?? emails[0])?.email.slice(0, 320) ?? null,
    role: null,
  };
}

/** Each list that is set has to have them; where none is, only those come in who are named. */
async function isAllowed(
  { allowedOrgs, allowedDomains }: GithubSettings,
  { emails, orgs }: { emails: { email: string }[]; orgs: (org: string) => Promise<boolean> },
): Promise<boolean> {
  if (allowedOrgs === null && allowedDomains === null) return false;
  const domains = emails.map(({ email }) => domainOf(email));
  if (!isOnList(allowedDomains, domains)) return false;
  if (allowedOrgs === null) return true;
  const memberships = await Promise.all(allowedOrgs.map(orgs));
  return memberships.includes(true);
}

async function isMember(api: string, org: string, init: RequestInit): Promise<boolean> {
  const answer = await ask(`${api}/user/memberships/orgs/${encodeURIComponent(org)}`, init);
  return membershipAnswer.safeParse(answer).data?.state === "active";
}

function apiOf({ url }: GithubSettings): string {
  return url === "https://github.com" ? "https://api.github.com" : `${url}/api/v3`;
}

/** What GitHub answers; null: there is no such thing, or one may not see it. */
async function ask(url: string, init: RequestInit): Promise<unknown> {
  const headers = { accept: "application/json", "user-agent": "belfry", ...(init.headers as object) };
  try {
    const response = await fetch(url, {
      ...init,
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(patienceMs),
    });
    return response.ok ? await response.json() : null;
  } catch (error) {
    throw new BelfryError("sign_in_refused", "GitHub does not answer. Try again in a moment.", {
      cause: error,
    });
  }
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function badAnswer(): BelfryError {
  return new BelfryError("sign_in_refused", "GitHub's answer does not do. Sign in again.");
}

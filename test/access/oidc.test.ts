import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { OidcSettings } from "../../src/access/settings.js";
import type { Pool } from "../../src/store/database.js";
import { openTestAccess, type TestAccess, type TestBrowser } from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { type IdentityProvider, startIdentityProvider } from "../support/identity-provider.js";

const origin = "https://belfry.example.org";
const ann = {
  sub: "1001",
  name: "Ann Smith",
  preferred_username: "Ann.Smith",
  email: "ann@example.org",
  email_verified: true,
  groups: ["ops", "staff"],
};

describeOnBothDatabases("signing in at an OpenID Connect provider", (open) => {
  let pool: Pool;
  let provider: IdentityProvider;

  beforeAll(async () => {
    pool = (await open()).pool;
    provider = await startIdentityProvider(`${origin}/auth/oidc/callback`);
  });

  beforeEach(() => void (provider.person = ann));

  afterAll(() => provider[Symbol.asyncDispose]());

  function openWith(settings: Partial<OidcSettings> = {}): Promise<TestAccess> {
    const oidc: OidcSettings = {
      issuer: provider.issuer,
      clientId: "belfry",
      clientSecret: "a-secret-of-two",
      scopes: ["openid", "profile", "email", "groups"],
      groupsClaim: "groups",
      allowedGroups: ["ops"],
      allowedDomains: null,
      groupRoles: null,
      ...settings,
    };
    return openTestAccess(pool, { publicOrigin: origin, oidc, local: false });
  }

  async function begin(browser: TestBrowser, path = "/auth/oidc"): Promise<string> {
    const answer = await browser.get(path);
    expect(answer.status).toBe(302);
    return answer.headers.get("location")!;
  }

  async function signIn(browser: TestBrowser, path?: string): Promise<Response> {
    const back = await provider.signIn(await begin(browser, path));
    return browser.get(back.pathname + back.search);
  }

  const who = async (browser: TestBrowser): Promise<any> =>
    (await browser.script("GET", "/api/v1/session")).json();

  it("makes a user the first time, and knows them by their subject the next", async () => {
    const access = await openWith();
    const browser = access.browser({ origin });
    const answer = await signIn(browser, "/auth/oidc?return=/account");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/account"]);
    expect(await who(browser)).toMatchObject({ kind: "user", name: "ann.smith" });
    provider.person = { ...ann, preferred_username: "ann.miller", email: "ann@example.com" };
    await signIn(access.browser({ origin }));
    const { items } = (await access.ask("GET", "/users")).body;
    expect(items).toMatchObject([
      { name: "ann.smith", displayName: "Ann Smith", email: "ann@example.com", role: "viewer" },
    ]);
  });

  it("asks with a challenge, a state and a nonce, which are new each time", async () => {
    const access = await openWith();
    const urls = [await begin(access.browser({ origin })), await begin(access.browser({ origin }))];
    const [one, other] = urls.map((url) => new URL(url).searchParams);
    expect(Object.fromEntries(one!)).toMatchObject({
      response_type: "code",
      client_id: "belfry",
      redirect_uri: `${origin}/auth/oidc/callback`,
      scope: "openid profile email groups",
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(one!.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one!.get(name)).not.toBe(other!.get(name));
    }
  });

  it("ends in the browser only in which it began, and once", async () => {
    const access = await openWith();
    const [victim, attacker] = [access.browser({ origin }), access.browser({ origin })];
    const back = await provider.signIn(await begin(attacker));
    const callback = back.pathname + back.search;
    expect((await victim.get(callback)).status).toBe(401);
    await begin(victim);
    expect((await victim.get(callback)).status).toBe(401);
    expect(victim.session).toBeUndefined();
    const step = new Map(attacker.cookies);
    expect((await attacker.get(callback)).status).toBe(302);
    const again = access.browser({ origin });
    for (const [name, value] of step) again.cookies.set(name, value);
    expect((await again.get(callback)).status).toBe(401);
    expect(again.session).toBeUndefined();
  });

  it("is over after ten minutes", async () => {
    const access = await openWith();
    const browser = access.browser({ origin });
    const back = await provider.signIn(await begin(browser));
    access.pass(600_000);
    expect((await browser.get(back.pathname + back.search)).status).toBe(401);
  });

  it.each([
    ["another state", (query: URLSearchParams) => query.set("state", "x".repeat(43))],
    ["no state", (query: URLSearchParams) => query.delete("state")],
    ["a code of its own", (query: URLSearchParams) => query.set("code", "x".repeat(43))],
    ["no code", (query: URLSearchParams) => query.delete("code")],
    ["another issuer", (query: URLSearchParams) => query.set("iss", "https://evil.example")],
    ["an error", (query: URLSearchParams) => query.set("error", "access_denied")],
  ])("is refused with %s in the answer", async (_, change) => {
    const access = await openWith();
    const browser = access.browser({ origin });
    const back = await provider.signIn(await begin(browser));
    change(back.searchParams);
    const answer = await browser.get(back.pathname + back.search);
    expect([answer.status, browser.session]).toEqual([401, undefined]);
    expect(await answer.text()).toContain("does not do");
    expect((await access.ask("GET", "/users")).body.items).toEqual([]);
    expect((await access.audited()).map(({ action }) => action)).toEqual(["session.refused"]);
  });

  it("is refused if the token's nonce is that of another sign-in", async () => {
    const access = await openWith();
    const browser = access.browser({ origin });
    const asked = new URL(await begin(browser));
    asked.searchParams.set("nonce", "of-somebody-else");
    const back = await provider.signIn(asked.href);
    expect((await browser.get(back.pathname + back.search)).status).toBe(401);
    expect(browser.session).toBeUndefined();
  });

  it.each<[Partial<OidcSettings>, object, number]>([
    [{ allowedGroups: ["ops"] }, {}, 302],
    [{ allowedGroups: ["admins"] }, {}, 401],
    [{ allowedGroups: ["ops"] }, { groups: undefined }, 401],
    [{ allowedGroups: ["ops"] }, { groups: "ops" }, 302],
    [{ allowedGroups: ["*"] }, { groups: undefined }, 302],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, {}, 302],
    [{ allowedGroups: null, allowedDomains: ["EXAMPLE.org"] }, { email: "ann@Example.ORG" }, 302],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, { email_verified: false }, 401],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, { email_verified: "true" }, 401],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, { email_verified: undefined }, 401],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, { email: "ann@evil-example.org" }, 401],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, { email: "example.org@evil.org" }, 401],
    [{ allowedGroups: null, allowedDomains: ["example.org"] }, { email: undefined }, 401],
    [{ allowedGroups: ["ops"], allowedDomains: ["example.com"] }, {}, 401],
    [{ allowedGroups: ["admins"], allowedDomains: ["example.org"] }, {}, 401],
  ])("with %j somebody who differs by %j: %i", async (settings, differs, status) => {
    provider.person = { ...ann, ...differs };
    const access = await openWith(settings);
    const browser = access.browser({ origin });
    expect((await signIn(browser)).status).toBe(status);
    expect(browser.session === undefined).toBe(status === 401);
  });

  it("gives the highest role that a group gives, each time anew", async () => {
    const groupRoles = [
      { group: "staff", role: "operator" },
      { group: "leads", role: "admin" },
    ] as const;
    const access = await openWith({ groupRoles: [...groupRoles] });
    const role = async () => (await access.ask("GET", "/users/ann.smith")).body.role;
    for (const [groups, expected] of [
      [["ops", "leads", "staff"], "admin"],
      [["ops", "staff"], "operator"],
      [["ops"], "viewer"],
    ] as const) {
      provider.person = { ...ann, groups };
      expect((await signIn(access.browser({ origin }))).status).toBe(302);
      expect(await role()).toBe(expected);
    }
  });

  it("never makes somebody a user who is here already under the same name or address", async () => {
    const access = await openWith();
    await pool.query(
      "insert into users (name, email, role) values ('ann.smith', 'ann@example.org', 'admin')",
    );
    const browser = access.browser({ origin });
    await signIn(browser);
    expect(await who(browser)).toMatchObject({ name: "ann.smith-2" });
  });

  it("makes one user of somebody who comes in by two windows at once", async () => {
    const access = await openWith();
    const browsers = [access.browser({ origin }), access.browser({ origin })];
    const answers = await Promise.all(browsers.map((browser) => signIn(browser)));
    expect(answers.map(({ status }) => status)).toEqual([302, 302]);
    expect((await access.ask("GET", "/users")).body.items).toHaveLength(1);
  });

  it("does not let in who was disabled here", async () => {
    const access = await openWith();
    await signIn(access.browser({ origin }));
    await access.ask("PATCH", "/users/ann.smith", { disabled: true });
    expect((await signIn(access.browser({ origin }))).status).toBe(401);
  });

  it("says that the provider is away", async () => {
    const access = await openWith({ issuer: "http://127.0.0.1:9" });
    const answer = await access.browser({ origin }).get("/auth/oidc");
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining("does not answer")]);
  });
});

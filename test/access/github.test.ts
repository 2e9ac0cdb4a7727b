import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GithubSettings } from "../../src/access/settings.js";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { openTestAccess, type TestAccess, type TestBrowser } from "../support/access.js";
import { type FakeGithub, startFakeGithub } from "../support/fake-github.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const origin = "https://belfry.example.org";

describe("signing in with GitHub", () => {
  let place: TestDatabase;
  let database: Database;
  let github: FakeGithub;

  beforeAll(async () => {
    place = await createTestDatabase();
    database = await openDatabase({ url: place.url });
    github = await startFakeGithub();
  });

  beforeEach(() => {
    github.user = { id: 7, login: "Ann-S", name: "Ann Smith" };
    github.emails = [
      { email: "ann@home.example", verified: true, primary: true },
      { email: "ann@acme.org", verified: true, primary: false },
      { email: "ann@victim.org", verified: false, primary: false },
    ];
    github.orgs = { acme: "active", wish: "pending" };
  });

  afterAll(async () => {
    await github[Symbol.asyncDispose]();
    await database.close();
    await place.drop();
  });

  function openWith(settings: Partial<GithubSettings> = {}): Promise<TestAccess> {
    const lists = { allowedOrgs: null, allowedUsers: null, allowedDomains: null };
    const app = { url: github.url, clientId: "belfry", clientSecret: "a-secret-of-two" };
    return openTestAccess(database.pool, { publicOrigin: origin, github: { ...app, ...lists, ...settings } });
  }

  async function signIn(browser: TestBrowser, change: (back: URL) => void = () => {}): Promise<Response> {
    const asked = await browser.get("/auth/github?return=/account");
    const back = github.allow(asked.headers.get("location")!);
    change(back);
    return browser.get(back.pathname + back.search);
  }

  it.each<[Partial<GithubSettings>, number]>([
    [{ allowedOrgs: ["acme"] }, 302],
    [{ allowedOrgs: ["other", "acme"] }, 302],
    [{ allowedOrgs: ["other"] }, 401],
    [{ allowedOrgs: ["wish"] }, 401],
    [{ allowedOrgs: ["../../user"] }, 401],
    [{ allowedUsers: ["ann-s"] }, 302],
    [{ allowedUsers: ["*"] }, 302],
    [{ allowedUsers: ["bob"] }, 401],
    [{ allowedUsers: ["bob"], allowedOrgs: ["acme"] }, 302],
    [{ allowedDomains: ["acme.org"] }, 302],
    [{ allowedDomains: ["victim.org"] }, 401],
    [{ allowedDomains: ["acme.org"], allowedOrgs: ["other"] }, 401],
    [{ allowedDomains: ["other.org"], allowedOrgs: ["acme"] }, 401],
    [{ allowedDomains: ["other.org"], allowedOrgs: ["other"], allowedUsers: ["ann-s"] }, 302],
  ])("with the lists %j: %i", async (settings, status) => {
    const access = await openWith(settings);
    const browser = access.browser({ origin });
    expect((await signIn(browser)).status).toBe(status);
    expect(browser.session === undefined).toBe(status === 401);
  });

  it("knows somebody by their number, not by a name that may pass to another", async () => {
    const access = await openWith({ allowedOrgs: ["acme"] });
    await signIn(access.browser({ origin }));
    github.user = { id: 7, login: "ann-miller", name: null };
    await signIn(access.browser({ origin }));
    github.user = { id: 8, login: "Ann-S", name: "Another" };
    await signIn(access.browser({ origin }));
    const { items } = (await access.ask("GET", "/users")).body;
    expect(items).toMatchObject([
      { name: "ann-s", displayName: "", email: "ann@home.example", role: "viewer" },
      { name: "ann-s-2", displayName: "Another" },
    ]);
  });

  it.each<[string, (back: URL) => void]>([
    ["another state", (back) => back.searchParams.set("state", "x".repeat(43))],
    ["no state", (back) => back.searchParams.delete("state")],
    ["a code that was not given", (back) => back.searchParams.set("code", "stolen")],
    ["no code", (back) => back.searchParams.delete("code")],
  ])("is refused with %s", async (_, change) => {
    const access = await openWith({ allowedUsers: ["*"] });
    const browser = access.browser({ origin });
    expect((await signIn(browser, change)).status).toBe(401);
    expect(browser.session).toBeUndefined();
  });

  it("ends in the browser only in which it began", async () => {
    const access = await openWith({ allowedUsers: ["*"] });
    const [attacker, victim] = [access.browser({ origin }), access.browser({ origin })];
    const asked = await attacker.get("/auth/github");
    const back = github.allow(asked.headers.get("location")!);
    await victim.get("/auth/github");
    expect((await victim.get(back.pathname + back.search)).status).toBe(401);
    expect(victim.session).toBeUndefined();
  });

  it("asks for no more than it needs", async () => {
    const scopeOf = async (settings: Partial<GithubSettings>) => {
      const asked = await (await openWith(settings)).browser({ origin }).get("/auth/github");
      return new URL(asked.headers.get("location")!).searchParams.get("scope");
    };
    expect(await scopeOf({ allowedUsers: ["*"] })).toBe("read:user user:email");
    expect(await scopeOf({ allowedOrgs: ["acme"] })).toBe("read:user user:email read:org");
  });
});

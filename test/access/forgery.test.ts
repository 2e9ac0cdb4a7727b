import { afterEach } from "vitest";
import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { addAndEnter, enterAs, openTestAccess, type TestAccess } from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";

describeOnBothDatabases("a page of another site", (open) => {
  let pool: Pool;
  let access: TestAccess;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
  });

  async function signedIn() {
    const browser = access.browser();
    await enterAs(access, browser);
    return browser;
  }

  afterEach(async () => {
    expect((await access.ask("GET", "/keys")).body.items).toEqual([]);
  });

  it.each([
    ["from its own address", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["from a neighbour of the same site", { origin: "http://localhost:8080", "sec-fetch-site": "same-site" }],
    ["from nowhere that it says", { origin: "null", "sec-fetch-site": "cross-site" }],
    ["with an origin that it cannot have and a site that it is not", { "sec-fetch-site": "cross-site" }],
    ["with another scheme", { origin: "https://localhost:7717" }],
    ["with a name that begins alike", { origin: "http://localhost:7717.evil.example" }],
  ])("cannot change anything with somebody's cookie, %s", async (_, headers) => {
    const browser = await signedIn();
    const body = { name: "stolen", scopes: ["runs.read"] };
    const answer = await browser.script("POST", "/api/v1/keys", body, headers);
    expect([answer.status, ((await answer.json()) as any).code]).toEqual([403, "forbidden"]);
    for (const path of ["/account/password", "/auth/sign-out", "/account/sessions/end-all"])
      expect((await browser.post(path, { next: "correct horse battery" }, headers)).status).toBe(403);
    expect((await browser.get("/account")).status).toBe(200);
  });

  it("cannot sign somebody in as somebody else", async () => {
    const { body } = await access.ask("POST", "/links", {});
    const token = new URL(body.url).searchParams.get("token")!;
    const victim = access.browser();
    const answer = await victim.post("/auth/link", { token }, { origin: "https://evil.example" });
    expect([answer.status, victim.session]).toEqual([403, undefined]);
  });

  it("cannot send what a form can send, even if the browser says nothing of where it comes from", async () => {
    const browser = await signedIn();
    const body = '{"name":"stolen","scopes":["runs.read"],"x":"=';
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const answer = await access.app.request("/api/v1/keys", {
        method: "POST",
        body,
        headers: {
          cookie: `belfry_session=${browser.session}`,
          "content-type": type,
          origin: "http://localhost",
        },
      });
      expect(answer.status).toBe(403);
    }
    const silent = await access.app.request("/api/v1/keys", {
      method: "POST",
      body: JSON.stringify({ name: "stolen", scopes: ["runs.read"] }),
      headers: { cookie: `belfry_session=${browser.session}`, "content-type": "application/json" },
    });
    expect(silent.status).toBe(403);
  });

  it("is told nothing: no answer allows another origin to read it", async () => {
    const browser = await signedIn();
    const answer = await browser.script("GET", "/api/v1/session", undefined, {
      origin: "https://evil.example",
    });
    const names = [...answer.headers.keys()];
    expect(names.filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  it("does not hinder programs, which send a key and no origin, or this server's own pages", async () => {
    const browser = await signedIn();
    const made = await browser.script("POST", "/api/v1/keys", { name: "mine", scopes: ["runs.read"] });
    expect(made.status).toBe(201);
    const { key }: any = await made.json();
    expect((await access.ask("DELETE", `/keys/${key.id}`)).status).toBe(200);
  });
});

describeOnBothDatabases("an answer", (open) => {
  let pool: Pool;
  let access: TestAccess;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
  });

  const pages = ["/login", "/auth/link?token=x", "/nothing"];

  it("that is private is kept by nobody, framed by nobody, and taken for what it says", async () => {
    const browser = access.browser();
    await addAndEnter(access, browser, "ann", "admin");
    for (const path of ["/", "/account", "/api/v1/session", "/api/v1/users", ...pages]) {
      const { headers } = await browser.get(path);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
    }
  });

  it("has no script or style within the page", async () => {
    const browser = access.browser();
    await addAndEnter(access, browser, "ann", "admin");
    for (const path of ["/", "/account", "/login", "/auth/link?token=x"]) {
      const text = await (await browser.get(path)).text();
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:/i);
    }
  });

  it("shows what others wrote as text", async () => {
    const evil = '<img src=x onerror=alert(1)>"';
    const browser = access.browser({ headers: { "user-agent": evil } });
    await addAndEnter(access, browser, "ann", "admin");
    await access.ask("PATCH", "/users/ann", { displayName: evil });
    const shown = [
      await browser.get("/"),
      await browser.get("/account"),
      await access.browser().get(`/auth/link?token=${encodeURIComponent(evil)}`),
      await access.browser().get(`/login?return=/${encodeURIComponent(evil)}`),
      await access.browser().post("/auth/password", { name: evil, password: "x" }),
    ];
    for (const answer of shown) expect(await answer.text()).not.toContain("<img");
  });

  it.each([
    ["/account", "/account"],
    ["/runs?x=1", "/runs?x=1"],
    ["//evil.example", "/"],
    ["https://evil.example/", "/"],
    ["/..//evil.example", "/"],
    ["/.//evil.example", "/"],
    ["/a/..//evil.example", "/"],
    ["/%2e%2e//evil.example", "/"],
    ["/\\\\evil.example", "/"],
    ["\\\\evil.example", "/"],
    ["/\\tevil", "/"],
    ["javascript:alert(1)", "/"],
    ["/%0d%0aSet-Cookie:x=1", "/%0d%0aSet-Cookie:x=1"],
    ["/x\r\nSet-Cookie: planted=1", "/"],
    ["/\t/evil.example", "/"],
    ["", "/"],
    ["@evil.example", "/"],
  ])("leads after a sign-in to this server only: %j to %s", async (asked, expected) => {
    await addAndEnter(access, access.browser(), "ann", "viewer");
    const browser = access.browser();
    await enterAs(access, browser, "ann");
    const answer = await browser.get(`/login?return=${encodeURIComponent(asked)}`);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, expected]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

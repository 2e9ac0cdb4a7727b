import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { addAndEnter, enterAs, openTestAccess, type TestAccess } from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

describeOnBothDatabases("a session", (open) => {
  let pool: Pool;
  let access: TestAccess;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
  });

  const who = async (browser: ReturnType<TestAccess["browser"]>) =>
    (await browser.script("GET", "/api/v1/session")).status;

  it("ends when nothing is done for twelve hours, and goes on as long as something is", async () => {
    const browser = access.browser();
    await enterAs(access, browser);
    for (let times = 0; times < 3; times += 1) {
      access.pass(11 * hour);
      expect(await who(browser)).toBe(200);
    }
    access.pass(12 * hour + minute);
    expect(await who(browser)).toBe(401);
    expect((await browser.get("/account")).headers.get("location")).toBe("/login?return=/account");
  });

  it("ends after thirty days, whatever is done", async () => {
    const browser = access.browser();
    await enterAs(access, browser);
    for (let hours = 0; hours < 30 * 24 - 6; hours += 6) {
      access.pass(6 * hour);
      expect(await who(browser)).toBe(200);
    }
    access.pass(6 * hour);
    expect(await who(browser)).toBe(401);
  });

  it("is noted as seen once a minute at most", async () => {
    const browser = access.browser();
    await enterAs(access, browser);
    const seen = async () => {
      const { rows } = await pool.query("select xmin::text as version, last_seen_at from user_sessions");
      return rows[0];
    };
    const before = await seen();
    access.pass(minute - 1);
    await who(browser);
    expect(await seen()).toEqual(before);
    access.pass(2);
    await who(browser);
    expect((await seen()).last_seen_at).toEqual(access.now);
  });

  it("has a token of its own at each sign-in, whatever the browser brought along", async () => {
    const browser = access.browser();
    browser.cookies.set("belfry_session", "planted-by-somebody-else");
    await enterAs(access, browser);
    const first = browser.session;
    expect(first).not.toBe("planted-by-somebody-else");
    await enterAs(access, browser, "owner");
    expect(browser.session).not.toBe(first);
    const old = access.browser();
    old.cookies.set("belfry_session", first!);
    expect(await who(old)).toBe(401);
    expect(await who(browser)).toBe(200);
  });

  it("stands in the database as a hash only", async () => {
    const browser = access.browser();
    await enterAs(access, browser);
    const { rows } = await pool.query("select user_sessions::text as row from user_sessions");
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(browser.session);
  });

  it("is listed for its user only, and can be ended from another", async () => {
    const [desk, phone, stranger] = [access.browser(), access.browser(), access.browser()];
    await enterAs(access, desk);
    await enterAs(access, phone, "owner");
    await addAndEnter(access, stranger, "ann", "admin");
    const listed: any = await (await desk.script("GET", "/api/v1/sessions")).json();
    expect(listed.items.map(({ isThis, way }: any) => [isThis, way])).toEqual([
      [false, "link"],
      [true, "link"],
    ]);
    const path = `/api/v1/sessions/${listed.items[0].id}`;
    expect((await stranger.script("DELETE", path)).status).toBe(404);
    expect((await desk.script("DELETE", path)).status).toBe(200);
    expect([await who(phone), await who(desk), await who(stranger)]).toEqual([401, 200, 200]);
  });

  it("ends with a sign-out, and all do with a sign-out everywhere", async () => {
    const [desk, phone] = [access.browser(), access.browser()];
    await enterAs(access, desk);
    await enterAs(access, phone, "owner");
    const token = desk.session!;
    expect((await desk.post("/auth/sign-out", {})).headers.get("location")).toBe("/login");
    expect(desk.session).toBeUndefined();
    desk.cookies.set("belfry_session", token);
    expect([await who(desk), await who(phone)]).toEqual([401, 200]);
    await enterAs(access, desk, "owner");
    expect(await (await phone.script("DELETE", "/api/v1/sessions")).json()).toEqual({ ended: 2 });
    expect([await who(desk), await who(phone)]).toEqual([401, 401]);
  });

  it("ends when its user is disabled or removed, and has the rights of the role that its user has now", async () => {
    const [ann, bob] = [access.browser(), access.browser()];
    await addAndEnter(access, ann, "ann", "admin");
    await addAndEnter(access, bob, "bob", "admin");
    expect((await ann.script("GET", "/api/v1/users")).status).toBe(200);
    await access.ask("PATCH", "/users/ann", { role: "viewer" });
    expect((await ann.script("GET", "/api/v1/users")).status).toBe(403);
    await access.ask("PATCH", "/users/ann", { disabled: true });
    expect(await who(ann)).toBe(401);
    await access.ask("PATCH", "/users/ann", { disabled: false });
    expect(await who(ann)).toBe(401);
    await enterAs(access, ann, "ann");
    await access.ask("DELETE", "/users/ann");
    expect([await who(ann), await who(bob)]).toEqual([401, 200]);
  });

  it("lives in a cookie that no script reads and no other site sends", async () => {
    const browser = access.browser();
    await enterAs(access, browser);
    const line = browser.setCookies.find((each) => each.startsWith("belfry_session="));
    expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(line).toContain(`Max-Age=${(30 * day) / 1000}`);
    expect(line).not.toContain("Secure");
  });
});

describeOnBothDatabases("behind TLS", (open) => {
  it.each([
    ["as --public-url says", { publicOrigin: "https://belfry.example.org" }, {}],
    ["as the proxy says that is believed", { trustProxy: 1 }, { "x-forwarded-proto": "https" }],
  ])(
    "%s, the cookie is for TLS and this host only, and browsers do not come back without TLS",
    async (_, settings, headers) => {
      const access = await openTestAccess((await open()).pool, settings);
      const origin = "publicOrigin" in settings ? "https://belfry.example.org" : "https://localhost:7717";
      const browser = access.browser({ origin, headers });
      await enterAs(access, browser);
      const line = browser.setCookies.find((each) => each.startsWith("__Host-belfry_session="));
      expect(line).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      const page = await browser.get("/");
      expect(page.status).toBe(200);
      expect(page.headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
    },
  );

  it("a proxy that is not believed cannot say so", async () => {
    const access = await openTestAccess((await open()).pool);
    const browser = access.browser({
      headers: { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" },
    });
    await enterAs(access, browser);
    expect([...browser.cookies.keys()]).toEqual(["belfry_session"]);
    expect((await browser.get("/")).headers.get("strict-transport-security")).toBeNull();
    const { rows } = await access.deps.pool.query("select address from user_sessions");
    expect(rows).toEqual([{ address: null }]);
  });
});

import { parseOptions } from "@node-rs/argon2";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cost, hashOfNobody } from "../../src/access/passwords.js";
import type { Pool } from "../../src/store/database.js";
import {
  addAndEnter,
  enterAs,
  openTestAccess,
  type TestAccess,
  type TestBrowser,
} from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";

const good = "correct horse battery staple";

describeOnBothDatabases("a password", (open) => {
  let pool: Pool;
  let access: TestAccess;
  let ann: TestBrowser;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
    ann = access.browser();
    await addAndEnter(access, ann, "ann", "operator");
  });

  const setPassword = async (next: string, current?: string) => {
    const answer = await ann.script("PUT", "/api/v1/account/password", {
      next,
      ...(current !== undefined && { current }),
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const signIn = (name: string, password: string, browser = access.browser()) =>
    browser.post("/auth/password", { name, password, return: "/account" });

  it("lets its user in, whatever the case of the name, and is kept as argon2id", async () => {
    const page = await ann.post("/account/password", { next: good });
    expect([page.status, page.headers.get("location")]).toEqual([303, "/account?done=password"]);
    const browser = access.browser();
    const answer = await signIn(" Ann ", good, browser);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/account"]);
    expect((await browser.get("/account")).status).toBe(200);
    const { rows } = await pool.query("select password_hash from users");
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it("that is wrong is refused in the same words, whether or not there is such a user", async () => {
    await setPassword(good);
    const pages = [];
    for (const [name, password] of [
      ["ann", "wrong horse battery staple"],
      ["bob", good],
      ["'; drop table users; --", good],
      ["ann", ""],
    ] as const) {
      const browser = access.browser();
      const answer = await signIn(name, password, browser);
      expect([answer.status, browser.session]).toEqual([401, undefined]);
      pages.push((await answer.text()).replace(/value="[^"]*"/g, ""));
    }
    expect(new Set(pages).size).toBe(1);
  });

  it("can be tried five times from one place, and then not even the right one helps", async () => {
    await setPassword(good);
    for (let times = 0; times < 5; times += 1) expect((await signIn("ann", "wrong")).status).toBe(401);
    const answer = await signIn("ann", good);
    expect([answer.status, await answer.text()]).toEqual([
      429,
      expect.stringContaining("Try again in 15 minutes"),
    ]);
    expect((await signIn("bob", "wrong")).status).toBe(401);
    const refusals = (await access.audited()).filter(({ action }) => action === "session.refused");
    expect(refusals).toHaveLength(6);
  });

  it("is the same however a keyboard writes its letters", async () => {
    await setPassword("Tür mit drei Schlössern");
    expect((await signIn("ann", "Tür mit drei Schlössern".normalize("NFD"))).status).toBe(303);
  });

  it("is asked for before it is changed, and ends all other sessions", async () => {
    await setPassword(good);
    const other = access.browser();
    await signIn("ann", good, other);
    expect(await setPassword("another good password")).toMatchObject({ code: "sign_in_refused" });
    expect(await setPassword("another good password", "wrong")).toMatchObject({ code: "sign_in_refused" });
    expect(await setPassword("another good password", good)).toMatchObject({ status: 200 });
    expect((await other.get("/account")).status).toBe(302);
    expect((await ann.get("/account")).status).toBe(200);
    expect((await signIn("ann", good)).status).toBe(401);
    expect((await signIn("ann", "another good password")).status).toBe(303);
  });

  it.each([
    ["elevenchars", "from 12 to 256"],
    ["x".repeat(257), "from 12 to 256"],
    ["aaaaaaaaaaaaaa", "too few different"],
    ["ann-ann-ann-12", "little more than the user's name"],
  ])("%j is too weak", async (next, why) => {
    expect(await setPassword(next)).toMatchObject({
      status: 422,
      code: "weak_password",
      detail: expect.stringContaining(why),
    });
    const page = await ann.post("/account/password", { next });
    expect([page.status, await page.text()]).toEqual([
      422,
      expect.stringContaining(why.replace("'", "&#39;")),
    ]);
  });

  it("does not let in who is disabled, and begins a session with a token of its own", async () => {
    await setPassword(good);
    const browser = access.browser();
    browser.cookies.set("belfry_session", "planted");
    await signIn("ann", good, browser);
    expect(browser.session).not.toBe("planted");
    await access.ask("PATCH", "/users/ann", { disabled: true });
    expect((await signIn("ann", good)).status).toBe(401);
  });

  it("is nothing on a server that leaves its users to a provider", async () => {
    await setPassword(good);
    const { oidc } = { oidc: null };
    const other = await openTestAccess(pool, { local: false, oidc });
    expect((await other.browser().post("/auth/password", { name: "ann", password: good })).status).toBe(401);
    expect(await (await other.browser().get("/login")).text()).not.toContain("password");
    await expect(enterAs(other, other.browser())).rejects.toThrow();
  });
});

describe("an unknown name", () => {
  it("costs as much work as a known one", () => {
    const { memoryCost, timeCost, parallelism, algorithm } = parseOptions(hashOfNobody);
    expect({ memoryCost, timeCost, parallelism, algorithm }).toEqual(cost);
  });
});

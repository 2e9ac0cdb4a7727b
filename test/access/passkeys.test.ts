import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { addAndEnter, openTestAccess, type TestAccess, type TestBrowser } from "../support/access.js";
import { Authenticator } from "../support/authenticator.js";
import { describeOnBothDatabases } from "../support/databases.js";

const origin = "http://localhost:7717";

describeOnBothDatabases("a passkey", (open) => {
  let pool: Pool;
  let access: TestAccess;
  let ann: TestBrowser;
  let authenticator: Authenticator;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
    ann = access.browser();
    authenticator = new Authenticator(origin);
    await addAndEnter(access, ann, "ann", "operator");
  });

  const ask = async (browser: TestBrowser, path: string, body: object = {}): Promise<any> => {
    const answer = await browser.script("POST", path, body);
    return { status: answer.status, body: await answer.json() };
  };

  async function add(browser = ann) {
    const options = (await ask(browser, "/account/passkeys/options")).body;
    return ask(browser, "/account/passkeys", { response: authenticator.create(options), name: "My laptop" });
  }

  async function signIn(browser: TestBrowser, from = origin) {
    const options = (await ask(browser, "/auth/passkey/options")).body;
    const response = authenticator.get(options, from);
    return ask(browser, "/auth/passkey", { response, return: "/account" });
  }

  it("is added on the account page, and lets its user in without a name", async () => {
    expect(await add()).toEqual({ status: 200, body: { added: true } });
    const browser = access.browser();
    expect(await signIn(browser)).toEqual({ status: 200, body: { location: "/account" } });
    expect(await (await browser.get("/account")).text()).toContain("My laptop");
    const kept: any = await (await browser.script("GET", "/api/v1/account/passkeys")).json();
    expect(kept.items).toMatchObject([{ name: "My laptop", lastUsedAt: access.now.toISOString() }]);
    const actions = (await access.audited()).map(({ action }) => action);
    expect(actions.slice(-2)).toEqual(["passkey.added", "session.started"]);
  });

  it("is asked to stay on the device, and to look who uses it", async () => {
    const { body } = await ask(ann, "/account/passkeys/options");
    expect(body).toMatchObject({
      rp: { id: "localhost", name: "Belfry" },
      user: { name: "ann" },
      authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
      attestation: "none",
    });
    expect((await ask(access.browser(), "/auth/passkey/options")).body).toMatchObject({
      rpId: "localhost",
      userVerification: "preferred",
    });
  });

  it("signs each challenge once, in the browser that asked for it, and in time", async () => {
    await add();
    const [one, other] = [access.browser(), access.browser()];
    const options = (await ask(one, "/auth/passkey/options")).body;
    const response = authenticator.get(options);
    await ask(other, "/auth/passkey/options");
    expect((await ask(other, "/auth/passkey", { response })).status).toBe(401);
    const step = new Map(one.cookies);
    expect((await ask(one, "/auth/passkey", { response })).status).toBe(200);
    const again = access.browser();
    for (const [name, value] of step) again.cookies.set(name, value);
    expect((await ask(again, "/auth/passkey", { response })).status).toBe(401);
    const late = access.browser();
    const lateOptions = (await ask(late, "/auth/passkey/options")).body;
    access.pass(600_000);
    expect((await ask(late, "/auth/passkey", { response: authenticator.get(lateOptions) })).status).toBe(401);
  });

  it("that signed for a page of another site opens nothing", async () => {
    await add();
    const browser = access.browser();
    const answer = await signIn(browser, "https://belfry.evil.example");
    expect([answer.status, answer.body.code, browser.session]).toEqual([401, "sign_in_refused", undefined]);
  });

  it("that was copied is found out by its counter", async () => {
    await add();
    expect((await signIn(access.browser())).status).toBe(200);
    expect((await signIn(access.browser())).status).toBe(200);
    authenticator.turnBack();
    expect((await signIn(access.browser())).status).toBe(401);
  });

  it("opens nothing once it is removed, or its user is disabled", async () => {
    await add();
    await access.ask("PATCH", "/users/ann", { disabled: true });
    expect((await signIn(access.browser())).status).toBe(401);
    await access.ask("PATCH", "/users/ann", { disabled: false });
    const browser = access.browser();
    expect((await signIn(browser)).status).toBe(200);
    const { items }: any = await (await browser.script("GET", "/api/v1/account/passkeys")).json();
    expect((await browser.post("/account/passkeys/remove", { id: items[0].id })).status).toBe(303);
    expect((await signIn(access.browser())).status).toBe(401);
    expect((await browser.script("DELETE", `/api/v1/account/passkeys/${items[0].id}`)).status).toBe(404);
  });

  it("is added only by whoever asked for it, and for nobody else", async () => {
    const bob = access.browser();
    await addAndEnter(access, bob, "bob", "admin");
    const options = (await ask(ann, "/account/passkeys/options")).body;
    for (const [name, value] of ann.cookies) if (name.endsWith("_step")) bob.cookies.set(name, value);
    const response = authenticator.create(options);
    expect((await ask(bob, "/account/passkeys", { response, name: "x" })).status).toBe(401);
    expect((await ask(access.browser(), "/account/passkeys/options")).status).toBe(401);
    expect((await pool.query("select 1 from passkeys")).rows).toEqual([]);
  });

  it.each([{}, { id: 5 }, { id: "x" }, { id: "x", response: null }, { id: "' or 1=1 --" }])(
    "made of nonsense is refused: %j",
    async (response) => {
      const browser = access.browser();
      await ask(browser, "/auth/passkey/options");
      expect((await ask(browser, "/auth/passkey", { response })).status).toBe(401);
      await ask(ann, "/account/passkeys/options");
      expect((await ask(ann, "/account/passkeys", { response, name: "x" })).status).toBe(401);
    },
  );
});

import { beforeAll, beforeEach, expect, it } from "vitest";
import { rights, rightsOf, roles } from "../../src/core/rights.js";
import type { Pool } from "../../src/store/database.js";
import { addAndEnter, openTestAccess, type TestAccess } from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";

const day = 86_400_000;

describeOnBothDatabases("an API key", (open) => {
  let pool: Pool;
  let access: TestAccess;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
  });

  async function newKey(scopes: readonly string[], more: object = {}) {
    const { status, body } = await access.ask("POST", "/keys", { name: "deploys", scopes, ...more });
    expect(status).toBe(201);
    return body as { key: any; text: string };
  }

  it("is shown once, and kept as a hash", async () => {
    const { key, text } = await newKey(["runs.read"]);
    expect(text).toMatch(/^belfry_[\w-]{43}$/);
    expect(key).toMatchObject({ prefix: text.slice(0, 13), scopes: ["runs.read"], madeBy: "local" });
    const listed = await access.ask("GET", "/keys");
    expect(listed.body.items).toEqual([key]);
    const { rows } = await pool.query("select api_keys::text as row from api_keys");
    expect(rows[0].row).not.toContain(text.slice(13));
    expect(JSON.stringify(await access.audited())).not.toContain(text.slice(13));
  });

  it("may what it was made for, and nothing else", async () => {
    const { text } = await newKey(["runs.read"]);
    expect((await access.ask("GET", "/runs", undefined, text)).status).toBe(200);
    const refused = await access.ask("GET", "/schedules", undefined, text);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining("schedules.read")]);
    expect((await access.ask("GET", "/session", undefined, text)).body).toMatchObject({
      kind: "key",
      name: "deploys",
      rights: ["runs.read"],
    });
    for (const [method, path] of [
      ["GET", "/sessions"],
      ["DELETE", "/session"],
      ["GET", "/account/passkeys"],
    ] as const)
      expect((await access.ask(method, path, undefined, text)).status).toBe(403);
  });

  it("opens nothing once it is revoked, and being revoked is for ever", async () => {
    const { key, text } = await newKey(["runs.read"]);
    const revoked = await access.ask("DELETE", `/keys/${key.id}`);
    expect(revoked.body.revokedAt).toBe(access.now.toISOString());
    access.pass(day);
    expect((await access.ask("DELETE", `/keys/${key.id}`)).body).toEqual(revoked.body);
    const answer = await access.ask("GET", "/runs", undefined, text);
    expect([answer.status, answer.body.code]).toEqual([401, "unauthorized"]);
    expect((await access.ask("GET", "/keys")).body.items).toEqual([]);
    expect((await access.ask("GET", "/keys?revoked=true")).body.items).toHaveLength(1);
    const actions = (await access.audited()).map(({ action }) => action);
    expect(actions).toEqual(["key.created", "key.revoked"]);
  });

  it("opens nothing from the instant on at which it expires", async () => {
    const expiresAt = new Date(access.now.getTime() + day).toISOString();
    const { text } = await newKey(["runs.read"], { expiresAt });
    access.pass(day - 1);
    expect((await access.ask("GET", "/runs", undefined, text)).status).toBe(200);
    access.pass(1);
    expect((await access.ask("GET", "/runs", undefined, text)).status).toBe(401);
  });

  it("says when it was last used, within a minute", async () => {
    const { text } = await newKey(["runs.read"]);
    await access.ask("GET", "/runs", undefined, text);
    const first = access.now.toISOString();
    access.pass(59_000);
    await access.ask("GET", "/runs", undefined, text);
    expect((await access.ask("GET", "/keys")).body.items[0].lastUsedAt).toBe(first);
    access.pass(2000);
    await access.ask("GET", "/runs", undefined, text);
    expect((await access.ask("GET", "/keys")).body.items[0].lastUsedAt).toBe(access.now.toISOString());
  });

  it("cannot give away a right that it has not", async () => {
    const { text } = await newKey(["keys.write", "runs.read"]);
    const more = await access.ask("POST", "/keys", { name: "x", scopes: ["runs.operate"] }, text);
    expect([more.status, more.body.detail]).toEqual([403, expect.stringContaining("runs.operate")]);
    expect((await access.ask("POST", "/keys", { name: "x", scopes: ["runs.read"] }, text)).status).toBe(201);
  });

  it("of a user may no more than that user may now, and nothing once they are kept out", async () => {
    const browser = access.browser();
    await addAndEnter(access, browser, "ann", "admin");
    const body = { name: "ann's", scopes: ["users.read", "runs.read", "keys.write"] };
    const { text }: any = await (await browser.script("POST", "/api/v1/keys", body)).json();
    expect((await access.ask("GET", "/users", undefined, text)).status).toBe(200);
    const child = await access.ask("POST", "/keys", { name: "its child", scopes: ["users.read"] }, text);
    await addAndEnter(access, access.browser(), "bob", "admin");
    await access.ask("PATCH", "/users/ann", { role: "operator" });
    expect((await access.ask("GET", "/users", undefined, text)).status).toBe(403);
    expect((await access.ask("GET", "/users", undefined, child.body.text)).status).toBe(403);
    expect((await access.ask("GET", "/runs", undefined, text)).status).toBe(200);
    await access.ask("PATCH", "/users/ann", { disabled: true });
    expect((await access.ask("GET", "/runs", undefined, text)).status).toBe(401);
    await access.ask("DELETE", "/users/ann");
    expect((await access.ask("GET", "/keys?revoked=true")).body.items).toEqual([]);
  });

  it.each([
    [{ name: "x", scopes: [] }],
    [{ name: "x", scopes: ["everything"] }],
    [{ name: "", scopes: ["runs.read"] }],
    [{ name: "x".repeat(101), scopes: ["runs.read"] }],
    [{ name: "x", scopes: ["runs.read"], expiresAt: "2020-01-01T00:00:00Z" }],
    [{ name: "x", scopes: ["runs.read"], expiresAt: "soon" }],
    [{ name: "x", scopes: ["runs.read"], rights: ["users.write"] }],
  ])("cannot be made of %j", async (body) => {
    expect((await access.ask("POST", "/keys", body)).status).toBe(400);
  });

  it.each(["belfry_", "belfry_x", `belfry_${"A".repeat(43)}`, "belfry_' or 1=1 --"])(
    "that nobody made opens nothing: %j",
    async (text) => {
      const answer = await access.ask("GET", "/runs", undefined, text);
      expect([answer.status, answer.body.code]).toEqual([401, "unauthorized"]);
    },
  );

  it("that is wrong is not made good by a cookie beside it", async () => {
    const browser = access.browser();
    await addAndEnter(access, browser, "ann", "admin");
    const headers = { authorization: `Bearer belfry_${"A".repeat(43)}` };
    expect((await browser.script("GET", "/api/v1/runs", undefined, headers)).status).toBe(401);
  });
});

describeOnBothDatabases("a user", (open) => {
  let pool: Pool;
  let access: TestAccess;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
  });

  it.each(roles)("who is %s may what the table of rights says", async (role) => {
    const browser = access.browser();
    await addAndEnter(access, browser, "ann", role);
    const who: any = await (await browser.script("GET", "/api/v1/session")).json();
    expect(who.rights.toSorted()).toEqual([...rightsOf[role]].toSorted());
    for (const [path, right] of [
      ["/schedules", "schedules.read"],
      ["/runs", "runs.read"],
      ["/keys", "keys.read"],
      ["/users", "users.read"],
    ] as const) {
      const { status } = await browser.script("GET", `/api/v1${path}`);
      expect(`${path} ${status}`).toBe(`${path} ${rightsOf[role].includes(right) ? 200 : 403}`);
    }
  });

  it("is added, changed and removed, and the audit log tells of it", async () => {
    await addAndEnter(access, access.browser(), "ann", "admin");
    const patch = { role: "operator", displayName: "Bob", email: "bob@example.org" };
    await access.ask("POST", "/users", { name: "bob", role: "viewer" });
    expect((await access.ask("PATCH", "/users/bob", patch)).body).toMatchObject(patch);
    expect((await access.ask("GET", "/users/bob")).body).toMatchObject(patch);
    expect((await access.ask("GET", "/users?limit=1")).body).toMatchObject({
      items: [{ name: "ann" }],
      nextCursor: "ann",
    });
    expect((await access.ask("GET", "/users?cursor=ann")).body.items).toMatchObject([{ name: "bob" }]);
    expect((await access.ask("DELETE", "/users/bob")).status).toBe(200);
    expect((await access.ask("GET", "/users/bob")).body.code).toBe("user_not_found");
    const acts = (await access.audited()).filter(({ target }) => target === "bob");
    expect(acts.map(({ action, actor }) => `${action} by ${actor}`)).toEqual([
      "user.created by local",
      "user.changed by local",
      "user.removed by local",
    ]);
    expect(acts[1]!.after).toEqual({ ...patch, disabled: false });
  });

  it("who is the last admin cannot be demoted, disabled or removed", async () => {
    await addAndEnter(access, access.browser(), "ann", "admin");
    await access.ask("POST", "/users", { name: "bob", role: "operator" });
    for (const ask of [
      () => access.ask("PATCH", "/users/ann", { role: "operator" }),
      () => access.ask("PATCH", "/users/ann", { disabled: true }),
      () => access.ask("DELETE", "/users/ann"),
    ]) {
      const { status, body } = await ask();
      expect([status, body.code]).toEqual([409, "last_admin"]);
    }
    expect((await access.ask("PATCH", "/users/ann", { displayName: "Ann" })).status).toBe(200);
    expect((await access.ask("DELETE", "/users/bob")).status).toBe(200);
  });

  it("is left as admin when two admins remove each other at once", async () => {
    for (const name of ["ann", "bob"]) await access.ask("POST", "/users", { name, role: "admin" });
    const answers = await Promise.all(["ann", "bob"].map((name) => access.ask("DELETE", `/users/${name}`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await access.ask("GET", "/users")).body.items).toHaveLength(1);
  });

  it("cannot be given a role, or changed, by who has fewer rights", async () => {
    await access.ask("POST", "/users", { name: "ann", role: "admin" });
    await access.ask("POST", "/users", { name: "bob", role: "admin" });
    const scopes = ["users.write", "users.read", ...rightsOf.operator];
    const { text } = (await access.ask("POST", "/keys", { name: "hr", scopes })).body;
    const asked = [
      await access.ask("POST", "/users", { name: "eve", role: "admin" }, text),
      await access.ask("PATCH", "/users/ann", { disabled: true }, text),
      await access.ask("DELETE", "/users/ann", undefined, text),
    ];
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await access.ask("POST", "/users", { name: "eve", role: "operator" }, text)).status).toBe(201);
    expect((await access.ask("PATCH", "/users/eve", { role: "admin" }, text)).status).toBe(403);
  });

  it("has a name of its own", async () => {
    await access.ask("POST", "/users", { name: "ann", role: "viewer" });
    const again = await access.ask("POST", "/users", { name: "ann", role: "viewer" });
    expect([again.status, again.body.code]).toEqual([409, "user_exists"]);
    for (const name of ["", "Ann", "a b", "-a", "a\u0000", "é", "a".repeat(101), "'; drop table users; --"])
      expect((await access.ask("POST", "/users", { name, role: "viewer" })).status).toBe(400);
  });
});

it("has every right in the hands of an admin", () => {
  expect(rightsOf.admin.toSorted()).toEqual(rights.toSorted());
});

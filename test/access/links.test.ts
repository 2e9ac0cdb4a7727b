import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { addAndEnter, enterAs, openTestAccess, type TestAccess } from "../support/access.js";
import { describeOnBothDatabases } from "../support/databases.js";

const hour = 3_600_000;

describeOnBothDatabases("a one-time link", (open) => {
  let pool: Pool;
  let access: TestAccess;

  beforeAll(async () => {
    pool = (await open()).pool;
  });

  beforeEach(async () => {
    access = await openTestAccess(pool);
  });

  async function newLink(body: object = {}): Promise<string> {
    const answer = await access.ask("POST", "/links", body);
    expect(answer.status).toBe(201);
    return new URL(answer.body.url).searchParams.get("token")!;
  }

  it("lets its reader in as the owner, who is an admin, and opens nothing the second time", async () => {
    const token = await newLink();
    const browser = access.browser();
    const answer = await browser.post("/auth/link", { token });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect(await (await browser.get("/")).text()).toContain("<dd>owner</dd>");
    const again = access.browser();
    expect((await again.post("/auth/link", { token })).status).toBe(401);
    expect(again.session).toBeUndefined();
    const actions = (await access.audited()).map(({ action, actor }) => `${action} by ${actor}`);
    expect(actions).toEqual(["user.created by owner", "session.started by owner"]);
  });

  it("is not used up by whoever only looks at it", async () => {
    const token = await newLink();
    for (const method of ["GET", "HEAD"]) {
      const page = await access.app.request(`/auth/link?token=${token}`, { method });
      expect([page.status, page.headers.getSetCookie()]).toEqual([200, []]);
    }
    expect((await access.browser().post("/auth/link", { token })).status).toBe(303);
  });

  it("lets one in, of two who use it at once", async () => {
    const token = await newLink();
    const answers = await Promise.all([1, 2, 3, 4].map(() => access.browser().post("/auth/link", { token })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 401, 401, 401]);
    expect((await access.ask("GET", "/users")).body.items).toHaveLength(1);
  });

  it("makes one owner, of two different links that are used at once", async () => {
    const tokens = [await newLink(), await newLink()];
    const answers = await Promise.all(tokens.map((token) => access.browser().post("/auth/link", { token })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 401]);
    expect((await access.ask("GET", "/users")).body.items).toHaveLength(1);
  });

  it("is over after an hour", async () => {
    const token = await newLink();
    access.pass(hour);
    expect((await access.browser().post("/auth/link", { token })).status).toBe(401);
  });

  it("for the owner is not made where there are users", async () => {
    await enterAs(access, access.browser());
    const answer = await access.ask("POST", "/links", {});
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining("for which of them")]);
  });

  it("invites a new user, who is whom it names", async () => {
    const browser = access.browser();
    await addAndEnter(access, browser, "ann", "operator");
    const who: any = await (await browser.script("GET", "/api/v1/session")).json();
    expect(who).toMatchObject({ kind: "user", name: "ann" });
    expect(who.rights).toContain("runs.operate");
    expect(who.rights).not.toContain("users.read");
  });

  it("for somebody who is here already lets in once too, be it used one after the other or at once", async () => {
    await access.ask("POST", "/users", { name: "ann", role: "viewer" });
    const use = (token: string) => access.browser().post("/auth/link", { token });
    const one = await newLink({ user: "ann" });
    expect([(await use(one)).status, (await use(one)).status]).toEqual([303, 401]);
    const other = await newLink({ user: "ann" });
    const answers = await Promise.all([1, 2, 3, 4].map(() => use(other)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 401, 401, 401]);
    const { rows } = await pool.query("select 1 from user_sessions");
    expect(rows).toHaveLength(2);
  });

  it("does not let in who was disabled since", async () => {
    await access.ask("POST", "/users", { name: "ann", role: "viewer" });
    const token = await newLink({ user: "ann" });
    await access.ask("PATCH", "/users/ann", { disabled: true });
    expect((await access.browser().post("/auth/link", { token })).status).toBe(401);
    expect((await access.ask("POST", "/links", { user: "ann" })).status).toBe(403);
  });

  it("cannot be had for an admin by a key that may only write users", async () => {
    await enterAs(access, access.browser());
    const { body } = await access.ask("POST", "/keys", { name: "hr", scopes: ["users.write"] });
    const answer = await access.ask("POST", "/links", { user: "owner" }, body.text);
    expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
  });

  it("stands in the database as a hash only", async () => {
    const token = await newLink();
    const { rows } = await access.deps.pool.query("select login_steps::text as row from login_steps");
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(token);
  });
});

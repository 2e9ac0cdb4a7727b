import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { localToken, openTestAccess, type TestAccess } from "../support/access.js";
import { recording, type Told } from "../support/cli.js";
import { createTestFolder } from "../support/data-dir.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

let place: TestDatabase;
let database: Database;
let access: TestAccess;
let server: Server;
let url: string;
let home: string;

beforeAll(async () => {
  place = await createTestDatabase();
  database = await openDatabase({ url: place.url });
  server = serve({
    fetch: (request, env) => access.app.fetch(request, env),
    hostname: "127.0.0.1",
    port: 0,
  }) as Server;
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  access = await openTestAccess(database.pool);
  home = await createTestFolder();
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await database.close();
  await place.drop();
});

/** A command line of somebody whose home is the test's, and who types or pipes in `typed` when asked for a secret. */
async function belfry(argv: string[], env: Record<string, string> = {}, typed = ""): Promise<Told> {
  const { io, told } = recording({ env: { HOME: home, ...env }, now: access.now.toISOString() });
  const code = await run(argv, { ...io, readSecret: async () => typed });
  return { code, ...told };
}

/** The same as whoever has the token of the data directory. */
const atServer = (...argv: string[]) => belfry(argv, { BELFRY_URL: url, BELFRY_TOKEN: localToken });

const contextsPath = () => join(home, ".config/belfry/contexts.json");

async function newKey(scope: string): Promise<string> {
  const { stdout } = await atServer("key", "create", "mine", "--scope", scope);
  return stdout.trim();
}

test("a key is made, listed and revoked, and its text is alone on stdout", async () => {
  const made = await atServer("key", "create", "ci", "--scope", "runs.read,runs.operate", "--expires", "90d");
  expect(made.stdout).toMatch(/^belfry_[\w-]{43}\n$/);
  expect(made.stderr).toContain("it is not shown again");
  const [key] = JSON.parse((await atServer("key", "list", "--json")).stdout);
  expect(key).toMatchObject({ name: "ci", scopes: ["runs.read", "runs.operate"] });
  expect(Date.parse(key.expiresAt)).toBe(access.now.getTime() + 90 * 86_400_000);
  expect((await atServer("key", "list")).stdout).toContain(made.stdout.slice(0, 13));
  expect((await atServer("key", "revoke", key.id)).code).toBe(0);
  expect((await atServer("key", "list")).stderr).toBe("There are no API keys.\n");
  expect((await atServer("key", "list", "--all")).stdout).toContain("(revoked)");
  expect((await atServer("key", "revoke", "999999")).code).toBe(4);
});

test("a key can be given the rights of a role, and no right that there is not", async () => {
  await atServer("key", "create", "eye", "--scope", "viewer");
  const [key] = JSON.parse((await atServer("key", "list", "--json")).stdout);
  expect(key.scopes).toEqual(["schedules.read", "runs.read", "system.read"]);
  const wrong = await atServer("key", "create", "x", "--scope", "runs.read,all");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('There is no right "all"')]);
  expect((await atServer("key", "create", "x", "--scope", "viewer", "--expires", "soon")).code).toBe(2);
});

test("users are added, given roles, kept out and removed", async () => {
  const owner = await atServer("link");
  expect(owner.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/auth\/link\?token=[\w-]{43}\n$/);
  const added = await atServer("user", "add", "ann", "--role", "admin");
  const token = new URL(added.stdout.trim()).searchParams.get("token")!;
  const browser = access.browser();
  expect((await browser.post("/auth/link", { token })).status).toBe(303);
  await atServer("user", "add", "bob");
  expect((await atServer("user", "role", "bob", "operator")).stdout).toBe('"bob" is operator now.\n');
  expect((await atServer("user", "role", "bob", "king")).code).toBe(2);
  expect((await atServer("user", "disable", "bob")).code).toBe(0);
  expect((await atServer("user", "list")).stdout).toMatch(/^bob \(disabled\)\s+operator\s+never/m);
  expect((await atServer("user", "enable", "bob")).code).toBe(0);
  const last = await atServer("user", "remove", "ann");
  expect([last.code, last.stderr]).toEqual([6, expect.stringContaining("(last_admin)")]);
  expect((await atServer("user", "remove", "bob")).code).toBe(0);
  expect((await atServer("link", "bob")).code).toBe(4);
  expect((await atServer("link", "ann")).stdout).toContain("/auth/link?token=");
});

test("a login keeps a key that works, for its owner only, and commands use it from then on", async () => {
  const key = await newKey("viewer");
  const told = await belfry(["login", `${url}/`, "--name", "here"], {}, `${key}\n`);
  expect(told).toMatchObject({ code: 0, stderr: "" });
  expect(told.stdout).toContain(`You are mine at ${url}`);
  expect(((await stat(contextsPath())).mode & 0o777).toString(8)).toBe("600");
  expect((await belfry(["run", "list"])).code).toBe(0);
  const refused = await belfry(["key", "list"]);
  expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining("keys.read")]);
  expect(told.stdout + refused.stderr).not.toContain(key);
});

test("a login with what is no key keeps nothing", async () => {
  for (const typed of ["", "belfry_nobody-made-this", "two words"])
    expect((await belfry(["login", url], {}, typed)).code).not.toBe(0);
  await expect(readFile(contextsPath())).rejects.toThrow("ENOENT");
});

test("one goes from server to server by the names of contexts", async () => {
  const key = await newKey("viewer");
  await belfry(["login", url, "--name", "one"], {}, key);
  await belfry(["login", url, "--name", "two"], {}, key);
  expect((await belfry(["context", "list"])).stdout).toMatch(/^ +one .*\n\* +two /);
  expect((await belfry(["context", "use", "one"])).code).toBe(0);
  expect((await belfry(["context", "use", "three"])).stderr).toContain("There are one, two");
  await belfry(["logout"]);
  const listed = JSON.parse((await belfry(["context", "list", "--json"])).stdout);
  expect(listed).toEqual([{ name: "two", url, isCurrent: false }]);
  expect((await belfry(["run", "list", "--context", "two"])).code).toBe(0);
  expect((await belfry(["run", "list"], { BELFRY_CONTEXT: "two" })).code).toBe(0);
  expect((await belfry(["run", "list", "--context", "two", "--port", "1"])).code).toBe(2);
  await belfry(["context", "remove", "two"]);
  expect((await belfry(["run", "list"], { BELFRY_CONTEXT: "two" })).stderr).toContain('no context "two"');
});

test("a context's key goes to its own address only, and what is said of the server counts more", async () => {
  const key = await newKey("viewer");
  await belfry(["login", url, "--name", "one"], {}, key);
  const dataDir = await createTestFolder();
  const elsewhere = await belfry(["run", "list", "--data-dir", dataDir]);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([5, expect.stringContaining(`${dataDir}/api-token`)]);
  const byUrl = await belfry(["run", "list"], { BELFRY_URL: "http://127.0.0.1:9", BELFRY_DATA_DIR: dataDir });
  expect(byUrl.stderr).toContain("There is no API token in");
});

test("an error says that the key came from a context", async () => {
  const key = await newKey("viewer");
  await belfry(["login", url, "--name", "one"], {}, key);
  const [{ id }] = JSON.parse((await atServer("key", "list", "--json")).stdout);
  await atServer("key", "revoke", id);
  const { code, stderr } = await belfry(["run", "list"]);
  expect([code, stderr]).toEqual([5, expect.stringContaining('The token came from the context "one"')]);
});

test("a file of contexts that is damaged is told of, and left", async () => {
  const key = await newKey("viewer");
  await belfry(["login", url], {}, key);
  for (const content of ["", "{", "[]", '{"contexts":{"a":{"url":5}}}']) {
    await writeFile(contextsPath(), content);
    const { code, stderr } = await belfry(["run", "list"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("does not hold contexts")]);
    expect(await readFile(contextsPath(), "utf8")).toBe(content);
  }
});

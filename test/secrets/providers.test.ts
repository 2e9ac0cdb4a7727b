import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeyring } from "../../src/secrets/keyring.js";
import type { SecretProvider } from "../../src/secrets/provider.js";
import { commandProvider } from "../../src/secrets/providers/command.js";
import { environmentProvider } from "../../src/secrets/providers/environment.js";
import { filesProvider } from "../../src/secrets/providers/files.js";
import { storeProvider } from "../../src/secrets/providers/store.js";
import { createSecretSource } from "../../src/secrets/secret-source.js";
import { setSecret } from "../../src/secrets/secret-store.js";
import { openDatabase } from "../../src/store/open-database.js";
import type { Database } from "../../src/store/database.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { conformsToProvider } from "./conformance.js";
import { asked, masterKey } from "../support/secrets.js";

const node = (code: string) => [process.execPath, "-e", code, "{name}"];
const text = "sécret \"with'\n two lines";

describe("the provider store", () => {
  let database: Database;
  beforeAll(async () => void (database = await openDatabase({ dataDir: await createTestDataDir() })));
  afterAll(() => database.close());
  conformsToProvider(async (secrets) => {
    const keyring = createKeyring(async () => ({ current: masterKey, others: [] }));
    const store = { pool: database.pool, keyring };
    for (const [name, value] of Object.entries(secrets)) await setSecret(store, value, { name, ...asked });
    return storeProvider(store);
  });
});

describe("the provider environment", () => {
  conformsToProvider(async (secrets) => {
    const env = Object.entries(secrets).map(([name, value]) => [
      `BELFRY_SECRET_${name.toUpperCase().replaceAll("-", "_")}`,
      value,
    ]);
    return environmentProvider(Object.fromEntries(env) as NodeJS.ProcessEnv);
  });

  test("gives nothing away that is not meant to be a secret", async () => {
    const provider = environmentProvider({ DATABASE_URL: "x", BELFRY_MASTER_KEY: "y", path: "z" });
    for (const name of ["DATABASE_URL", "BELFRY_MASTER_KEY", "MASTER_KEY", "path"])
      expect(await provider.get(name)).toBeNull();
  });
});

describe("the provider files", () => {
  conformsToProvider(async (secrets) => {
    const folder = await createTestFolder();
    for (const [name, value] of Object.entries(secrets)) await writeFile(join(folder, name), value);
    return filesProvider(folder);
  });

  test("leaves out one line end, and follows the links of Kubernetes", async () => {
    const folder = await createTestFolder();
    await mkdir(join(folder, "..data"));
    await writeFile(join(folder, "..data", "one"), "value\n");
    await symlink("..data/one", join(folder, "one"));
    await writeFile(join(folder, "two"), "value\r\n");
    await writeFile(join(folder, "three"), "value\n\n");
    const values = await Promise.all(["one", "two", "three"].map((name) => filesProvider(folder).get(name)));
    expect(values.map((found) => found?.value)).toEqual(["value", "value", "value\n"]);
  });

  test.each([
    ["is a folder", (path: string) => mkdir(path)],
    ["is no text", (path: string) => writeFile(path, Buffer.from([0xff, 0xfe, 0x41]))],
    ["is too long", (path: string) => writeFile(path, "x".repeat(70_000))],
    ["is empty", (path: string) => writeFile(path, "\n")],
    ["has a NUL", (path: string) => writeFile(path, "a\0b")],
  ])("says so of one that %s, and shows nothing of it", async (_, make) => {
    const folder = await createTestFolder();
    await make(join(folder, "one"));
    await expect(filesProvider(folder).get("one")).rejects.toMatchObject({ code: "secret_unavailable" });
  });
});

describe("the provider command", () => {
  conformsToProvider(async (secrets) => {
    const script = `const v = ${JSON.stringify(secrets)}[process.argv[1]]; if (v === undefined) process.exit(1); process.stdout.write(v);`;
    return commandProvider({ argv: node(script) });
  }, "cannot say what is missing");

  test.each([
    ["that ends with an error", node("console.error('pl4nted'); process.exit(3)"), "exit code 3"],
    ["that takes too long", node("setTimeout(() => {}, 1e6)"), "too long"],
    ["that writes too much", node("process.stdout.write('pl4nted'.repeat(20_000))"), "more than 65536 bytes"],
    ["that is not there", ["/no/such/program", "{name}"], "could not be run (ENOENT)"],
    ["that says nothing", node(""), "is empty"],
  ])("tells of one %s without what it said", async (_, argv, words) => {
    const provider = commandProvider({ argv, timeoutMs: 2000 });
    const told = await provider.get("api_key").catch((error: unknown) => error as Error & { code: string });
    expect(told).toMatchObject({ code: "secret_unavailable" });
    expect((told as Error).message).toContain(words);
    expect((told as Error).message).not.toContain("pl4nted");
  });

  test("uses no shell", async () => {
    const provider = commandProvider({ argv: node("process.stdout.write(process.argv[1] + '$(id);`id`')") });
    expect((await provider.get("one"))?.value).toBe("one$(id);`id`");
  });
});

describe("the providers of a server", () => {
  const provider = (name: SecretProvider["name"], values: Record<string, string>): SecretProvider => ({
    name,
    get: async (secret) => (secret in values ? { value: values[secret]!, version: null } : null),
  });
  const source = createSecretSource([provider("files", { a: "1" }), provider("store", { a: "2", b: "3" })]);

  test("are asked in their order, or the one that a reference names", async () => {
    const found = await source.getAll(["a", "b", "store:a"]);
    expect(found.map(({ key, from, value }) => [key, from, value])).toEqual([
      ["a", "files", "1"],
      ["b", "store", "3"],
      ["store:a", "store", "2"],
    ]);
  });

  test("are all named when none has a secret", async () => {
    await expect(source.getAll(["a", "c", "files:b"])).rejects.toMatchObject({
      code: "secret_missing",
      message: expect.stringContaining('"c", "files:b"; asked: files and store'),
    });
  });

  test("do not ask one that the server was not told of", async () => {
    await expect(source.find("command:a")).rejects.toMatchObject({ code: "secret_unavailable" });
  });
});

test("a file that its user may not read is told of as such", async () => {
  if (process.getuid?.() === 0) return;
  const folder = await createTestFolder();
  await writeFile(join(folder, "one"), text);
  await chmod(join(folder, "one"), 0);
  await expect(filesProvider(folder).get("one")).rejects.toThrow("EACCES");
});

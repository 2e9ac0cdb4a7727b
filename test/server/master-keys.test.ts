import { chmod, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMasterKeys } from "../../src/server/master-keys.js";
import { createTestFolder } from "../support/data-dir.js";

const open = (dataDir: string) => openMasterKeys({ dataDir, masterKey: null, oldMasterKeys: null });

test("the master key is made once, for its owner only", async () => {
  const dataDir = await createTestFolder();
  const { current } = await (await open(dataDir)).read();
  expect(current).toHaveLength(32);
  expect((await stat(join(dataDir, "master-key"))).mode & 0o777).toBe(0o600);
  expect((await (await open(dataDir)).read()).current).toEqual(current);
});

test.each([0o640, 0o604, 0o622])(
  "a master key that others may use (mode %o) is refused, with what to do",
  async (mode) => {
    const dataDir = await createTestFolder();
    await open(dataDir);
    await chmod(join(dataDir, "master-key"), mode);
    await expect(open(dataDir)).rejects.toMatchObject({
      code: "data_dir_unusable",
      message: expect.stringMatching(/chmod 600/),
    });
  },
);

test("a change has both keys at hand until it is settled, and the old one afterwards", async () => {
  const dataDir = await createTestFolder();
  const keys = await open(dataDir);
  const { current: old } = await keys.read();
  const next = await keys.change!.prepare();
  expect(await keys.read()).toEqual({ current: old, others: [next] });
  expect(await (await open(dataDir)).change!.prepare()).toEqual(next);
  await keys.change!.settle();
  await keys.change!.settle();
  expect(await keys.read()).toEqual({ current: next, others: [old] });
  expect((await readdir(dataDir)).toSorted()).toEqual(["master-key", "master-key.old"]);
  for (const name of await readdir(dataDir)) expect((await stat(join(dataDir, name))).mode & 0o077).toBe(0);
});

test("a key from the environment is not for the server to change", async () => {
  const masterKey = new Uint8Array(32);
  const keys = await openMasterKeys({ dataDir: "/nowhere", masterKey, oldMasterKeys: [masterKey] });
  expect(keys.change).toBeNull();
  expect(await keys.read()).toEqual({ current: masterKey, others: [masterKey] });
});

test("half a key is none", async () => {
  const dataDir = await createTestFolder();
  await writeFile(join(dataDir, "master-key"), "abc", { mode: 0o600 });
  await expect(open(dataDir)).rejects.toMatchObject({ code: "data_dir_unusable" });
});

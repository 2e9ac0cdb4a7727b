import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { readSecrets, setSecret } from "../../src/secrets/secret-store.js";
import { createKeyring } from "../../src/secrets/keyring.js";
import { rotateDataKey } from "../../src/secrets/rotation.js";
import { createTestFolder } from "../support/data-dir.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { asked, dyingAfter, forgetAllSecrets, masterKey, openTestSecrets } from "../support/secrets.js";

const keyringOf = (current: Uint8Array, ...others: Uint8Array[]) =>
  createKeyring(async () => ({ current, others }));
const otherKey = new Uint8Array(32).fill(10);

describeOnBothDatabases("a secret in the database", (open) => {
  let pool: Pool;
  const keyring = keyringOf(masterKey);
  const set = (name: string, value: string, to = pool) =>
    setSecret({ pool: to, keyring }, value, { name, ...asked });
  const read = async (name: string, ring = keyring) =>
    (await readSecrets({ pool, keyring: ring }, [name])).get(name)?.value;

  beforeAll(async () => void ({ pool } = await open()));
  beforeEach(() => forgetAllSecrets(pool));

  test("is read as it was set, in its newest version", async () => {
    expect(await set("api_key", "first")).toEqual({ version: 1, created: true });
    expect(await set("api_key", "sécond\n\"'")).toEqual({ version: 2, created: false });
    await set("other", "third");
    expect(await read("api_key")).toBe("sécond\n\"'");
    expect(await readSecrets({ pool, keyring }, ["api_key", "none"])).toEqual(
      new Map([["api_key", { value: "sécond\n\"'", version: 2 }]]),
    );
  });

  test("has no value in the database but of its newest version, and that not in clear", async () => {
    await set("api_key", "an-old-value");
    await set("api_key", "a-new-value");
    const { rows } = await pool.query<{ value: string | null }>(
      "select encode(ciphertext, 'escape') as value from secret_versions order by version",
    );
    expect(rows).toMatchObject([{ value: null }, { value: expect.not.stringContaining("new") }]);
  });

  test("does not open with another master key", async () => {
    await set("api_key", "value");
    await expect(read("api_key", keyringOf(otherKey))).rejects.toMatchObject({ code: "master_key_unknown" });
    expect(await read("api_key", keyringOf(otherKey, masterKey))).toBe("value");
  });

  test.each([
    [
      "whose bytes were changed",
      "update secret_versions set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1) where secret_id = 1",
    ],
    [
      "whose tag was changed",
      "update secret_versions set ciphertext = set_byte(ciphertext, length(ciphertext) - 1, get_byte(ciphertext, length(ciphertext) - 1) # 1) where secret_id = 1",
    ],
    [
      "whose nonce was changed",
      "update secret_versions set nonce = set_byte(nonce, 3, get_byte(nonce, 3) # 128) where secret_id = 1",
    ],
    [
      "that was cut short",
      "update secret_versions set ciphertext = substring(ciphertext from 1 for length(ciphertext) - 1) where secret_id = 1",
    ],
    ["that is next to empty", "update secret_versions set ciphertext = '\\x00' where secret_id = 1"],
    [
      "that was put in another's place",
      "update secret_versions a set nonce = b.nonce, ciphertext = b.ciphertext from secret_versions b where a.secret_id = 1 and b.secret_id = 2",
    ],
    [
      "whose version was changed",
      "with v as (update secret_versions set version = 7 where secret_id = 1) update secrets set version = 7 where id = 1",
    ],
    ["that was given another name", "update secrets set name = 'three' where id = 1"],
  ])("%s does not open", async (_, sql) => {
    await set("one", "value one");
    await set("two", "value two");
    await pool.query(sql);
    const [name] = (await pool.query<{ name: string }>("select name from secrets where id = 1")).rows;
    await expect(read(name!.name)).rejects.toMatchObject({ code: "secret_unreadable" });
  });

  test("under a data key that was changed, or exchanged, does not open", async () => {
    await set("api_key", "value");
    await pool.query("update data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)");
    await expect(read("api_key")).rejects.toMatchObject({ code: "secret_unreadable" });
  });

  test.each([
    ["", "The value is empty"],
    ["a\0b", "NUL"],
    ["\ud800", "surrogate"],
    ["x".repeat(65_537), "65537 bytes"],
    ["é".repeat(40_000), "80000 bytes"],
  ])("cannot be %j", async (value, words) => {
    await expect(set("api_key", value)).rejects.toThrow(words);
  });

  describe("when the data key is changed", () => {
    const names = Array.from({ length: 120 }, (_, index) => `secret_${index}`);
    const readAll = async () =>
      Object.fromEntries(
        [...(await readSecrets({ pool, keyring }, names))].map(([name, { value }]) => [name, value]),
      );

    test("is encrypted anew, and the old key goes", async () => {
      for (const name of names) await set(name, `value of ${name}`);
      const { rows: before } = await pool.query("select ciphertext from secret_versions where secret_id = 1");
      expect(await rotateDataKey({ pool, keyring }, asked)).toBe(120);
      const { rows: after } = await pool.query("select ciphertext from secret_versions where secret_id = 1");
      expect(after).not.toEqual(before);
      expect((await pool.query("select retired_at from data_keys")).rows).toEqual([{ retired_at: null }]);
      expect(await readAll()).toEqual(Object.fromEntries(names.map((name) => [name, `value of ${name}`])));
    });

    test("is readable and can be set all the while, wherever the change is cut off", async () => {
      const expected: Record<string, string> = {};
      for (const name of names.slice(0, 60)) await set(name, (expected[name] = `value of ${name}`));
      let cuts = 0;
      for (let statements = 0; ; statements += statements < 20 ? 1 : 17) {
        const dying = dyingAfter(pool, statements);
        await rotateDataKey({ pool: dying, keyring }, asked).catch((error: unknown) => {
          if (!dying.hasDied()) throw error;
        });
        expect(await readAll()).toEqual(expected);
        const name = names[statements % 60]!;
        await set(name, (expected[name] = `value after ${statements}`));
        expect(await read(name)).toBe(expected[name]);
        if (!dying.hasDied()) break;
        cuts += 1;
      }
      expect(cuts).toBeGreaterThan(20);
      expect((await pool.query("select retired_at from data_keys")).rows).toEqual([{ retired_at: null }]);
    });

    test("is never missed by those who read and set at the same time", async () => {
      for (const name of names.slice(0, 30)) await set(name, "0");
      let done = false;
      const rotating = (async () => {
        for (let times = 0; times < 4; times += 1) await rotateDataKey({ pool, keyring }, asked);
        done = true;
      })();
      for (let round = 1; !done; round += 1) {
        const name = names[round % 30]!;
        await Promise.all([set(name, String(round)), readAll()]);
        expect(await read(name)).toBe(String(round));
      }
      await rotating;
      await rotateDataKey({ pool, keyring }, asked);
      expect(Object.keys(await readAll())).toHaveLength(30);
    });
  });

  describe("when the master key of a data directory is changed", () => {
    test("is readable wherever the change is cut off, and the next one finishes it", async () => {
      const dataDir = await createTestFolder();
      const value = async () =>
        (await (await openTestSecrets(pool, { dataDir })).source.find("api_key"))?.value;
      await setSecret((await openTestSecrets(pool, { dataDir })).store, "value", {
        name: "api_key",
        ...asked,
      });
      const idOf = async () => (await openTestSecrets(pool, { dataDir })).store.keyring.masterKeyId();
      const first = await idOf();
      let cuts = 0;
      for (let statements = 0; ; statements += 1) {
        const dying = dyingAfter(pool, statements);
        const desk = await openTestSecrets(dying, { dataDir });
        await desk.changeMasterKey(asked).catch(() => undefined);
        expect(await value()).toBe("value");
        if (!dying.hasDied()) break;
        cuts += 1;
      }
      expect(cuts).toBeGreaterThan(4);
      expect(await idOf()).not.toBe(first);
      const wrappedBy = await pool.query<{ master_key_id: string }>("select master_key_id from data_keys");
      expect(wrappedBy.rows).toEqual([{ master_key_id: await idOf() }]);
    });

    test("is read by a server that was started before, and by one that has no more than the new key", async () => {
      const dataDir = await createTestFolder();
      const [one, other] = [
        await openTestSecrets(pool, { dataDir }),
        await openTestSecrets(pool, { dataDir }),
      ];
      await setSecret(one.store, "value", { name: "api_key", ...asked });
      expect(await one.changeMasterKey(asked)).toEqual({ dataKeys: 1, changed: true });
      expect((await other.source.find("api_key"))?.value).toBe("value");
      await setSecret(other.store, "another", { name: "api_key", ...asked });
      expect((await one.source.find("api_key"))?.value).toBe("another");
    });
  });

  test("moves to the master key that a server was given, while that has the old one too", async () => {
    const old = await openTestSecrets(pool);
    await setSecret(old.store, "value", { name: "api_key", ...asked });
    const both = await openTestSecrets(pool, { masterKey: otherKey, oldMasterKeys: [masterKey] });
    expect((await both.source.find("api_key"))?.value).toBe("value");
    expect(await both.changeMasterKey(asked)).toEqual({ dataKeys: 1, changed: false });
    const fresh = await openTestSecrets(pool, { masterKey: otherKey });
    expect((await fresh.source.find("api_key"))?.value).toBe("value");
    await expect(old.source.find("api_key")).rejects.toMatchObject({ code: "master_key_unknown" });
  });
});

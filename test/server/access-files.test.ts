import { existsSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
  readApiToken,
  readMasterKey,
  removeServerFile,
  writeServerFile,
} from "../../src/server/access-files.js";
import { createTestFolder } from "../support/data-dir.js";

const startedAt = new Date("2026-11-23T12:00:00.000Z");

let dataDir: string;

beforeEach(async () => {
  dataDir = join(await createTestFolder(), "data");
});

test("token and key are made once, and the same ever after", async () => {
  const [token, key] = [await readApiToken(dataDir), await readMasterKey(dataDir)];
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(key).toHaveLength(32);
  expect([await readApiToken(dataDir), await readMasterKey(dataDir)]).toEqual([token, key]);
});

test("of several that make the token at once, all get the same, and no draft is left", async () => {
  const tokens = await Promise.all(Array.from({ length: 5 }, () => readApiToken(dataDir)));
  expect(new Set(tokens).size).toBe(1);
  expect(await readdir(dataDir)).toEqual(["api-token"]);
});

test("a server takes away the file that names it", async () => {
  await readApiToken(dataDir);
  await writeServerFile(dataDir, "http://127.0.0.1:7717", startedAt);
  await removeServerFile(dataDir);
  expect(existsSync(join(dataDir, "server.json"))).toBe(false);
  await removeServerFile(dataDir);
});

test("a server leaves the file of another that has come since", async () => {
  await readApiToken(dataDir);
  const path = join(dataDir, "server.json");
  await writeServerFile(dataDir, "http://127.0.0.1:7717", startedAt);
  const ofAnother = (await readFile(path, "utf8")).replace(`"pid": ${process.pid}`, `"pid": ${process.pid}0`);
  await writeFile(path, ofAnother);
  await removeServerFile(dataDir);
  expect(await readFile(path, "utf8")).toBe(ofAnother);
});

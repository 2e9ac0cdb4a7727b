import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { lockDataDir } from "../../src/store/data-dir-lock.js";
import { thisProcess, type LockOwner } from "../../src/store/lock-owner.js";
import { createTestFolder } from "../support/data-dir.js";
import { startProgram } from "../support/program.js";

const pidOfNobody = 4_194_304; // beyond the largest that Linux gives
const takeLock = new URL("./programs/take-lock.ts", import.meta.url);

let dataDir: string;
let lockFile: string;
beforeEach(async () => {
  dataDir = join(await createTestFolder(), "new", ".belfry");
  lockFile = join(dataDir, "belfry.lock");
});

/** Leaves the lock of another process behind. */
async function leaveLock(owner: Partial<LockOwner>): Promise<void> {
  await (
    await lockDataDir(dataDir)
  )();
  await writeFile(lockFile, JSON.stringify({ ...thisProcess(), ...owner }));
}

const inUse = { code: "data_dir_in_use" };

test("a data directory that is not there is made, and both it and its lock are for the owner only", async () => {
  const release = await lockDataDir(dataDir);
  expect([statSync(dataDir).mode & 0o777, statSync(lockFile).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(JSON.parse(await readFile(lockFile, "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
  await release();
  expect(await readdir(dataDir)).toEqual([]);
});

test("a data directory in use is refused, naming the process, since when it runs, and the folder", async () => {
  const release = await lockDataDir(dataDir);
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    ...inUse,
    message: expect.stringMatching(
      new RegExp(
        `^The data directory ${dataDir} is in use by process ${process.pid}, which runs since \\d{4}-.*Z\\.`,
      ),
    ),
  });
  await release();
  await (
    await lockDataDir(dataDir)
  )();
});

test.each<[left: string, owner: Partial<LockOwner>]>([
  ["a process that is gone", { pid: pidOfNobody }],
  ["a process whose pid another one has now", { birth: "an earlier boot:1" }],
])("the lock of %s is taken over", async (_left, owner) => {
  await leaveLock(owner);
  const release = await lockDataDir(dataDir);
  const { startedAt: _, ...me } = thisProcess();
  expect(JSON.parse(await readFile(lockFile, "utf8"))).toMatchObject(me);
  await release();
  expect(await readdir(dataDir)).toEqual([]);
});

test("a lock file that is empty, as after a power cut, is taken over", async () => {
  await leaveLock({});
  await writeFile(lockFile, "");
  const release = await lockDataDir(dataDir);
  expect(JSON.parse(await readFile(lockFile, "utf8"))).toMatchObject({ pid: process.pid });
  await release();
});

test("a take-over that died half-way does not stop the next", async () => {
  await leaveLock({ pid: pidOfNobody });
  await writeFile(`${lockFile}.takeover`, JSON.stringify({ ...thisProcess(), pid: pidOfNobody }));
  await (
    await lockDataDir(dataDir)
  )();
  expect(await readdir(dataDir)).toEqual([]);
});

test("the lock of another host counts as long as it is touched, and says how to go on", async () => {
  await leaveLock({ host: "elsewhere" });
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    ...inUse,
    message: expect.stringMatching(/on host elsewhere.* wait 60 seconds or remove .*belfry\.lock/),
  });
  const longAgo = new Date(Date.now() - 61_000);
  await utimes(lockFile, longAgo, longAgo);
  await (
    await lockDataDir(dataDir)
  )();
});

test("a lock that was lost to another is not removed", async () => {
  const release = await lockDataDir(dataDir);
  await writeFile(lockFile, JSON.stringify({ ...thisProcess(), pid: 1 }));
  await release();
  expect(existsSync(lockFile)).toBe(true);
});

test("of several processes that find a lock left behind, one takes it", async () => {
  await leaveLock({ pid: pidOfNobody });
  const programs = [1, 2, 3, 4].map(() => startProgram(takeLock, dataDir));
  await Promise.all(programs.map((program) => program.nextLine()));
  for (const program of programs) program.say("go");
  const outcomes = await Promise.all(programs.map((program) => program.nextLine()));
  expect(outcomes.toSorted()).toEqual(["data_dir_in_use", "data_dir_in_use", "data_dir_in_use", "taken"]);
  await Promise.all(programs.map((program) => program.kill("SIGKILL")));
});

test("a data directory that cannot be made says why", async () => {
  const file = join(await createTestFolder(), "file");
  await writeFile(file, "");
  await expect(lockDataDir(join(file, "below"))).rejects.toMatchObject({
    code: "data_dir_unusable",
    message: expect.stringContaining("ENOTDIR"),
  });
});

test("a data directory whose lock cannot be read says why", async () => {
  await mkdir(lockFile, { recursive: true });
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    code: "data_dir_unusable",
    message: expect.stringContaining("EISDIR"),
  });
});

import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { createTestDataDir } from "../support/data-dir.js";
import { startProgram } from "../support/program.js";

const run = promisify(execFile);
const folder = new URL("../../examples/library/", import.meta.url);

it("compiles against the built package, as it does for who installs it", async () => {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin/tsc",
  );
  const said = await run(process.execPath, [compiler, "-p", fileURLToPath(folder)]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  expect(said).toBe("");
});

it("tells next fires and decisions without a database", async () => {
  expect(await outputOf(new URL("../../examples/library/next-fires.ts", import.meta.url))).toEqual([
    "2026-03-28T01:30:00.000Z",
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
    "2026-10-25T11:00:00.000Z",
    "2026-10-25T01:30:00.000Z",
    "2026-11-23T03:48:00.000Z",
    "2026-11-23T03:39:00.000Z",
    "skip: skip",
    "queue: queue",
    "concurrent: dispatch",
    'invalid_cron: Minute 61 is out of range 0-59 (character 1 of "61 * * * *").',
  ]);
});

it("puts the fires of a blackout off to its end", async () => {
  const blackouts = new URL("../../examples/library/blackouts.ts", import.meta.url);
  expect(await outputOf(blackouts, await createDataDir())).toEqual(["The next fire: Friday 12:00"]);
});

it("runs functions of the process until Ctrl+C, and has kept how they ended", async () => {
  const dataDir = await createDataDir();
  const program = startProgram(new URL("../../examples/library/in-process.ts", import.meta.url), dataDir);
  for (let hellos = 0; hellos < 3; hellos += 1) expect(await program.nextLine()).toBe("Hello!");
  await program.kill("SIGINT");
  expect(program.process.exitCode).toBe(0);
  const runs = await ask(dataDir, "select distinct status, error_kind, error_message from runs order by 1");
  expect(runs).toContain("Error: no disk");
  expect(runs).toContain("succeeded");
});

it("runs commands in processes of their own, which report to the program", async () => {
  const program = startProgram(
    new URL("../../examples/library/subprocess.ts", import.meta.url),
    await createDataDir(),
  );
  expect(await program.nextLine()).toMatch(/^failed 3 \S+.*\d\d:\d\d:\d\d/);
  await program.kill("SIGINT");
  expect(program.process.exitCode).toBe(0);
});

it("shows a test that holds the clock: a week without a tick is one run for seven fires", async () => {
  const clockInHand = new URL("../../examples/library/clock-in-hand.ts", import.meta.url);
  expect(await outputOf(clockInHand, await createDataDir())).toEqual([
    "at nine: { dispatched: 1, skipped: 0, queued: 0, errored: 0, swept: 0 }",
    "again: { dispatched: 0, skipped: 0, queued: 0, errored: 0, swept: 0 }",
    "args: runner --run-id",
    "a week later: { dispatched: 1, skipped: 0, queued: 0, errored: 0, swept: 0 }",
    "fires that each run stands for: 1, 7",
  ]);
});

it("is quoted in docs/library.md word for word", async () => {
  const page = await readFile(new URL("../../docs/library.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map((block) => block[1]!);
  const programs = await Promise.all(
    (await readdir(folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFile(new URL(name, folder), "utf8")),
  );
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.filter((block) => !programs.some((program) => program.includes(block)))).toEqual([]);
});

async function createDataDir(): Promise<string> {
  const dataDir = await createTestDataDir();
  onTestFinished(() => rm(dataDir, { recursive: true }));
  return dataDir;
}

function ask(dataDir: string, sql: string): Promise<string> {
  return outputOf(new URL("../../examples/library/ask.ts", import.meta.url), dataDir, sql).then((lines) =>
    lines.join("\n"),
  );
}

/** The lines that a program of the examples prints until it ends by itself. */
async function outputOf(file: URL, ...args: string[]): Promise<string[]> {
  const { stdout } = await run(process.execPath, ["--import", "tsx", fileURLToPath(file), ...args]);
  return stdout.trimEnd().split("\n");
}

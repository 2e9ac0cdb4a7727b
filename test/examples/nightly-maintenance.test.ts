import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import type { RunDetailJson, RunJson } from "../../src/api/public/shapes.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const example = fileURLToPath(new URL("../../examples/nightly-maintenance", import.meta.url));

/** What pg_dump or git does here; a machine with Node.js alone has neither. */
const git = toolOf("git", ["--version"]);
const pgDump = toolOf("pg_dump", ["--version"]);

describe.each(["embedded", "postgres"])("the nightly maintenance on the %s database", (kind) => {
  let folder: string;
  let shop: TestDatabase;
  let own: TestDatabase | null;
  let server: BelfryServer;
  let repository: string;
  let stubborn: Promise<RunDetailJson>;
  const manifest = () => join(folder, "belfry.yaml");
  const backups = () => join(folder, "backups");

  beforeAll(async () => {
    folder = await createTestFolder();
    await cp(example, folder, { recursive: true });
    repository = join(folder, "repository");
    createRepository(repository);
    shop = await createShop();
    own = kind === "postgres" ? await createTestDatabase() : null;
    const env = {
      BACKUP_DATABASE_URL: shop.url,
      BACKUP_FOLDER: backups(),
      REPOSITORY: repository,
      REPORT_FOLDER: folder,
    };
    const dataDir = await createTestDataDir();
    server = new BelfryServer({ manifest: manifest(), dataDir, databaseUrl: own?.url ?? null, port: 0, env });
    await server.start();
    stubborn = server.runByHand("stubborn-export");
    stubborn.catch(() => {}); // Looked at when the others are done: it takes the longest.
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await Promise.all([shop.drop(), own?.drop()]);
    await rm(folder, { recursive: true });
  });

  /** Runs a schedule by hand and answers with the run and what it wrote. */
  async function run(schedule: string) {
    const ended = await server.runByHand(schedule);
    const { stdout, stderr } = await server.logs(ended.id);
    return { ended, stdout, stderr };
  }

  it("knows when each job is due, on the clock of its zone", async () => {
    const { nextFireAt: backup } = await server.schedule("back-up-database");
    expect(clockIn("Europe/Berlin", backup!)).toBe("02:15");
    const { nextFireAt: briefing } = await server.schedule("tokyo-briefing");
    expect(clockIn("Asia/Tokyo", briefing!)).toBe("08:30");
    expect(briefing).toMatch(/T23:30:00/);
  });

  it("dumps a database, and fails when the dump has shrunk by more than half", async () => {
    const first = await run("back-up-database");
    if (!canDump(shop)) return expectNoDump(first);
    expect(first.ended).toMatchObject({ status: "succeeded", exitCode: 0 });
    expect(first.stdout).toMatch(
      /^The dump has \d+ bytes; there is none before it\.\nKept as .+shop_\w+\.\S+\.sql\.\n$/s,
    );
    const [kept] = readdirSync(backups());
    const size = statSync(join(backups(), kept!)).size;
    expect(first.stdout).toContain(`${size} bytes`);
    expect(readFileSync(join(backups(), kept!), "utf8")).toContain("Customer 4999");

    await query(shop.url, "delete from orders where id > 1000");
    const second = await run("back-up-database");
    expect(second.ended).toMatchObject({ status: "failed", errorKind: "exit_code", exitCode: 1 });
    expect(second.stdout).toMatch(
      new RegExp(`^The dump has \\d+ bytes; the one before had ${size} \\(-[78]\\d %\\)\\.\n$`),
    );
    expect(second.stderr).toContain("The dump shrank by more than half.");
    expect(readdirSync(backups()).filter((name) => name.endsWith(".sql"))).toEqual([kept]);
  });

  it.each([
    ["check-repository", /^Checking .+ \.\.\.\nNo damage found among 5 commits\.\n$/],
    [
      "tidy-repository",
      /^Before: 15 loose and 0 packed objects.+\nAfter: {2}0 loose and 15 packed objects.+\n$/,
    ],
  ])("%s looks after a git repository", async (name, expected) => {
    const { ended, stdout, stderr } = await run(name);
    if (git === null) {
      expect(ended).toMatchObject({ status: "failed", errorKind: "exit_code", exitCode: 127 });
      expect(stderr).toBe("git: command not found. Install git.\n");
      return;
    }
    expect(ended, stderr).toMatchObject({ status: "succeeded", exitCode: 0 });
    expect(stdout).toMatch(expected);
  });

  it("reports on the disk", async () => {
    const { ended, stdout } = await run("disk-report");
    expect(ended).toMatchObject({ status: "succeeded", exitCode: 0 });
    expect(stdout).toMatch(/^Filesystem .+\n.+ \d+%/);
    expect(stdout).toContain(`The largest in ${folder} (KiB):\n`);
    expect(stdout).toMatch(new RegExp(`^\\d+\\s+${folder}/jobs$`, "m"));
  });

  it("tells of a job that fails, with its exit code and its last words", async () => {
    const { ended, stdout, stderr } = await run("import-partner-feed");
    expect(ended).toMatchObject({
      status: "failed",
      errorKind: "exit_code",
      exitCode: 3,
      fireReason: "manual",
    });
    expect(stdout).toBe("Looking for inbox/partner-feed.csv ...\n");
    expect(stderr).toMatch(
      /^The partner's feed has not arrived: there is no file inbox\/partner-feed\.csv\./,
    );
    expect(ended.events.map(({ name }) => name)).toEqual(["run.dispatched", "run.started", "run.failed"]);
  });

  it("skips the fires that find the run before still at work, and lets others wait, or fire in Tokyo's hours", async () => {
    hurry(manifest());
    await server.untilLogged("run.skipped", { schedule: "refresh-search-index" }, 2);
    for (const schedule of ["refresh-search-index", "export-ledger", "tokyo-briefing"]) {
      await server.untilLogged("run.succeeded", { schedule }, 2);
      await server.belfry("schedule", "pause", schedule, "--reason", "seen enough");
    }
    await untilNoneIsLeft("export-ledger");
    expectSkips(await server.runs("refresh-search-index"));
    expectQueue(await server.runs("export-ledger"));
    await expectBriefings(await server.runs("tokyo-briefing"));
  });

  it("kills a job that outlives its timeout and ignores SIGTERM, and all that it has started", async () => {
    const ended = await stubborn;
    expect(ended).toMatchObject({
      status: "failed",
      errorKind: "timeout",
      exitCode: null,
      exitSignal: "SIGKILL",
    });
    expect(ended.errorMessage).toBe(
      "The run took longer than its timeout of 2s. Its command did not end within 10s of SIGTERM and was killed (SIGKILL).",
    );
    const { stdout } = await server.logs(ended.id);
    expect(stdout).toMatch(
      /^Exporting; process \d+ will not heed SIGTERM\.\nIts helper is process \d+\.\n(Still exporting \.\.\.\n)+$/,
    );
    await eventually(() => server.children().length === 0);
  });

  it("keeps the history through a restart of the server", async () => {
    const before = await history();
    expect(new Set(before.map(({ scheduleName }) => scheduleName)).size).toBe(9);
    expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
    await server.start();
    expect(await history()).toEqual(before);
    expect((await server.schedule("export-ledger")).pauseReason).toBe("seen enough");
  });

  async function history() {
    const { stdout } = await server.belfry("run", "list", "--limit", "1000", "--json");
    const runs = JSON.parse(stdout) as RunJson[];
    const outputs = await Promise.all(
      runs
        .filter(({ scheduleName }) => scheduleName !== "export-ledger")
        .slice(0, 5)
        .map(({ id }) => server.logs(id)),
    );
    return runs.map((found, index) => ({ ...found, output: outputs[index] }));
  }

  async function untilNoneIsLeft(schedule: string): Promise<void> {
    await eventually(async () =>
      (await server.runs(schedule)).every(({ finishedAt }) => finishedAt !== null),
    );
  }

  async function expectBriefings(runs: RunJson[]): Promise<void> {
    const { id, fireTime } = runs.find(({ status }) => status === "succeeded")!;
    const { stdout } = await server.logs(id);
    expect(stdout).toContain(`at ${clockIn("Asia/Tokyo", fireTime!)}:`);
    expect(stdout).toContain(`(${fireTime})`);
  }
});

function expectNoDump({ ended, stderr }: { ended: RunJson; stderr: string }): void {
  const why =
    pgDump === null ? "pg_dump: command not found. Install" : "aborting because of server version mismatch";
  expect(ended).toMatchObject({
    status: "failed",
    errorKind: "exit_code",
    exitCode: pgDump === null ? 127 : 1,
  });
  expect(stderr).toContain(why);
}

function expectSkips(runs: RunJson[]): void {
  const skipped = runs.filter(({ status }) => status === "skipped");
  expect(skipped.length).toBeGreaterThanOrEqual(2);
  for (const run of skipped)
    expect(run).toMatchObject({ skipReason: "overlap", attempt: 0, startedAt: null, exitCode: null });
  for (const run of runs.filter((run) => !skipped.includes(run)))
    expect(run).toMatchObject({ status: "succeeded" });
  expectNoOverlap(runs.filter(({ startedAt }) => startedAt !== null));
}

function expectQueue(runs: RunJson[]): void {
  for (const run of runs)
    expect(run).toMatchObject({ status: "succeeded", skipReason: null, fireReason: "schedule" });
  const inOrder = expectNoOverlap(runs).map(({ fireTime }) => fireTime!);
  expect(inOrder).toEqual([...inOrder].sort());
}

/** One after the other; answers with them in the order in which they started. */
function expectNoOverlap(runs: RunJson[]): RunJson[] {
  const started = runs.toSorted((a, b) => a.startedAt!.localeCompare(b.startedAt!));
  for (const [index, run] of started.slice(1).entries()) {
    expect(run.startedAt! >= started[index]!.finishedAt!, `run ${run.id} waits for the one before`).toBe(
      true,
    );
  }
  return started;
}

/** Nobody can wait for the night: what overlaps fires each second and takes two; Tokyo's job each second of its hour. */
function hurry(file: string): void {
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const name of ["refresh-search-index", "export-ledger"]) {
    document.setIn(["schedules", name, "cron"], "* * * * * *");
    document.setIn(["schedules", name, "env", "WORK_SECONDS"], 2);
  }
  const hour = Number(clockIn("Asia/Tokyo", new Date().toISOString()).slice(0, 2));
  document.setIn(["schedules", "tokyo-briefing", "cron"], `* * ${hour},${(hour + 1) % 24} * * *`);
  writeFileSync(file, document.toString());
}

function clockIn(timeZone: string, instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
}

function toolOf(name: string, args: string[]): string | null {
  try {
    return execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return null;
  }
}

interface Shop extends TestDatabase {
  version: number;
}

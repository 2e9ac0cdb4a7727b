import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import type { RunDetailJson, RunJson } from "../../src/api/public/shapes.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const example = fileURLToPath(new URL("../../examples/nightly-maintenance", import.meta.url));

/** What pg_dump or git does here; a machine with Node.js alone has neither. */
const git = toolOf("git", ["--version"]);
const pgDump = toolOf("pg_dump", ["--version"]);

describe.each(["embedded", "postgres"])(
  "the nightly maintenance on the %s database",
  { timeout: 120_000 },
  (kind) => {
    let folder: string;
    let dataDir: string;
    let shop: TestDatabase;
    let own: TestDatabase | null;
    let server: BelfryServer;
    let stubborn: Promise<RunDetailJson>;
    let ledger: Promise<RunJson[]>;
    const backups = () => join(folder, "backups");

    beforeAll(async () => {
      folder = await createTestFolder();
      await cp(example, folder, { recursive: true });
      hurry(join(folder, "belfry.yaml"));
      createRepository(join(folder, "repository"));
      shop = await createShop();
      own = kind === "postgres" ? await createTestDatabase() : null;
      dataDir = await createTestDataDir();
      server = new BelfryServer({
        manifest: join(folder, "belfry.yaml"),
        dataDir,
        databaseUrl: own?.url ?? null,
        port: 0,
        env: {
          BACKUP_DATABASE_URL: shop.url,
          REPOSITORY: join(folder, "repository"),
          REPORT_FOLDER: folder,
        },
      });
      await server.start();
      stubborn = server.runByHand("stubborn-export");
      ledger = server
        .untilLogged("schedule.fired", { schedule: "export-ledger", decision: "queue" }, 2)
        .then(() => stopped("export-ledger"));
      // Looked at when the others are done: they take the longest.
      for (const later of [stubborn, ledger]) later.catch(() => {});
    });

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await Promise.all([shop.drop(), own?.drop()]);
      await rm(folder, { recursive: true });
      await rm(dataDir, { recursive: true });
    });

    /** Runs a schedule by hand and answers with the run and what it wrote. */
    async function run(schedule: string) {
      const ended = await server.runByHand(schedule);
      const { stdout, stderr } = await server.logs(ended.id);
      return { ended, stdout, stderr };
    }

    it("knows when each job is due, on the clock of its zone", async () => {
      const { nextFireAt } = await server.schedule("back-up-database");
      expect(clockIn("Europe/Berlin", nextFireAt!)).toBe("02:15");
      const { cron, timezone } = asWritten("tokyo-briefing");
      const { stdout } = await server.belfry("next", cron!, "--tz", timezone!, "--json");
      for (const instant of JSON.parse(stdout) as string[]) expect(instant).toMatch(/T23:30:00\.000Z$/);
    });

    it("dumps a database, and fails when the dump has shrunk by more than half", async () => {
      const first = await run("back-up-database");
      if (!(await canDump(shop.url))) return expectNoDump(first);
      expect(first.ended).toMatchObject({ status: "succeeded", exitCode: 0 });
      expect(first.stdout).toMatch(
        /^The dump has \d+ bytes; there is none before it\.\nKept as backups\/belfry_test_\S+\.sql\.\n$/,
      );
      const [kept] = readdirSync(backups());
      const size = statSync(join(backups(), kept!)).size;
      expect(first.stdout).toContain(`${size} bytes`);
      expect(readFileSync(join(backups(), kept!), "utf8")).toContain("Customer 4999");

      await query(shop.url, "delete from orders where id > 1000");
      const second = await run("back-up-database");
      expect(second.ended).toMatchObject({ status: "failed", errorKind: "exit_code", exitCode: 1 });
      expect(second.stdout).toMatch(
        new RegExp(`^The dump has \\d+ bytes; the one before had ${size} \\(-\\d\\d %\\)\\.\n$`),
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
      expect(stdout).toContain(`\t${folder}/jobs\n`);
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

    it("skips the fires that find the run before still at work", async () => {
      await server.untilLogged("run.skipped", { schedule: "refresh-search-index" }, 2);
      await server.untilLogged("run.succeeded", { schedule: "refresh-search-index" }, 2);
      const runs = await stopped("refresh-search-index");
      const skipped = runs.filter(({ status }) => status === "skipped");
      expect(skipped.length).toBeGreaterThanOrEqual(2);
      for (const run of skipped)
        expect(run).toMatchObject({ skipReason: "overlap", attempt: 0, startedAt: null });
      const others = runs.filter((run) => !skipped.includes(run));
      for (const run of others)
        expect(run).toMatchObject({ status: "succeeded", skipReason: null, attempt: 1 });
      expectOneAfterTheOther(others);
    });

    it("lets the fires that find the run before still at work wait for it", async () => {
      const runs = await ledger;
      expect(runs.length).toBeGreaterThanOrEqual(3);
      for (const run of runs)
        expect(run).toMatchObject({ status: "succeeded", skipReason: null, attempt: 1 });
      const inOrder = expectOneAfterTheOther(runs).map(({ fireTime }) => fireTime!);
      expect(inOrder).toEqual([...inOrder].sort());
    });

    it("fires in Tokyo's hours", async () => {
      await server.untilLogged("run.succeeded", { schedule: "tokyo-briefing" });
      const run = (await stopped("tokyo-briefing")).at(-1)!;
      expect(run).toMatchObject({ status: "succeeded", fireReason: "schedule" });
      const { stdout } = await server.logs(run.id);
      expect(stdout).toMatch(/^Good morning, Tokyo\./);
      expect(stdout).toContain(` at ${clockIn("Asia/Tokyo", run.fireTime!)}:`);
      expect(stdout).toContain(`(${run.fireTime})`);
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
        "The run took longer than its timeout of 2 s. Its command did not end within 10 s of SIGTERM and was killed (SIGKILL).",
      );
      const { stdout } = await server.logs(ended.id);
      expect(stdout).toMatch(
        /^Exporting; process \d+ will not heed SIGTERM\.\nIts helper is process \d+\.\n(Still exporting \.\.\.\n)+$/,
      );
      await eventually(() => server.children().length === 0);
    });

    it("keeps the history through a restart of the server", async () => {
      const before = (await history()).filter(({ finishedAt }) => finishedAt !== null);
      expect(new Set(before.map(({ scheduleName }) => scheduleName)).size).toBe(9);
      const failed = before.find(({ scheduleName }) => scheduleName === "import-partner-feed")!;
      const said = await server.logs(failed.id);
      expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });

      await server.start();
      const ids = new Set(before.map(({ id }) => id));
      expect((await history()).filter(({ id }) => ids.has(id))).toEqual(before);
      expect(await server.logs(failed.id)).toEqual(said);
      expect((await server.schedule("export-ledger")).pauseReason).toBe("seen enough");
    });

    async function history(): Promise<RunJson[]> {
      const { stdout } = await server.belfry("run", "list", "--limit", "1000", "--json");
      return JSON.parse(stdout) as RunJson[];
    }

    /** Lets a schedule fire no more, and answers with its runs when all of them have ended. */
    async function stopped(schedule: string): Promise<RunJson[]> {
      await server.belfry("schedule", "pause", schedule, "--reason", "seen enough");
      const live = (await server.runs(schedule)).filter(({ finishedAt }) => finishedAt === null);
      for (const { id } of live) await server.untilEnded(id);
      return server.runs(schedule);
    }
  },
);

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

/** None has started before the last had ended. Answers with them in the order of their starts. */
function expectOneAfterTheOther(runs: RunJson[]): RunJson[] {
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

/** A schedule of the example, as people find it. */
function asWritten(schedule: string): { cron?: string; timezone?: string } {
  const text = readFileSync(join(example, "belfry.yaml"), "utf8");
  return (parse(text) as { schedules: Record<string, object> }).schedules[schedule]!;
}

/** Five commits, each with a file. */
function createRepository(folder: string): void {
  mkdirSync(folder);
  if (git === null) return;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  const run = (...args: string[]) => execFileSync("git", args, { cwd: folder, env });
  run("init", "--quiet");
  for (const name of ["one", "two", "three", "four", "five"]) {
    writeFileSync(join(folder, name), name);
    run("add", name);
    run(
      "-c",
      "user.name=A Test",
      "-c",
      "user.email=test@example.org",
      "commit",
      "--quiet",
      "--message",
      name,
    );
  }
}

/** A database with some thousands of rows. */
async function createShop(): Promise<TestDatabase> {
  const shop = await createTestDatabase();
  await query(
    shop.url,
    `create table orders (id integer primary key, customer text not null, placed_at timestamptz not null);
     insert into orders select n, 'Customer ' || n, timestamptz '2026-01-01' + n * interval '1 minute'
       from generate_series(1, 5000) as n`,
  );
  return shop;
}

/** pg_dump refuses to dump from a server that is newer than itself. */
async function canDump(url: string): Promise<boolean> {
  const server = /\d+/.exec(
    (await query<{ server_version: string }>(url, "show server_version"))[0]!.server_version,
  );
  return pgDump !== null && Number(/(\d+)\.\d/.exec(pgDump)![1]) >= Number(server);
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

import { once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, type DatabaseLocation } from "../../src/store/open-database.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { runBelfry } from "../support/run-belfry.js";

let folder: string;
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await createTestFolder();
});

afterEach(() => rm(folder, { recursive: true }));

/** `belfry serve` where it has to fail. */
const serve = (flags: string[], env: Record<string, string> = {}) =>
  runBelfry(["serve", "--data-dir", path("data"), "--port", "0", ...flags], env);

/** One line, for people and with the code for programs, and nothing else. */
const oneLine = (words: string, code: string) =>
  new RegExp(`^belfry: [^\\n]*${words}[^\\n]* \\(${code}\\)\\n$`);

describe("a server refuses to start, with one line that says why, on", () => {
  it("a port that another program listens on", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await serve(["--port", `${port}`]);
    other.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(oneLine(`Port ${port} on 127\\.0\\.0\\.1 is in use.*--port`, "port_in_use"));
  });

  it("an address that this machine does not have", async () => {
    const { code, stderr } = await serve(["--host", "192.0.2.1", "--auth", "local"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(oneLine("Cannot listen on 192\\.0\\.2\\.1:0: .*--host", "invalid_config"));
  });

  it("a data directory that cannot be made", async () => {
    await writeFile(path("file"), "");
    const { code, stderr } = await serve(["--data-dir", path("file/data")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine(`${path("file/data")}/api-token: ENOTDIR`, "data_dir_unusable"));
  });

  it.each([
    ["the embedded database", "database"],
    ["the API token", "api-token"],
  ])("a data directory where %s cannot be written", async (_, name) => {
    await mkdir(path("data"));
    await (name === "database" ? writeFile(path("data/database"), "") : mkdir(path("data/api-token")));
    const { code, stderr } = await serve([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine(path(`data/${name}`), "data_dir_unusable"));
  });

  it.each(["", "nonsense", "00".repeat(31), "0g".repeat(32)])(
    "a master key that was damaged: %j",
    async (content) => {
      await mkdir(path("data"));
      await writeFile(path("data/master-key"), content);
      const { code, stderr } = await serve([]);
      expect(code).toBe(1);
      expect(stderr).toMatch(oneLine(`${path("data/master-key")} does not hold 64 hex`, "data_dir_unusable"));
      expect(await readFile(path("data/master-key"), "utf8")).toBe(content);
    },
  );

  it("a manifest that is not there", async () => {
    const { code, stderr } = await serve(["--manifest", path("no.yaml")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(oneLine(`--manifest: there is no file ${path("no.yaml")}`, "invalid_config"));
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ["an unknown flag", ["--manifst", "a"], {}, "Unknown option '--manifst'.*Did you mean --manifest\\?"],
    [
      "an unknown variable",
      [],
      { BELFRY_PROT: "1" },
      "BELFRY_PROT: there is no such.*Did you mean BELFRY_PORT\\?",
    ],
    ["a port that is none", ["--port", "99999"], {}, '--port: "99999".*from 0 to 65535'],
    ["an argument", ["belfry.yaml"], {}, "Too many arguments"],
    [
      "a url of no PostgreSQL",
      [],
      { DATABASE_URL: "mysql://a:s3cret@b/c" },
      "DATABASE_URL: its value cannot be",
    ],
    [
      "a url that cannot be read",
      [],
      { DATABASE_URL: "postgres://a:s3cret@b:port/c" },
      "The database url cannot",
    ],
  ])("%s", async (_, flags, env, words) => {
    const { code, stdout, stderr } = await serve(flags, env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(oneLine(words, "(invalid_config|invalid_request)"));
    expect(stderr).not.toContain("s3cret");
  });
});

describe("a database that a newer Belfry has migrated", () => {
  const future = 1000;

  /** All that a server could have changed. */
  async function contentOf(location: DatabaseLocation): Promise<unknown> {
    await using database = await openDatabase(location);
    const { rows: migrations } = await database.pool.query(
      "select * from belfry_migrations order by version",
    );
    const { rows: schedules } = await database.pool.query("select * from schedules");
    return { migrations, schedules };
  }

  async function makeNewer(location: DatabaseLocation): Promise<void> {
    await using database = await openDatabase(location);
    await database.pool.query("insert into belfry_migrations (version, name) values ($1, 'future')", [
      future,
    ]);
    await database.pool.query("insert into schedules (name, next_fire_at) values ('job', now())");
  }

  it.each(["embedded", "postgres"])("is refused and left as it is (%s)", async (kind) => {
    const dataDir = await createTestDataDir();
    const database: TestDatabase | null = kind === "postgres" ? await createTestDatabase() : null;
    const location = database === null ? { dataDir } : { url: database.url };
    await makeNewer(location);
    const before = await contentOf(location);
    for (const command of [["serve", "--port", "0"], ["migrate"]]) {
      const env: Record<string, string> = database === null ? {} : { DATABASE_URL: database.url };
      const { code, stdout, stderr } = await runBelfry([...command, "--data-dir", dataDir], env);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        oneLine(`is at version ${future}, and this Belfry.*Run the newer`, "database_newer"),
      );
    }
    expect(await contentOf(location)).toEqual(before);
    await database?.drop();
    await rm(dataDir, { recursive: true });
  });
});

describe("belfry migrate", () => {
  it("brings a new database up to date, says what it did, and has nothing to do the next time", async () => {
    const [database] = await newDatabases();
    const { url } = database!;
    const secretive = url.replace("//postgres@", "//postgres:s3cret@");
    for (const location of [
      ["--data-dir", path("data")],
      ["--data-dir", path("other"), "--database-url", secretive],
    ]) {
      const version = await newestMigration();
      const end = `the database is at version ${Number.parseInt(version, 10)}.\n`;
      expect(await runBelfry(["migrate", ...location])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^Applied .*${version}: ${end}$`)),
        stderr: "",
      });
      const again = { code: 0, stdout: `Nothing to do: ${end}`, stderr: "" };
      expect(await runBelfry(["migrate", ...location])).toEqual(again);
    }
    await database!.drop();
  });

  it("says that no database answers, without the password: exit code 3", async () => {
    const url = `postgres://ann:s3cret@127.0.0.1:${await findFreePort()}/app`;
    const { code, stderr } = await runBelfry(["migrate", "--data-dir", path("data"), "--database-url", url]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      oneLine('The database "app" at 127.0.0.1:.*does not answer', "database_unreachable"),
    );
    expect(stderr).not.toContain("s3cret");
  });

  /** An empty one, as nobody has migrated it. */
  async function newDatabases(): Promise<TestDatabase[]> {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query("drop schema public cascade; create schema public");
    await client.end();
    return [database];
  }

  async function newestMigration(): Promise<string> {
    const files = await readdir(new URL("../../migrations/", import.meta.url));
    return files.toSorted().at(-1)!.replace(".sql", "");
  }
});

describe("a data directory", () => {
  let server: BelfryServer;
  let dataDir: string;

  beforeAll(async () => {
    const home = await createTestFolder();
    const manifest = join(home, "belfry.yaml");
    await writeFile(manifest, "version: 1\nschedules: {}\n");
    dataDir = join(home, "new", "data");
    server = new BelfryServer({ manifest, dataDir, databaseUrl: null, port: 0 });
    await server.start();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  it("is for its owner only, and so is all that opens something", async () => {
    const modeOf = async (name: string) => ((await stat(join(dataDir, name))).mode & 0o777).toString(8);
    expect(await modeOf(".")).toBe("700");
    for (const name of ["api-token", "master-key", "server.json", "belfry.lock"])
      expect(`${name} ${await modeOf(name)}`).toBe(`${name} 600`);
  });

  it("tells clients where the server is, and which", async () => {
    const told = JSON.parse(await readFile(join(dataDir, "server.json"), "utf8"));
    expect(told).toMatchObject({ url: server.logged("server.ready")[0]!["url"], pid: server.pid });
  });

  it("in use by a server is refused to a second one, which says by whom, and does no harm", async () => {
    const { code, stdout, stderr } = await runBelfry(["serve", "--data-dir", dataDir, "--port", "0"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(oneLine(`${dataDir} is in use by process ${server.pid}, `, "data_dir_in_use"));
    expect((await server.belfry("schedule", "list")).code).toBe(0);
  });

  it("in use by a server is refused to a migration too", async () => {
    const { code, stderr } = await runBelfry(["migrate", "--data-dir", dataDir]);
    expect(code).toBe(1);
    expect(stderr).toMatch(oneLine(`is in use by process ${server.pid}, `, "data_dir_in_use"));
  });

  it("is left in good order: the server's file and lock are gone, the token stays", async () => {
    expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
    expect((await readdir(dataDir)).toSorted()).toEqual(["api-token", "database", "master-key"]);
  });
});

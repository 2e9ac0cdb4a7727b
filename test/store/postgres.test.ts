import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { inTransaction } from "../../src/store/transaction.js";
import { eventually } from "../support/eventually.js";
import { message, startFakePostgres, type FakePostgres } from "../support/fake-postgres.js";
import { createTestDatabase, startPostgres } from "../support/postgres.js";

async function fake(...[answer]: Parameters<typeof startFakePostgres>): Promise<FakePostgres> {
  const server = await startFakePostgres(answer);
  onTestFinished(server.close);
  return server;
}

async function open(url: string): Promise<Database> {
  const database = await openDatabase({ url });
  onTestFinished(database.close);
  return database;
}

/** What opening fails with; its message and everything else about it must not tell the password. */
async function failureOf(url: string): Promise<{ code: string; message: string }> {
  const error: unknown = await openDatabase({ url }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  const { stack, cause } = error as Error;
  expect(`${stack} ${JSON.stringify(cause)} ${(cause as Error | undefined)?.stack}`).not.toContain("s3cret");
  return error as Error & { code: string };
}

test("a server that is not there is unreachable, by host, port and database", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const { code, message } = await failureOf(`postgres://ann:s3cret@127.0.0.1:${port}/app`);
  expect(code).toBe("database_unreachable");
  expect(message).toContain(`The database "app" at 127.0.0.1:${port} does not answer: `);
  expect(message).toContain("ECONNREFUSED");
});

test("a server that keeps silent is unreachable after five seconds", async () => {
  const { url } = await fake();
  expect(await failureOf(url)).toMatchObject({
    code: "database_unreachable",
    message: expect.stringMatching(/timeout/),
  });
});

test("a wrong password is told without the password", async () => {
  const { url, port } = await fake((socket, received) => {
    const askForPassword = message("R", [0, 0, 0, 3]);
    const refuse = message("E", "SFATAL\0C28P01\0", 'Mpassword authentication failed for user "ann"\0', "\0");
    if (received[0] === "p".charCodeAt(0)) socket.end(refuse);
    else socket.write(askForPassword);
  });
  const expected = `The database "app" at 127.0.0.1:${port} does not answer: password authentication failed for user "ann"`;
  expect(await failureOf(url)).toMatchObject({ code: "database_unreachable", message: expected });
});

test("a server older than PostgreSQL 14 is refused by its version", async () => {
  const { url } = await fake((socket, received) => {
    const ready = message("Z", "I");
    const row = [0, 1, 0, 0, 0, 6, ...Buffer.from("130011")];
    const column = ["version\0", [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]];
    const answer = [
      message("T", [0, 1], ...(column as [string, number[]])),
      message("D", row),
      message("C", "SELECT 1\0"),
    ];
    if (received[0] === "Q".charCodeAt(0)) socket.write(Buffer.concat([...answer, ready]));
    else if (received[0] === 0) socket.write(Buffer.concat([message("R", [0, 0, 0, 0]), ready]));
  });
  expect(await failureOf(url)).toMatchObject({
    code: "database_unsupported",
    message: expect.stringMatching(/is PostgreSQL 13; Belfry needs PostgreSQL 14 or newer/),
  });
});

test.each(["mysql://ann:s3cret@db/app", "postgres://ann:s3cret@db:port/app", "s3cret"])(
  "%s is refused as a url, and not repeated",
  async (url) => {
    expect(await failureOf(url)).toMatchObject({ code: "invalid_config" });
  },
);

test("a database that is not there is unreachable by its name", async () => {
  const { url, drop } = await createTestDatabase();
  await drop();
  const { code, message } = await failureOf(url);
  expect(code).toBe("database_unreachable");
  expect(message).toMatch(/database "belfry_test_\w+" does not exist/);
});

test("connections that the server ends, idle or in a transaction, fail their work only", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const { pool } = await open(url);
  const other = await open(url);
  const endOthers = () =>
    other.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
  await endOthers();
  await pool.query("select 1").catch(() => {}); // may find its connection ended
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);

  const work = inTransaction(pool, async (session) => {
    await session.query("create table lost ()");
    await endOthers();
    await session.query("select 1");
  });
  await expect(work).rejects.toMatchObject({ code: "database_unreachable" });
  await pool.query("select 1").catch(() => {}); // may be the last to find an ended connection
  expect((await pool.query("select to_regclass('lost') as lost")).rows).toEqual([{ lost: null }]);
});

test("a server that was killed and is back is used again, and its listeners are told", async () => {
  const server = await startPostgres({ fsync: false });
  onTestFinished(server.stop);
  const { pool } = await open(server.url);
  let told: (payload: string | null) => void;
  const heard = new Promise<string | null>((resolve) => (told = resolve));
  await pool.listen("runs", (payload) => told(payload));
  await pool.query("set synchronous_commit = on; create table notes as select 'kept' as text");
  await server.kill();
  // The processes of its sessions outlive it for a moment, and may answer once more.
  const codeOf = (error: { code?: unknown }) => error.code;
  await eventually(async () => (await pool.query("select 1").catch(codeOf)) === "database_unreachable");
  await server.restart();
  expect((await pool.query("select * from notes")).rows).toEqual([{ text: "kept" }]);
  expect(await heard).toBeNull();
});

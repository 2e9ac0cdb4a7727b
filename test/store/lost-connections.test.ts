import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Database } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import { inTransaction } from "../../src/store/transaction.js";
import { eventually } from "../support/eventually.js";
import { type Network, startNetwork } from "../support/network.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

let home: TestDatabase;
let network: Network;
let database: Database;
let events: string[];

beforeEach(async () => {
  home = await createTestDatabase();
  network = await startNetwork(home.url);
  events = [];
  database = await openDatabase({ url: network.url }, (event) => events.push(event));
});

afterEach(async () => {
  await database.close();
  await network.close();
  await home.drop();
});

const one = () => database.pool.query("select 1 as one");
const away = { code: "database_unreachable" };

/** Opens so many connections, and leaves them idle. */
const openSome = (count: number) =>
  Promise.all(Array.from({ length: count }, () => database.pool.query("select pg_sleep(0.2)")));

test("when connections are forgotten on their way, one question is lost, and the next are asked anew", async () => {
  await openSome(5);
  network.forget();
  await expect(one()).rejects.toMatchObject(away);
  const since = Date.now();
  await one();
  await Promise.all([one(), one(), one(), one()]);
  expect(Date.now() - since).toBeLessThan(4000); // none of the other four was tried
  expect(events).toContain("database.connection_lost");
  expect(events).not.toContain("database.away");
});

test("a transaction that was forgotten fails once, and does not wait again for its end", async () => {
  const since = Date.now();
  const work = inTransaction(database.pool, async (session) => {
    await session.query("create table notes ()");
    network.forget();
    await session.query("select 1");
  });
  await expect(work).rejects.toMatchObject(away);
  expect(Date.now() - since).toBeLessThan(14_000); // once is 6 s
  expect((await database.pool.query("select to_regclass('notes') as notes")).rows).toEqual([{ notes: null }]);
});

test("a statement that takes long is waited for", async () => {
  const { rows } = await database.pool.query("select 'late' as word from pg_sleep(7)");
  expect(rows).toEqual([{ word: "late" }]);
  expect(events).toEqual([]);
});

test("listeners whose connection was forgotten are told that they may have missed something, and hear again", async () => {
  const heard: (string | null)[] = [];
  await database.pool.listen("news", (payload) => heard.push(payload));
  network.forget();
  await eventually(() => heard.includes(null));
  await database.pool.query("notify news, 'again'").catch(() => one()); // its connection was forgotten too
  await eventually(async () => {
    await database.pool.query("notify news, 'again'");
    return heard.includes("again");
  });
});

test("a host that hangs is an outage with a beginning and an end, and questions in between are answered at once", async () => {
  network.forget();
  network.silence();
  await expect(one()).rejects.toMatchObject(away);
  await eventually(() => database.outage() !== null);
  expect(database.outage()).toMatchObject({
    since: expect.any(Date),
    reason: expect.stringMatching(/timeout/),
  });
  const since = Date.now();
  const asked = await Promise.all(Array.from({ length: 30 }, () => one().catch((error: unknown) => error)));
  for (const answer of asked) expect(answer).toMatchObject(away);
  expect(Date.now() - since).toBeLessThan(2000);

  network.mend();
  await eventually(() => database.outage() === null);
  await one();
  expect(events.filter((event) => event === "database.away" || event === "database.back")).toEqual([
    "database.away",
    "database.back",
  ]);
});

test("a database that cannot be heard is closed all the same", async () => {
  await database.pool.listen("news", () => {});
  await openSome(3);
  network.forget();
  const since = Date.now();
  await database.close();
  expect(Date.now() - since).toBeLessThan(4000);
});

test("a transaction whose owner says nothing more is ended by PostgreSQL, and its locks with it", async () => {
  await database.pool.query("create table notes as select 'first' as text");
  const session = await database.pool.connect();
  await session.query("begin; lock table notes");
  network.forget();
  const other = await openDatabase({ url: home.url });
  onTestFinished(other.close);
  expect((await other.pool.query("select text from notes")).rows).toEqual([{ text: "first" }]);
  session.release(new Error("It was left."));
});

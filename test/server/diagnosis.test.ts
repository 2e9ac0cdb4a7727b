import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Finding } from "../../src/core/diagnosis.js";
import { createSchedule } from "../../src/scheduler/create-schedule.js";
import { diagnose } from "../../src/server/diagnosis.js";
import type { Database } from "../../src/store/database.js";
import { listServers, markStopped, upsertServer } from "../../src/store/servers.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { emptyTables } from "../support/deps.js";

const signs = {
  host: "east",
  pid: 17,
  version: "1.0.0",
  roles: ["api", "scheduler"],
  url: "http://127.0.0.1:7717",
  lastTickAgeMs: 1e3,
  lastTickMs: 3,
};

describeOnBothDatabases("the doctor", (open) => {
  let database: Database;

  beforeAll(async () => {
    database = await open();
    await database.migrate();
  });

  beforeEach(async () => {
    await emptyTables(database.pool);
    await database.pool.query("truncate servers");
  });

  const look = () => diagnose({ ...database, dataDir: "/nowhere" });

  /** What was found that is not well. */
  async function complaints(): Promise<string[]> {
    const { findings } = await look();
    return findings.filter(({ status }) => status !== "ok").map(({ check, status }) => `${status} ${check}`);
  }

  async function finding(check: string): Promise<Finding | undefined> {
    return (await look()).findings.find((each) => each.check === check);
  }

  test("has nothing to say of a database with a server and no work", async () => {
    await upsertServer(database.pool, { ...signs, id: "a" });
    const { status, findings } = await look();
    expect([status, await complaints()]).toEqual(["ok", []]);
    expect(findings.map(({ check }) => check)).toEqual([
      "connection",
      "schema",
      "clock",
      "servers",
      "due",
      "leases",
      "pending",
      "schedules",
      "breakers",
      "version",
      "connections",
      "size",
      "vacuum",
    ]);
  });

  test("misses a server that is not there, or has said good-bye", async () => {
    expect(await complaints()).toEqual(["fail servers"]);
    await upsertServer(database.pool, { ...signs, id: "a" });
    await markStopped(database.pool, "a");
    expect(await complaints()).toEqual(["fail servers"]);
  });

  test("sees schedules that are due and not fired, and those that cannot be read", async () => {
    await upsertServer(database.pool, { ...signs, id: "a" });
    for (const name of ["one", "two"])
      await createSchedule(database.pool, { name, cron: "* * * * *", run: "true" });
    await database.pool.query(
      "update schedules set next_fire_at = now() - interval '2 min' where name = 'one'",
    );
    await database.pool.query(
      "update schedules set last_error = 'No.', last_error_at = now() where name = 'two'",
    );
    expect(await complaints()).toEqual(["fail due", "fail schedules"]);
    expect((await finding("due"))!.summary).toMatch(
      /^1 schedule is due and not fired, the longest for 2 min/,
    );
    expect((await finding("schedules"))!.summary).toContain("two");
  });

  test("sees runs that nobody takes back, and runs that nobody starts", async () => {
    await upsertServer(database.pool, { ...signs, id: "a" });
    const { id } = await createSchedule(database.pool, { name: "one", run: "true" });
    const { id: other } = await createSchedule(database.pool, { name: "two", run: "true" });
    await database.pool.query(
      `insert into runs (schedule_id, fire_reason, status, attempt, runner_id, started_at, lease_expires_at, created_at)
       values ($1, 'manual', 'running', 1, 'a', now(), now() - interval '2 min', now() - interval '1 hour')`,
      [id],
    );
    const insert = `insert into runs (schedule_id, fire_reason, status, created_at)
                    values ($1, 'manual', 'pending', now() - interval '10 min')`;
    await database.pool.query(insert, [id]); // it waits for the other
    expect(await complaints()).toEqual(["fail leases"]);
    await database.pool.query(insert, [other]);
    expect(await complaints()).toEqual(["fail leases", "warn pending"]);
    expect((await finding("pending"))!.summary).toMatch(/^1 run is pending .*, the longest for 10 min/);
  });

  test("counts the circuit breakers that are open", async () => {
    await upsertServer(database.pool, { ...signs, id: "a" });
    const { id } = await createSchedule(database.pool, { name: "one", run: "true" });
    await database.pool.query("update schedules set pause_after = 2");
    const fail = () =>
      database.pool.query(
        `insert into runs (schedule_id, fire_reason, status, attempt, error_kind, finished_at)
         values ($1, 'manual', 'failed', 1, 'shutdown', now())`,
        [id],
      );
    await fail();
    expect(await complaints()).toEqual([]);
    await fail();
    expect(await complaints()).toEqual(["warn breakers"]);
    await database.pool.query("update schedules set breaker_reset_at = now() + interval '1 s'");
    expect(await complaints()).toEqual([]);
  });

  test("stops at a schema that is not this version's", async () => {
    const { rows } = await database.pool.query("select max(version) + 1 as next from belfry_migrations");
    await database.pool.query("insert into belfry_migrations (version, name) values ($1, 'next')", [
      rows[0]!.next,
    ]);
    const { findings } = await look();
    expect(findings.map(({ check }) => check)).toEqual(["connection", "schema", "clock"]);
    expect(await complaints()).toEqual(["fail schema"]);
    await database.pool.query("delete from belfry_migrations where name = 'next'");
  });

  test("knows the servers of a day and no others, each by what it said last", async () => {
    await upsertServer(database.pool, { ...signs, id: "a" });
    await upsertServer(database.pool, { ...signs, id: "b", lastTickAgeMs: null, lastTickMs: null });
    await database.pool.query("update servers set seen_at = now() - interval '25 hours' where id = 'a'");
    expect(await listServers(database.pool)).toMatchObject([
      { id: "b", lastTickAgeMs: null, stoppedAt: null },
    ]);
    await upsertServer(database.pool, { ...signs, id: "b" });
    const [seen, ...others] = await listServers(database.pool);
    expect([seen!.lastTickMs, others]).toEqual([3, []]);
    expect(seen!.lastTickAgeMs).toBeGreaterThanOrEqual(1000);
    expect((await database.pool.query("select id from servers")).rows).toEqual([{ id: "b" }]);
  });
});

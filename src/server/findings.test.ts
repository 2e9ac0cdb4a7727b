import { describe, expect, it } from "vitest";
import type { Finding } from "../core/diagnosis.js";
import type { TableFacts, Vitals } from "../store/diagnosis.js";
import type { SeenServer } from "../store/servers.js";
import * as findings from "./findings.js";

const vitals: Vitals = {
  version: "15.4",
  autovacuum: true,
  maxConnections: 100,
  usedConnections: 12,
  oldestTransactionMs: null,
};

const server: SeenServer = {
  id: "a",
  host: "east",
  pid: 17,
  version: "1.0.0",
  roles: ["api", "scheduler"],
  url: "http://127.0.0.1:7717",
  startedAt: new Date(0),
  seenAgeMs: 2000,
  lastTickAgeMs: 3000,
  lastTickMs: 4,
  stoppedAt: null,
};

const table: TableFacts = { name: "runs", rows: 1000, tableBytes: 2 ** 20, indexBytes: 2 ** 19, deadRows: 0 };
const minute = 60_000;

describe("the doctor", () => {
  it.each<[string, Finding]>([
    ["ok connection The database answers in 3 ms.", findings.judgeConnection(3)],
    ["warn connection The database answers in 400 ms.", findings.judgeConnection(400)],
    ["fail connection It does not answer.", findings.judgeNoConnection("It does not answer.")],
    ["ok version PostgreSQL 15.4.", findings.judgeVersion(vitals, "postgres")],
    ["ok schema The schema is at version 3.", findings.judgeSchema(3, 3)],
    ["fail schema Belfry has no tables here.", findings.judgeSchema(null, 3)],
    ["fail schema The schema is at version 2, and this Belfry is of version 3.", findings.judgeSchema(2, 3)],
    ["fail schema The schema is at version 4, and this Belfry is of version 3.", findings.judgeSchema(4, 3)],
    ["ok clock The clocks of this machine and of the database agree.", findings.judgeClock(-999)],
    ["warn clock The database's clock is 2 s before this machine's.", findings.judgeClock(2000)],
    ["fail clock The database's clock is 1 min behind this machine's.", findings.judgeClock(-minute)],
    ["ok due No schedule waits to be fired.", findings.judgeOverdue({ count: 0, oldestMs: null })],
    [
      "warn due 1 schedule is due and not fired, the longest for 20 s.",
      findings.judgeOverdue({ count: 1, oldestMs: 20_000 }),
    ],
    [
      "fail due 1000 or more schedules are due and not fired, the longest for 2 min.",
      findings.judgeOverdue({ count: 1000, oldestMs: 2 * minute }),
    ],
    [
      "fail leases 2 runs are under way without a lease, the longest for 2 min.",
      findings.judgeLost({ count: 2, oldestMs: 2 * minute }),
    ],
    [
      "warn pending 7 runs are pending though no other of the schedule is under way, the longest for 6 min.",
      findings.judgeWaiting({ count: 7, oldestMs: 6 * minute }),
    ],
    [
      "fail schedules 5 schedules cannot be read, and do not fire: a, b, c, and 2 more.",
      findings.judgeBroken({ names: ["a", "b", "c"], count: 5 }),
    ],
    ["ok breakers No circuit breaker is open.", findings.judgeBreakers(0)],
    [
      "warn breakers The circuit breaker of 2 schedules is open: the last runs have all failed.",
      findings.judgeBreakers(2),
    ],
    [
      "ok size 1.5 MiB in all: runs 1.5 MiB, of it indexes 512 KiB, about 1000 rows. The oldest run is 2 d old.",
      findings.judgeSize([table], 2 * 1440 * minute),
    ],
    ["ok vacuum Dead rows are cleared away.", findings.judgeVacuum(vitals, [table], "postgres")],
    [
      "fail vacuum Autovacuum is off: tables grow without end.",
      findings.judgeVacuum({ ...vitals, autovacuum: false }, [table], "postgres"),
    ],
    [
      "warn vacuum Many dead rows: runs has 20000 to 1000 live ones.",
      findings.judgeVacuum(vitals, [{ ...table, deadRows: 20_000 }], "postgres"),
    ],
    [
      "warn vacuum A transaction is 1 h old, and keeps dead rows from being cleared away.",
      findings.judgeVacuum({ ...vitals, oldestTransactionMs: 60 * minute }, [table], "postgres"),
    ],
    ["ok connections 12 of 100 connections are in use.", findings.judgeConnections(vitals)],
    [
      "warn connections 95 of 100 connections are in use.",
      findings.judgeConnections({ ...vitals, usedConnections: 95 }),
    ],
    ["ok disk 2 GiB of 4 GiB are free where the data directory is.", findings.judgeDisk(2 ** 31, 2 ** 32)],
    ["fail disk 1 MiB of 4 GiB are free where the data directory is.", findings.judgeDisk(2 ** 20, 2 ** 32)],
  ])("says: %s", (said, { check, status, summary, advice }) => {
    expect(`${status} ${check} ${summary}`).toBe(said);
    expect(advice === null).toBe(status === "ok");
  });

  it.each<[string[], Partial<SeenServer>[]]>([
    [["fail servers No server is there."], []],
    [["fail servers No server is there."], [{ stoppedAt: new Date(0) }]],
    [["ok servers 1 server: east:17 (api, scheduler)."], [{}]],
    [["ok servers 1 server: east:17 (api, scheduler)."], [{}, { stoppedAt: new Date(0), seenAgeMs: 90_000 }]],
    [["fail servers No server fires schedules: east:17 (api)."], [{ roles: ["api"] }]],
    [
      [
        "ok servers 2 servers: east:17 (api, scheduler), west:17 (api, scheduler).",
        "warn server-versions Servers of several versions are there: 0.9.0, 1.0.0.",
      ],
      [{}, { host: "west", version: "0.9.0" }],
    ],
    [
      [
        "ok servers 1 server: east:17 (api, scheduler).",
        "warn ticks Last ticks are late: east:17 5 min ago.",
      ],
      [{ lastTickAgeMs: 5 * minute }],
    ],
    [
      ["ok servers 1 server: east:17 (api, scheduler).", "warn ticks A tick takes long: east:17 3 s."],
      [{ lastTickMs: 3000 }],
    ],
    [
      [
        "ok servers 1 server: east:17 (api, scheduler).",
        "warn servers-gone Went away without a good-bye: west:9, 2 min ago.",
      ],
      [{}, { host: "west", pid: 9, seenAgeMs: 2 * minute }],
    ],
    [["fail servers No server is there."], [{ seenAgeMs: 61 * minute }]],
  ])("says of servers: %s", (said, servers) => {
    const found = findings.judgeServers(servers.map((each) => ({ ...server, ...each })));
    expect(found.map(({ check, status, summary }) => `${status} ${check} ${summary}`)).toEqual(said);
  });
});

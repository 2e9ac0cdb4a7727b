import { statfs } from "node:fs/promises";
import type { Config } from "../config/config.js";
import { type Diagnosis, diagnosisOf, type Finding } from "../core/diagnosis.js";
import { BelfryError, messageOf } from "../core/errors.js";
import { databaseNow } from "../store/clock.js";
import type { Database } from "../store/database.js";
import * as asked from "../store/diagnosis.js";
import { newestVersion } from "../store/migrate.js";
import { openDatabase } from "../store/open-database.js";
import { listServers } from "../store/servers.js";
import * as findings from "./findings.js";
import { databaseOf } from "./migrate-database.js";

type Patient = Pick<Database, "kind" | "pool"> & { dataDir: string };

/** Looks at the configured database itself, whether or not a server is there. */
export async function diagnoseDatabase(config: Pick<Config, "databaseUrl" | "dataDir">): Promise<Diagnosis> {
  try {
    await using database = await openDatabase(databaseOf(config));
    return await diagnose({ kind: database.kind, pool: database.pool, dataDir: config.dataDir });
  } catch (error) {
    if (isAway(error)) return diagnosisOf([findings.judgeNoConnection(messageOf(error))]);
    throw error;
  }
}

/** How the installation is: a finding for each thing that is looked at. Changes nothing, and is quick at any size. */
export async function diagnose(patient: Patient): Promise<Diagnosis> {
  try {
    const { connection, clock } = await lookAtClock(patient);
    const schema = findings.judgeSchema(await asked.readSchemaVersion(patient.pool), await newestVersion());
    const begun = [connection, schema, clock];
    if (schema.status !== "ok") return diagnosisOf(begun);
    return diagnosisOf([...begun, ...(await lookAtRows(patient)), ...(await lookAtHouse(patient))]);
  } catch (error) {
    if (isAway(error)) return diagnosisOf([findings.judgeNoConnection(messageOf(error))]);
    throw error;
  }
}

async function lookAtClock({ pool }: Patient): Promise<{ connection: Finding; clock: Finding }> {
  await databaseNow(pool); // The first question may have to open a connection.
  const before = Date.now();
  const began = performance.now();
  const now = await databaseNow(pool);
  const tripMs = performance.now() - began;
  return {
    connection: findings.judgeConnection(tripMs),
    clock: findings.judgeClock(now.getTime() - (before + tripMs / 2)),
  };
}

/** What the rows tell of the work. */
async function lookAtRows({ pool }: Patient): Promise<Finding[]> {
  const looks: [string, () => Promise<Finding | Finding[]>][] = [
    ["servers", async () => findings.judgeServers(await listServers(pool))],
    ["due", async () => findings.judgeOverdue(await asked.countOverdueSchedules(pool, findings.overdueMs))],
    ["leases", async () => findings.judgeLost(await asked.countLostRuns(pool, findings.lostMs))],
    ["pending", async () => findings.judgeWaiting(await asked.countWaitingRuns(pool, findings.waitingMs))],
    ["schedules", async () => findings.judgeBroken(await asked.listBrokenSchedules(pool))],
    ["breakers", async () => findings.judgeBreakers(await asked.countOpenBreakers(pool))],
  ];
  const found: Finding[] = [];
  for (const [check, look] of looks) found.push(...(await carefully(check, look)));
  return found;
}

/** What the database tells of itself, and the machine. */
async function lookAtHouse({ pool, kind, dataDir }: Patient): Promise<Finding[]> {
  return [
    ...(await carefully("version", async () => {
      const vitals = await asked.readVitals(pool);
      const tables = await asked.listTables(pool);
      return [
        findings.judgeVersion(vitals, kind),
        findings.judgeConnections(vitals),
        findings.judgeSize(tables, await asked.findOldestRunAge(pool)),
        findings.judgeVacuum(vitals, tables, kind),
      ];
    })),
    ...(await lookAtDisk(dataDir)),
  ];
}

async function lookAtDisk(dataDir: string): Promise<Finding[]> {
  const disk = await statfs(dataDir).catch(() => null); // a machine without a server has no data directory
  return disk === null ? [] : [findings.judgeDisk(disk.bavail * disk.bsize, disk.blocks * disk.bsize)];
}

async function carefully(check: string, look: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    if (isAway(error)) throw error;
    return [findings.judgeUnseen(check, messageOf(error))];
  }
}

function isAway(error: unknown): boolean {
  return error instanceof BelfryError && error.code === "database_unreachable";
}

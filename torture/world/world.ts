import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findFreePort } from "../../test/support/free-port.js";
import { createDatabase, startPostgres } from "../../test/support/postgres.js";
import type { PostgresServer } from "../../test/support/postgres-server.js";
import { type FaultProxy, openFaultProxy } from "../fault-proxy.js";
import type { TortureOptions } from "../options.js";
import type { PlannedSchedule } from "../schedules.js";
import { Api } from "./api.js";
import { guardProcesses } from "./guardian.js";
import { Manifest } from "./manifest.js";
import { Server } from "./server.js";

/** All the real parts of a torture. */
export interface World {
  folder: string;
  mark: string;
  jobPath: string;
  journalPath: string;
  postgres: PostgresServer;
  /** The database itself, with no proxy before it. */
  databaseUrl: string;
  servers: Server[];
  /** Between each server and the database. */
  databaseProxies: FaultProxy[];
  /** Between the runners that a server starts and the server. */
  runnerProxies: FaultProxy[];
  /** The sockets of the runner hosts. */
  sockets: string[];
  manifest: Manifest;
  schedules: readonly PlannedSchedule[];
  api: Api;
  /** What must not be and is no matter of rows or journals. */
  faults: string[];
  /** Sets how far ahead a server's clock is. */
  setClock: (server: number, aheadMs: number) => void;
  close: () => Promise<void>;
}

export const jobPath = fileURLToPath(new URL("../job.sh", import.meta.url));

const shiftedClock = new URL("../../test/fixtures/shifted-clock.mjs", import.meta.url);

interface WorldPlan {
  folder: string;
  options: TortureOptions;
  schedules: readonly PlannedSchedule[];
  program: string;
}

/** Starts a PostgreSQL and puts proxies and servers in front of it; the servers are not started. */
export async function openWorld(plan: WorldPlan): Promise<World> {
  const { folder, options, schedules } = plan;
  const mark = randomUUID();
  const guardian = guardProcesses(mark);
  const journalPath = join(folder, "journal");
  const pulsePath = join(folder, "pulse");
  execFileSync("mkfifo", [pulsePath]);
  const postgres = await startPostgres({ fsync: true });
  const database = await createDatabase(postgres.url, "torture");
  const manifest = new Manifest(join(folder, "belfry.yaml"), schedules, {
    env: { TORTURE_JOURNAL: journalPath, TORTURE_PULSE: pulsePath },
  });
  const sockets = Array.from({ length: options.hosts }, (_, host) => join(folder, `host-${host}`, "runner.sock"));
  const faults: string[] = [];
  const network = await openNetwork(options.servers, database.url);
  const apiToken = randomBytes(32).toString("hex");
  const masterKey = randomBytes(32).toString("hex");
  const servers = network.ports.map((port, number) => {
    const databaseUrl = withPort(database.url, network.databaseProxies[number]!.port);
    const flags = [
      ...["--database-url", databaseUrl, "--cadence", "1s", "--lease", `${options.leaseMs}ms`],
      ...["--runner-api-url", `http://127.0.0.1:${network.runnerProxies[number]!.port}`],
      ...["--dispatcher", options.dispatcher, "--runner-socket", sockets[number % options.hosts]!],
      ...(number === 0 ? ["--manifest", manifest.path] : []),
    ];
    return new Server({
      ...{ number, program: plan.program, folder, port, apiToken, flags, mark },
      env: {
        BELFRY_MASTER_KEY: masterKey,
        SHIFTED_CLOCK: clockPath(folder, number),
        NODE_OPTIONS: `--import ${pathToFileURL(fileURLToPath(shiftedClock)).href}`,
      },
      onFault: (sentence) => faults.push(sentence),
    });
  });
  const { databaseProxies, runnerProxies } = network;
  return {
    ...{ folder, mark, jobPath, journalPath, postgres, databaseUrl: database.url, servers, manifest, schedules },
    ...{ databaseProxies, runnerProxies, sockets, api: new Api(servers, apiToken), faults },
    setClock: (server, aheadMs) => setClock(clockPath(folder, server), aheadMs),
    close: once(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await guardian.endAll();
      await Promise.all([...databaseProxies, ...runnerProxies].map((proxy) => proxy.close()));
      await postgres.stop();
    }),
  };
}

/** Does it the first time only. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}

interface Network {
  /** The servers'. */
  ports: number[];
  databaseProxies: FaultProxy[];
  runnerProxies: FaultProxy[];
}

async function openNetwork(servers: number, databaseUrl: string): Promise<Network> {
  const network: Network = { ports: [], databaseProxies: [], runnerProxies: [] };
  const database = { host: "127.0.0.1", port: Number(new URL(databaseUrl).port) };
  for (let server = 0; server < servers; server += 1) {
    const port = await findFreePort();
    network.ports.push(port);
    network.databaseProxies.push(await openFaultProxy({ target: database }));
    network.runnerProxies.push(await openFaultProxy({ target: { host: "127.0.0.1", port } }));
  }
  return network;
}

function withPort(url: string, port: number): string {
  const own = new URL(url);
  own.port = String(port);
  return own.href;
}

function clockPath(folder: string, server: number): string {
  return join(folder, `clock-${server}`);
}

function setClock(path: string, aheadMs: number): void {
  writeFileSync(`${path}.new`, String(aheadMs));
  renameSync(`${path}.new`, path);
}

import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDatabase, startPostgres } from "../../test/support/postgres.js";
import type { PostgresServer } from "../../test/support/postgres-server.js";
import type { TortureOptions } from "../options.js";
import type { PlannedSchedule } from "../schedules.js";
import { Api } from "./api.js";
import { guardProcesses } from "./guardian.js";
import { Manifest } from "./manifest.js";
import { closeWires, openWires, type Wire } from "./network.js";
import { Server } from "./server.js";

/** All the real parts of a torture. */
export interface World {
  folder: string;
  mark: string;
  journalPath: string;
  postgres: PostgresServer;
  /** The database itself, with no proxy before it. */
  databaseUrl: string;
  servers: Server[];
  /** Around each server. */
  wires: Wire[];
  /** The sockets of the runner hosts. */
  sockets: string[];
  manifest: Manifest;
  schedules: readonly PlannedSchedule[];
  api: Api;
  /** The runs of which a job was killed on purpose. */
  killed: Set<string>;
  /** What must not be and is no matter of rows or journals. */
  faults: string[];
  /** How long what usually takes so long may take here. */
  withinMs: (usualMs: number) => number;
  /** Sets how far ahead a server's clock is. */
  setClock: (server: number, aheadMs: number) => void;
  /** Ends all of it; the folder stays. */
  close: () => Promise<void>;
}

/** The program of all jobs. */
export const jobPath = fileURLToPath(new URL("../job.sh", import.meta.url));

const shiftedClock = new URL("../../test/fixtures/shifted-clock.mjs", import.meta.url);

interface WorldPlan {
  folder: string;
  options: TortureOptions;
  schedules: readonly PlannedSchedule[];
  program: string;
}

/** Starts a PostgreSQL, and puts proxies and servers in front of it; the servers are not started yet. */
export async function openWorld(plan: WorldPlan): Promise<World> {
  const { folder, options, schedules } = plan;
  const mark = randomUUID();
  const guardian = guardProcesses(mark);
  const journalPath = join(folder, "journal");
  const manifest = new Manifest(join(folder, "belfry.yaml"), schedules, { env: jobEnvironment(folder) });
  const sockets = prepareSockets(folder, options.hosts);
  const postgres = await startPostgres({ fsync: true });
  const { url: databaseUrl } = await createDatabase(postgres.url, "torture");
  const wires = await openWires(options.servers, databaseUrl);
  const faults: string[] = [];
  const keys = { apiToken: randomBytes(32).toString("hex"), masterKey: randomBytes(32).toString("hex") };
  const servers = wires.map((wire, number) =>
    createServer({ plan, number, wire, keys, mark, databaseUrl, sockets, manifest, faults }),
  );
  return {
    folder,
    mark,
    journalPath,
    postgres,
    databaseUrl,
    servers,
    wires,
    sockets,
    manifest,
    schedules,
    api: new Api(servers, keys.apiToken, options.patience),
    killed: new Set(),
    faults,
    withinMs: (usualMs) => usualMs * options.patience,
    setClock: (server, aheadMs) => setClock(clockPath(folder, server), aheadMs),
    close: once(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await guardian.endAll();
      await closeWires(wires);
      await postgres.stop();
    }),
  };
}

/** The journal, and a pipe that nobody writes to, on which jobs wait without a process for each wait. */
function jobEnvironment(folder: string): Record<string, string> {
  const pulse = join(folder, "pulse");
  execFileSync("mkfifo", [pulse]);
  return { TORTURE_JOURNAL: join(folder, "journal"), TORTURE_PULSE: pulse };
}

function prepareSockets(folder: string, hosts: number): string[] {
  return Array.from({ length: hosts }, (_, host) => {
    mkdirSync(join(folder, `host-${host}`), { mode: 0o700 });
    return join(folder, `host-${host}`, "runner.sock");
  });
}

interface ServerParts {
  plan: WorldPlan;
  number: number;
  wire: Wire;
  keys: { apiToken: string; masterKey: string };
  mark: string;
  databaseUrl: string;
  sockets: readonly string[];
  manifest: Manifest;
  faults: string[];
}

function createServer(parts: ServerParts): Server {
  const { plan, number, wire, keys, mark, faults } = parts;
  return new Server({
    number,
    program: plan.program,
    folder: plan.folder,
    port: wire.port,
    apiToken: keys.apiToken,
    flags: flagsOf(parts),
    mark,
    env: {
      BELFRY_MASTER_KEY: keys.masterKey,
      SHIFTED_CLOCK: clockPath(plan.folder, number),
      NODE_OPTIONS: `--import ${shiftedClock.href}`,
    },
    onFault: (sentence) => faults.push(sentence),
  });
}

/** The first server alone reads the manifest: an edit has one instant then. */
function flagsOf({ plan, number, wire, databaseUrl, sockets, manifest }: ServerParts): string[] {
  const { leaseMs, dispatcher } = plan.options;
  const values = {
    "database-url": withPort(databaseUrl, wire.database.port),
    "runner-api-url": `http://127.0.0.1:${wire.runners.port}`,
    "runner-socket": sockets[number % sockets.length]!,
    ...(number === 0 && { manifest: manifest.path }),
    cadence: "1s",
    lease: `${leaseMs}ms`,
    dispatcher,
  };
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
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

/** Does it the first time only. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}

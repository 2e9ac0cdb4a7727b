import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { runnerLimits } from "../api/internal/app.js";
import { tryMakeFirstLink } from "../access/links.js";
import { type AccessSettings, accessSettingsOf, isLoopback } from "../access/settings.js";
import { openRunChanges } from "../api/run-changes.js";
import type { Config } from "../config/config.js";
import { belfryBinary } from "../dispatchers/belfry-binary.js";
import type { Deps } from "../scheduler/deps.js";
import type { Log } from "../scheduler/log.js";
import { loop, type LoopOptions } from "../scheduler/loop.js";
import { keepPruned, type PruneLimits } from "../scheduler/prune.js";
import { rearmBrokenSchedules } from "../scheduler/rearm.js";
import { sweepOrphans } from "../scheduler/sweep.js";
import type { Database } from "../store/database.js";
import type { SecretDesk } from "../secrets/secret-desk.js";
import { prolongLeases } from "../store/leases.js";
import { Signer } from "../token/signer.js";
import { readApiToken, removeServerFile, writeServerFile } from "./access-files.js";
import { createApp, createStartingApp } from "./app.js";
import { createDispatcher } from "./create-dispatcher.js";
import { diagnose } from "./diagnosis.js";
import { drain } from "./drain.js";
import { createHealth, type Health, type Lateness } from "./health.js";
import { keepTidy } from "./housekeeping.js";
import { type HttpServer, listenHttp } from "./http.js";
import { keepManifest } from "./manifest-keeper.js";
import { databaseOf } from "./migrate-database.js";
import { openReadyDatabase, untilDatabaseAnswers } from "./open-database.js";
import { createOutageLog } from "./outage-log.js";
import { type MasterKeyring, openMasterKeys } from "./master-keys.js";
import { keepPresence, signMs } from "./presence.js";
import { createSecretDesk } from "./secrets.js";
import { outputLogger } from "./show-output.js";

export interface ServerOptions {
  log: Log;
  /** Stops the server: no more fires and claims, then the drain, answers ended, database closed. Runners go on. */
  signal: AbortSignal;
  /** Called when everything is up, with the address. */
  onReady?: (url: string) => void;
  /** Called with a link that lets the first user in, if there is none yet. It is a secret, and so not in the log. */
  onFirstLink?: (link: { url: string; expiresAt: Date }) => void;
}

/**
 * Runs a Belfry server until the signal aborts. The only place where things are put together. Rejects if it cannot start:
 * `port_in_use`, `data_dir_in_use`, `database_newer`, ...; an unreachable database is asked again until it answers.
 */
export async function runServer(config: Config, options: ServerOptions): Promise<void> {
  const { log, signal } = options;
  const access = accessSettingsOf(config);
  const apiToken = await readApiToken(config.dataDir);
  const masterKeys = await openMasterKeys(config);
  const signer = await createSigner(masterKeys);
  const health = createHealth(config.roles);
  signal.addEventListener("abort", () => (health.stopping = true));
  const lateness = { tickMs: Math.max(3 * config.cadenceMs, 3000), signMs: 3 * signMs };
  const http = await listenHttp(config, createStartingApp({ log, health, lateness, access }).fetch);
  try {
    const database = await openReadyDatabase(databaseOf(config), { log, signal });
    health.outage = database.outage;
    const deps = createDeps(config, { database, http, log, signer });
    const secrets = createSecretDesk(config, { pool: database.pool, masterKeys, signer });
    const stopTidying = keepTidy(database, deps.log);
    try {
      await serveDatabase(config, options, {
        deps,
        database,
        http,
        health,
        lateness,
        apiToken,
        access,
        secrets,
      });
    } finally {
      await stopTidying();
      await database.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await http.close();
  }
}

async function createSigner(masterKeys: MasterKeyring): Promise<Signer> {
  const keys = await masterKeys.read();
  const signer = new Signer(keys.current, () => masterKeys.read());
  signer.use(keys);
  return signer;
}

function createDeps(
  config: Config,
  { database, http, log, signer }: { database: Database; http: HttpServer; log: Log; signer: Signer },
): ServerDeps {
  const quietLog = createOutageLog(log, database.outage);
  return {
    pool: database.pool,
    signer,
    dispatcher: createDispatcher(config, quietLog),
    apiBaseUrl: http.url,
    ...(config.runnerApiUrl !== null && { runnerApiUrl: config.runnerApiUrl }),
    runnerBinary: belfryBinary,
    log: quietLog,
    ...(config.maxRunsTotal !== null && { maxRunsTotal: config.maxRunsTotal }),
    ...(isSole(database) && { soleServerLeaseMs: config.leaseMs }),
  };
}

function isSole({ kind }: Pick<Database, "kind">): boolean {
  return kind === "embedded";
}

type ServerDeps = Deps & { log: Log };

interface Parts {
  deps: ServerDeps;
  database: Database;
  http: HttpServer;
  health: Health;
  lateness: Lateness;
  apiToken: string;
  access: AccessSettings;
  secrets: SecretDesk;
}

async function serveDatabase(
  config: Config,
  { log, signal, onReady, onFirstLink }: ServerOptions,
  parts: Parts,
): Promise<void> {
  const { deps, http, health, lateness, apiToken, access, secrets } = parts;
  const changes = await untilDatabaseAnswers(() => openRunChanges(deps.pool), { log, signal });
  const look = () => diagnose({ ...parts.database, dataDir: config.dataDir });
  const app = createApp({
    ...deps,
    ...limitsOf(config, parts),
    health,
    lateness,
    apiToken,
    access,
    secrets,
    changes,
    rateLimit: config.rateLimit,
    diagnose: look,
    ...onOutputOf(config, deps.log),
  });
  const sayGoodbye = keepPresence(deps, { id: randomUUID(), url: http.url }, health);
  try {
    if (ticks(config)) await untilDatabaseAnswers(() => cleanUp(deps), { log, signal });
    http.answerWith(app.fetch);
    if (config.roles.includes("api")) await writeServerFile(config.dataDir, http.url, health.startedAt);
    deps.log.info({ url: http.url, dataDir: config.dataDir }, "server.ready");
    onReady?.(http.url);
    if (onFirstLink) await untilDatabaseAnswers(() => greet(config, parts, onFirstLink), { log, signal });
    await Promise.all(lastingWork(config, parts, signal));
    await drain(deps.dispatcher, config.drainMs, deps.log);
  } finally {
    await removeServerFile(config.dataDir);
    await changes.close();
    await http.close();
    await deps.dispatcher.close?.();
    await sayGoodbye();
  }
}

/** Lets whoever has started the server in, if nobody has been here before; and says if passwords come in the open. */
async function greet(
  { roles, host }: Config,
  { deps, http, access }: Parts,
  onFirstLink: NonNullable<ServerOptions["onFirstLink"]>,
): Promise<void> {
  if (!roles.includes("api")) return;
  // What listens everywhere is reached from here under this name.
  const url = access.publicOrigin ?? http.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, "//localhost");
  if (!isLoopback(host) && !url.startsWith("https:")) deps.log.warn({ url }, "server.without_tls");
  const link = await tryMakeFirstLink({ ...deps, access });
  if (link !== null) onFirstLink({ url: url + link.path, expiresAt: link.expiresAt });
}

function limitsOf({ leaseMs, logLimit }: Config, { database }: Parts) {
  return { ...runnerLimits, leaseMs, logLimitBytes: logLimit, soleServer: isSole(database) };
}

function onOutputOf({ showOutput }: Config, log: Log) {
  return showOutput ? { onOutput: outputLogger(log) } : {};
}

/** What an earlier server, or another version of it, has left behind. */
async function cleanUp(deps: Deps): Promise<void> {
  const { pool, soleServerLeaseMs } = deps;
  if (soleServerLeaseMs !== undefined) await prolongLeases(pool, soleServerLeaseMs, null);
  await sweepOrphans(deps);
  await rearmBrokenSchedules(deps);
}

function ticks({ roles }: Pick<Config, "roles">): boolean {
  return roles.includes("scheduler");
}

/** All that goes on until the signal aborts. */
function lastingWork(config: Config, { deps, health }: Parts, signal: AbortSignal): Promise<void>[] {
  const work: Promise<void>[] = [];
  if (ticks(config)) work.push(tickUntilStopped(config, deps, health, signal));
  if (ticks(config)) work.push(keepPruned(deps, pruneLimitsOf(config), signal));
  if (config.manifest !== null) work.push(keepManifest(deps, config.manifest, signal));
  return work.length > 0 ? work : [untilAborted(signal)];
}

function pruneLimitsOf({ keepMs, keepRuns, keepOutput, keepAuditMs }: Config): PruneLimits {
  return { keepMs, keepRuns, keepOutputBytes: keepOutput, keepAuditMs };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

async function tickUntilStopped(
  config: Config,
  deps: Deps,
  health: Health,
  signal: AbortSignal,
): Promise<void> {
  const onTick: LoopOptions["onTick"] = (_stats, tookMs) => {
    health.lastTickAt = new Date();
    health.lastTickMs = tookMs;
  };
  await loop(deps, { cadenceMs: config.cadenceMs, signal, onTick }).catch((reason: unknown) => {
    if (!signal.aborted) throw reason;
  });
}

import { runnerLimits } from "../api/internal/app.js";
import { openRunChanges } from "../api/run-changes.js";
import type { Config } from "../config/config.js";
import { belfryBinary } from "../dispatchers/belfry-binary.js";
import { createSubprocessDispatcher } from "../dispatchers/subprocess.js";
import type { Deps } from "../scheduler/deps.js";
import type { Log } from "../scheduler/log.js";
import { loop } from "../scheduler/loop.js";
import { rearmBrokenSchedules } from "../scheduler/rearm.js";
import { sweepOrphans } from "../scheduler/sweep.js";
import type { Database } from "../store/database.js";
import { Signer } from "../token/signer.js";
import { readApiToken, readMasterKey, removeServerFile, writeServerFile } from "./access-files.js";
import { createApp, createStartingApp } from "./app.js";
import type { Health } from "./health.js";
import { keepTidy } from "./housekeeping.js";
import { type HttpServer, listenHttp } from "./http.js";
import { keepManifest } from "./manifest-keeper.js";
import { databaseOf } from "./migrate-database.js";
import { openReadyDatabase, untilDatabaseAnswers } from "./open-database.js";
import { outputLogger } from "./show-output.js";

export interface ServerOptions {
  log: Log;
  /** Stops the server: no more ticks, answers ended, database closed. Runners go on. */
  signal: AbortSignal;
  /** Called when everything is up, with the address. */
  onReady?: (url: string) => void;
}

/**
 * Runs a Belfry server until the signal aborts. The only place where things are put together. Rejects if it cannot start:
 * `port_in_use`, `data_dir_in_use`, `database_newer`, ...; an unreachable database is asked again until it answers.
 */
export async function runServer(config: Config, options: ServerOptions): Promise<void> {
  const { log, signal } = options;
  const [apiToken, masterKey] = await readAccess(config);
  const health: Health = { startedAt: new Date(), lastTickAt: null };
  const lateAfterMs = Math.max(3 * config.cadenceMs, 3000);
  const http = await listenHttp(config, createStartingApp({ log, health, lateAfterMs }).fetch);
  try {
    const database = await openReadyDatabase(databaseOf(config), { log, signal });
    const deps = createDeps(config, { database, http, log, signer: new Signer(masterKey) });
    const stopTidying = keepTidy(database, log);
    try {
      await serveDatabase(config, options, { deps, http, health, lateAfterMs, apiToken });
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

async function readAccess({ dataDir, masterKey }: Config): Promise<[string, Uint8Array]> {
  return [await readApiToken(dataDir), masterKey ?? (await readMasterKey(dataDir))];
}

function createDeps(
  config: Config,
  parts: { database: Database; http: HttpServer; log: Log; signer: Signer },
): Deps & { log: Log } {
  return {
    pool: parts.database.pool,
    signer: parts.signer,
    dispatcher: createSubprocessDispatcher({ maxRunners: config.maxRuns }),
    apiBaseUrl: parts.http.url,
    runnerBinary: belfryBinary,
    log: parts.log,
  };
}

interface Parts {
  deps: Deps & { log: Log };
  http: HttpServer;
  health: Health;
  lateAfterMs: number;
  apiToken: string;
}

async function serveDatabase(
  config: Config,
  { log, signal, onReady }: ServerOptions,
  { deps, http, health, lateAfterMs, apiToken }: Parts,
): Promise<void> {
  const changes = await untilDatabaseAnswers(() => openRunChanges(deps.pool), { log, signal });
  const onOutput = config.showOutput ? outputLogger(deps.log) : undefined;
  const limits = { ...runnerLimits, logLimitBytes: config.logLimit, lateAfterMs };
  const app = createApp({ ...deps, ...limits, changes, apiToken, health, ...(onOutput && { onOutput }) });
  try {
    await untilDatabaseAnswers(() => cleanUp(deps), { log, signal });
    http.answerWith(app.fetch);
    await writeServerFile(config.dataDir, http.url, health.startedAt);
    deps.log.info({ url: http.url, dataDir: config.dataDir }, "server.ready");
    onReady?.(http.url);
    await Promise.all([tickUntilStopped(config, deps, health, signal), keepIfNamed(config, deps, signal)]);
  } finally {
    await removeServerFile(config.dataDir);
    await changes.close();
    await http.close();
  }
}

/** What an earlier server, or another version of it, has left behind. */
async function cleanUp(deps: Deps): Promise<void> {
  await sweepOrphans(deps);
  await rearmBrokenSchedules(deps);
}

async function tickUntilStopped(
  config: Config,
  deps: Deps,
  health: Health,
  signal: AbortSignal,
): Promise<void> {
  const onTick = () => {
    health.lastTickAt = new Date();
  };
  await loop(deps, { cadenceMs: config.cadenceMs, signal, onTick }).catch((reason: unknown) => {
    if (!signal.aborted) throw reason;
  });
}

async function keepIfNamed(config: Config, deps: Deps & { log: Log }, signal: AbortSignal): Promise<void> {
  if (config.manifest !== null) await keepManifest(deps, config.manifest, signal);
}

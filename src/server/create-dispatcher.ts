import type { Config } from "../config/config.js";
import { belfryBinary } from "../dispatchers/belfry-binary.js";
import type { JobDispatcher } from "../dispatchers/dispatcher.js";
import { createRunnerHostDispatcher } from "../dispatchers/runner-host.js";
import { createSubprocessDispatcher } from "../dispatchers/subprocess.js";
import type { Log } from "../scheduler/log.js";

type Settings = Pick<Config, "dispatcher" | "maxRuns" | "runnerSocket" | "dataDir" | "jobEnvironment">;

/** The way to start runners that the settings ask for. */
export function createDispatcher(
  { dispatcher, maxRuns: maxRunners, runnerSocket: socket, dataDir, jobEnvironment }: Settings,
  log: Log,
): JobDispatcher {
  if (dispatcher === "subprocess") return createSubprocessDispatcher({ maxRunners, jobEnvironment });
  return createRunnerHostDispatcher({
    socket,
    dataDir,
    binaryPath: belfryBinary,
    maxRunners,
    jobEnvironment,
    log,
  });
}

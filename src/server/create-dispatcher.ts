import type { Config } from "../config/config.js";
import type { JobDispatcher } from "../dispatchers/dispatcher.js";
import { createSubprocessDispatcher } from "../dispatchers/subprocess.js";

/** The way to start runners that the settings ask for. */
export function createDispatcher({ maxRuns }: Pick<Config, "dispatcher" | "maxRuns">): JobDispatcher {
  return createSubprocessDispatcher({ maxRunners: maxRuns });
}

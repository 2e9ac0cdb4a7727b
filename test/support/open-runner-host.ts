import { createRunnerHostDispatcher, type RunnerHostDispatcher } from "../../src/dispatchers/runner-host.js";
import { builtBelfry } from "./built-belfry.js";
import { eventually } from "./eventually.js";
import { isAlive } from "./is-alive.js";

/** A dispatcher with a host of its own, and the process ids of the hosts that it has started. */
export interface OpenRunnerHost {
  dispatcher: RunnerHostDispatcher;
  hosts: number[];
  /** Ends those hosts, when their runs have ended. */
  close(): Promise<void>;
}

/** Opens a dispatcher whose host listens in the folder. */
export function openRunnerHost(
  folder: string,
  options: { baseEnv?: NodeJS.ProcessEnv; maxRunners?: number } = {},
): OpenRunnerHost {
  const hosts: number[] = [];
  const log = {
    info: (ids: Record<string, unknown>) => void hosts.push(Number(ids["pid"])),
    warn: () => undefined,
  };
  const address = { socket: null, dataDir: folder, binaryPath: builtBelfry };
  const dispatcher = createRunnerHostDispatcher({ ...address, log, ...options });
  const close = async (): Promise<void> => {
    await dispatcher.close();
    for (const pid of hosts.filter(isAlive)) process.kill(pid, "SIGTERM");
    await eventually(() => !hosts.some(isAlive));
  };
  return { dispatcher, hosts, close };
}

import type { DispatchHandle, DispatchRequest, JobDispatcher } from "./dispatcher.js";
import { type Inheritance, inheritedEnvironment } from "./runner-environment.js";
import { exitOf, startRunner } from "./start-runner.js";

export interface SubprocessOptions extends Inheritance {
  /** How many runners this host takes at a time; 50. */
  maxRunners?: number;
}

export interface SubprocessDispatcher extends JobDispatcher {
  /** `maxRunners` less the runners alive that this dispatcher started; never below 0. */
  capacity(): number;
  /** The runners alive that this dispatcher started. */
  busy(): number;
}

/**
 * Starts runners as processes of this host, each one in a process group of its own. They outlive the server: it may
 * end without waiting for them, and their reports reach the next one.
 */
export function createSubprocessDispatcher(options: SubprocessOptions = {}): SubprocessDispatcher {
  const { maxRunners = 50 } = options;
  let alive = 0;

  const dispatch = async (request: DispatchRequest, signal?: AbortSignal): Promise<DispatchHandle> => {
    const { binaryPath, args, env } = request;
    alive += 1;
    try {
      const start = { binaryPath, args, env: { ...inheritedEnvironment(options), ...env } };
      const runner = await startRunner(start, signal);
      const exited = exitOf(runner).finally(() => (alive -= 1));
      return { id: `pid:${runner.pid}`, exited };
    } catch (error) {
      alive -= 1;
      throw error;
    }
  };

  const capacity = (): number => Math.max(0, maxRunners - alive);
  return { dispatch, capacity, busy: () => alive, startWithinMs: 30_000 };
}

/** A side door for tests of applications that embed Belfry: a clock to hold, and a dispatcher that starts nothing. */
import type { DispatchHandle, DispatchRequest, JobDispatcher } from "./dispatchers/dispatcher.js";

/** A clock that stands still until it is moved. Pass it as `Deps.clock`. */
export interface ManualClock {
  now(): Date;
  set(instant: Date): void;
  advance(ms: number): void;
}

export function createManualClock(start: Date): ManualClock {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    set(instant) {
      nowMs = instant.getTime();
    },
    advance(ms) {
      nowMs += ms;
    },
  };
}

/** Keeps the requests it is given, and starts nothing: end the runs by hand. */
export interface InMemoryDispatcher extends JobDispatcher {
  readonly requests: readonly DispatchRequest[];
}

/** `onDispatch` may reject, to play a dispatcher that fails, or take its time, to play a slow one. */
export function createInMemoryDispatcher(
  onDispatch: (request: DispatchRequest) => Promise<void> | void = () => {},
): InMemoryDispatcher {
  const requests: DispatchRequest[] = [];
  return {
    requests,
    async dispatch(request): Promise<DispatchHandle> {
      requests.push(request);
      await onDispatch(request);
      return { id: `memory:${request.runId}` };
    },
  };
}

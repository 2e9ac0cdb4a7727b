import type PQueue from "p-queue";
import { messageOf } from "../core/errors.js";
import type { Deps } from "./deps.js";
import { createLanes, dispatchReadyRuns, type Looked } from "./dispatch.js";
import type { DispatchStats } from "./dispatch-run.js";
import { stderrLog } from "./log.js";

/** Dispatching that goes on beside the loop. */
export interface Dispatching {
  /** Dispatches what is ready, beside the caller; asked again while at it, it looks once more. */
  kick(): void;
  /** What was done since it was last asked. */
  takeStats(): DispatchStats;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

const longestTimerMs = 2 ** 31 - 1;

/** Looks at once when it is kicked, when a run's next attempt is due, and when a full dispatcher has a place again. */
export function createDispatching(deps: Deps, signal: AbortSignal): Dispatching {
  const lanes: PQueue = createLanes(deps);
  const stats: DispatchStats = { dispatched: 0, errored: 0 };
  let wanted = false;
  let isFull = false;
  let atWork: Promise<void> | null = null;
  let retryTimer: NodeJS.Timeout | undefined;

  async function work(): Promise<void> {
    while (wanted && !signal.aborted) {
      wanted = false;
      clearTimeout(retryTimer);
      const looked = await look();
      isFull = looked.isFull;
      if (looked.retryInMs !== null && !signal.aborted) {
        retryTimer = setTimeout(kick, Math.min(longestTimerMs, Math.max(1, looked.retryInMs)));
      }
    }
    atWork = null;
  }

  async function look(): Promise<Looked> {
    try {
      return await dispatchReadyRuns(deps, stats, { lanes, settle: false, signal, onGone });
    } catch (error) {
      (deps.log ?? stderrLog).error({ error: messageOf(error) }, "dispatch.failed");
      return { isFull: false, retryInMs: null };
    }
  }

  function kick(): void {
    wanted = true;
    atWork ??= work();
  }

  function onGone(): void {
    if (isFull && !signal.aborted) kick();
  }

  return {
    kick,
    takeStats() {
      const taken = { ...stats };
      stats.dispatched = 0;
      stats.errored = 0;
      return taken;
    },
    async idle() {
      clearTimeout(retryTimer);
      await atWork;
      clearTimeout(retryTimer);
      await lanes.onIdle();
    },
  };
}

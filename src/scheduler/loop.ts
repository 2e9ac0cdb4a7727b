import type PQueue from "p-queue";
import { messageOf } from "../core/errors.js";
import { msUntilNextFire } from "../store/due-schedules.js";
import { channel, runReady, scheduleChanged } from "../store/notify.js";
import { feedBackfills } from "./backfill.js";
import { mendAfterClockStep } from "./clock-step.js";
import { type Deps, instantOf } from "./deps.js";
import { createLanes, dispatchReadyRuns, requeueUnstartedRuns } from "./dispatch.js";
import { fireDueSchedules } from "./fire.js";
import { stderrLog } from "./log.js";
import { sweepOrphans } from "./sweep.js";
import { type Stats, statsOf } from "./tick.js";

export interface LoopOptions {
  /** The longest sleep between two ticks, in milliseconds. */
  cadenceMs: number;
  /** Ends the loop. */
  signal: AbortSignal;
  /** Called after each tick that came through. */
  onTick?: (stats: Stats) => void;
}

/**
 * Ticks at once, and from then on when the next fire is due, when the database says that something is ready, and at
 * the latest after `cadenceMs`. A tick's error is logged and the loop goes on. It never overlaps itself, and dispatching goes
 * on beside it, so that a slow dispatcher never delays a fire. When the signal aborts it rejects with its reason; if it
 * has aborted already, without a tick.
 */
export async function loop(deps: Deps, { cadenceMs, signal, onTick }: LoopOptions): Promise<never> {
  signal.throwIfAborted();
  const alarm = createAlarm(signal);
  const dispatching = createDispatching(deps, signal);
  const ear = createEar(deps, () => alarm.ring());
  try {
    while (!signal.aborted) {
      await ear.open();
      const sleepMs = await tickOnce(deps, { cadenceMs, dispatching, onTick });
      await alarm.sleep(sleepMs);
    }
  } finally {
    await ear.close();
    await dispatching.idle();
  }
  throw signal.reason;
}

async function tickOnce(
  deps: Deps,
  {
    cadenceMs,
    dispatching,
    onTick,
  }: { cadenceMs: number; dispatching: Dispatching; onTick: LoopOptions["onTick"] },
): Promise<number> {
  try {
    await mendAfterClockStep(deps);
    const fired = await fireDueSchedules(deps);
    const moreToFeed = await feedBackfills(deps);
    await requeueUnstartedRuns(deps);
    dispatching.kick();
    const swept = await sweepOrphans(deps);
    onTick?.(statsOf(fired, dispatching.takeStats(), swept));
    if (moreToFeed) return 0;
    const untilFire = await msUntilNextFire(deps.pool, instantOf(deps));
    return Math.min(cadenceMs, Math.max(0, untilFire ?? cadenceMs));
  } catch (error) {
    (deps.log ?? stderrLog).error({ error: messageOf(error) }, "tick.failed");
    // A database that is away must not be asked in a busy loop, nor be left alone for a long cadence.
    return Math.min(cadenceMs, 1000);
  }
}

/** Rings when the database tells of something. Asked to open again, it does so if it could not before. */
function createEar(
  { pool, log }: Pick<Deps, "pool" | "log">,
  ring: () => void,
): { open(): Promise<void>; close(): Promise<void> } {
  let stop: (() => Promise<void>) | null = null;
  return {
    async open() {
      if (stop !== null) return;
      try {
        stop = await pool.listen(channel, (payload) => {
          if (payload === null || payload === runReady || payload === scheduleChanged) ring();
        });
      } catch (error) {
        // Until the next tick the cadence carries on alone.
        (log ?? stderrLog).error({ error: messageOf(error) }, "listen.failed");
      }
    },
    async close() {
      await stop?.();
    },
  };
}

interface Dispatching {
  /** Dispatches what is ready, beside the caller; asked again while at it, it looks once more. */
  kick(): void;
  /** What was done since it was last asked. */
  takeStats(): { dispatched: number; errored: number };
  idle(): Promise<void>;
}

function createDispatching(deps: Deps, signal: AbortSignal): Dispatching {
  const lanes: PQueue = createLanes(deps);
  let stats = { dispatched: 0, errored: 0 };
  let wanted = false;
  let atWork: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (wanted) {
      wanted = false;
      await dispatchReadyRuns(deps, stats, { lanes, settle: false, signal }).catch((error: unknown) => {
        (deps.log ?? stderrLog).error({ error: messageOf(error) }, "dispatch.failed");
      });
    }
    atWork = null;
  }

  return {
    kick() {
      wanted = true;
      atWork ??= work();
    },
    takeStats() {
      const taken = { ...stats };
      stats.dispatched = 0;
      stats.errored = 0;
      return taken;
    },
    async idle() {
      await atWork;
      await lanes.onIdle();
    },
  };
}

/** A sleep that a notification or the end of the loop cuts short; a ring while awake cuts the next sleep short. */
function createAlarm(signal: AbortSignal): { ring(): void; sleep(ms: number): Promise<void> } {
  let rung = false;
  let wake: (() => void) | null = null;
  const ring = () => {
    rung = true;
    wake?.();
  };
  signal.addEventListener("abort", ring, { once: true });
  return {
    ring,
    async sleep(ms) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = null;
      rung = false;
    },
  };
}

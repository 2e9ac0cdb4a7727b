import { messageOf } from "../core/errors.js";
import { msUntilNextFire } from "../store/due-schedules.js";
import { msUntilNextDeadline } from "../store/leases.js";
import { backfillReady, runReady, scheduleChanged } from "../store/notify.js";
import { createAlarm } from "./alarm.js";
import { feedBackfills } from "./backfill.js";
import { createStallWatch, doChores, forgiveStall } from "./chores.js";
import { type Deps, instantOf } from "./deps.js";
import { createDispatching, type Dispatching } from "./dispatching.js";
import { createEar } from "./ear.js";
import { fireDueSchedules, type FireStats } from "./fire.js";
import { stderrLog } from "./log.js";
import { type Stats, statsOf } from "./tick.js";

export interface LoopOptions {
  /** The longest sleep between two ticks, in milliseconds. */
  cadenceMs: number;
  /** Ends the loop. */
  signal: AbortSignal;
  /** Called after each tick that came through, with the milliseconds that it took. */
  onTick?: (stats: Stats, tookMs: number) => void;
}

/** Chores are done no more often than so, or than the cadence if that is shorter. */
const choreEveryMs = 1000;

/**
 * Ticks at once, and from then on when the next fire is due, when the database says that a schedule has changed, and at
 * the latest after `cadenceMs`. A tick's error is logged and the loop goes on. It never overlaps itself, and dispatching
 * goes on beside it, so that a slow dispatcher never delays a fire, nor a fire a run that is ready. When the signal aborts
 * it rejects with its reason; if it has aborted already, without a tick.
 */
export async function loop(deps: Deps, { cadenceMs, signal, onTick }: LoopOptions): Promise<never> {
  signal.throwIfAborted();
  const alarm = createAlarm(signal);
  const dispatching = createDispatching(deps, signal);
  const ticker = createTicker(deps, dispatching, cadenceMs);
  const ear = createEar(deps, (payload) => {
    if (payload === null || payload === runReady) dispatching.kick();
    if (payload === null || payload === backfillReady) ticker.wantFeed();
    if (payload === null || payload === scheduleChanged || payload === backfillReady) alarm.ring();
  });
  try {
    while (!signal.aborted) {
      await ear.open();
      await alarm.sleep(await ticker.tick(onTick));
    }
  } finally {
    await ear.close();
    await dispatching.idle();
  }
  throw signal.reason;
}

const busyMs = 20;

function firedNothing({ ready, queued, skipped, errored }: FireStats): boolean {
  return ready + queued + skipped + errored === 0;
}

interface Ticker {
  /** One tick, which logs its error. Answers how long to sleep, in milliseconds. */
  tick(onTick: LoopOptions["onTick"]): Promise<number>;
  /** The next tick feeds the backfills too. */
  wantFeed(): void;
}

/** What a tick did and how long it took, if it did not fail, and how long to sleep after it. */
interface Look {
  told: [Stats, number] | null;
  sleepMs: number;
}

function createTicker(deps: Deps, dispatching: Dispatching, cadenceMs: number): Ticker {
  const restMs = Math.min(choreEveryMs, cadenceMs);
  // A runner renews its lease each third of it, and finds a server again with what is left.
  const stall = createStallWatch((deps.soleServerLeaseMs ?? Infinity) / 3);
  let choresAt = 0;
  let feedWanted = true;

  async function look(): Promise<Look> {
    if (stall.stoodStill()) await forgiveStall(deps);
    const began = performance.now();
    const fired = await fireDueSchedules(deps);
    dispatching.kick();
    const swept = performance.now() >= choresAt ? await chores() : 0;
    if (feedWanted) await feed();
    const told: Look["told"] = [statsOf(fired, dispatching.takeStats(), swept), performance.now() - began];
    return { told, sleepMs: feedWanted ? 0 : await untilNext(fired) };
  }

  async function untilNext(fired: FireStats): Promise<number> {
    const untilFire = (await msUntilNextFire(deps.pool, instantOf(deps))) ?? cadenceMs;
    const sleepMs = Math.max(0, Math.min(untilFire, choresAt - performance.now()));
    // What is due and was not fired is held by another server, which must not be asked in a busy loop.
    return Math.min(cadenceMs, untilFire <= 0 && firedNothing(fired) ? busyMs : sleepMs);
  }

  async function chores(): Promise<number> {
    if (stall.stoodStill()) await forgiveStall(deps); // while it fired
    const swept = await doChores(deps);
    const untilDeadline = (await msUntilNextDeadline(deps.pool, instantOf(deps))) ?? cadenceMs;
    choresAt = performance.now() + Math.min(cadenceMs, Math.max(restMs, untilDeadline));
    feedWanted = true;
    return swept;
  }

  async function feed(): Promise<void> {
    feedWanted = false;
    if (await feedBackfills(deps)) feedWanted = true;
    dispatching.kick();
  }

  return {
    wantFeed: () => (feedWanted = true),
    async tick(onTick) {
      const { told, sleepMs } = await look().catch((error: unknown): Look => {
        (deps.log ?? stderrLog).error({ error: messageOf(error) }, "tick.failed");
        // A database that is away must not be asked in a busy loop, nor be left alone for a long cadence.
        return { told: null, sleepMs: Math.min(cadenceMs, 1000) };
      });
      stall.sleeps(sleepMs);
      if (told !== null) onTick?.(...told);
      return sleepMs;
    },
  };
}

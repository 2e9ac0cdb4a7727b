import { feedBackfills } from "./backfill.js";
import { doChores } from "./chores.js";
import type { Deps } from "./deps.js";
import { createLanes, dispatchReadyRuns } from "./dispatch.js";
import type { DispatchStats } from "./dispatch-run.js";
import { type FireStats, fireDueSchedules } from "./fire.js";

/** What one tick did. */
export interface Stats {
  /** Runners that were sent on their way. */
  dispatched: number;
  /** Fires that did not run because of the overlap policy. */
  skipped: number;
  /** Fires that wait for the run before them. */
  queued: number;
  /** Schedules that could not be fired, and runs that could not be dispatched. */
  errored: number;
  /** Orphans that were failed. */
  swept: number;
}

/**
 * A single pass: fires what is due, feeds the backfills, dispatches what is ready (whether it fired now, was queued, or was asked for by hand),
 * and sweeps orphans. A schedule's error is logged and counted, and harms no other; an error of the database rejects.
 */
export async function tick(deps: Deps): Promise<Stats> {
  const swept = await doChores(deps);
  const fired = await fireDueSchedules(deps);
  await feedBackfills(deps);
  const sent: DispatchStats = { dispatched: 0, errored: 0 };
  await dispatchReadyRuns(deps, sent, { lanes: createLanes(deps), settle: true });
  return statsOf(fired, sent, swept);
}

/** Adds up the parts of a tick. */
export function statsOf(fired: FireStats, sent: DispatchStats, swept: number): Stats {
  return {
    dispatched: sent.dispatched,
    skipped: fired.skipped,
    queued: fired.queued,
    errored: fired.errored + sent.errored,
    swept,
  };
}

import PQueue from "p-queue";
import { type ReadyPage, listReadyRuns, requeueUnstarted } from "../store/claims.js";
import { claimRunsWithTokens } from "./claim.js";
import { type Deps, instantOf } from "./deps.js";
import { type DispatchStats, dispatchRun, startWithinOf } from "./dispatch-run.js";
import { stderrLog } from "./log.js";

/** Runs claimed at a time, at least and at most. */
const smallestBatch = 16;
const largestBatch = 1000;
/** What is claimed should be under way within about so long: a claim that waits is lost in a crash, and looks overdue. */
const claimAheadMs = 500;

/**
 * Dispatches what is ready, the oldest first, a bounded number at a time, until nothing is ready or the dispatcher is full.
 * With `settle` it answers only when every dispatch has been answered.
 */
export async function dispatchReadyRuns(
  deps: Deps,
  stats: DispatchStats,
  { lanes, settle, signal }: { lanes: PQueue; settle: boolean; signal?: AbortSignal | undefined },
): Promise<void> {
  let after: string | null = "0";
  let batch = smallestBatch;
  while (after !== null && signal?.aborted !== true) {
    const room = Math.min(batch, freePlaces(deps, lanes));
    if (room <= 0) break;
    // What was looked at is left behind, whoever won it: the index is full of its dead entries.
    const page: ReadyPage = await listReadyRuns(deps.pool, { after, limit: room });
    after = page.next;
    for (const run of await claimRunsWithTokens(deps, page.ready))
      void lanes.add(() => dispatchRun(deps, stats, run));
    batch = nextBatch(batch, await timeOf(() => lanes.onSizeLessThan(1)));
  }
  if (settle) await lanes.onIdle();
}

/** As many as the dispatcher will take in a moment, judged by how long the last ones had to wait. */
function nextBatch(batch: number, waitedMs: number): number {
  if (waitedMs > claimAheadMs) return Math.max(smallestBatch, batch >> 1);
  return waitedMs < claimAheadMs / 4 ? Math.min(largestBatch, batch * 4) : batch;
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs whose runner has not come in time get another: their server may have died between the claim and the dispatch. */
export async function requeueUnstartedRuns(
  deps: Pick<Deps, "pool" | "dispatcher" | "clock" | "log">,
): Promise<void> {
  const startWithinMs = startWithinOf(deps);
  const runIds = await requeueUnstarted(deps.pool, startWithinMs, instantOf(deps));
  if (runIds.length > 0) (deps.log ?? stderrLog).warn({ runIds, startWithinMs }, "runs.start_overdue");
}

/** As many dispatches at once as `deps` allows. */
export function createLanes({ dispatchConcurrency }: Pick<Deps, "dispatchConcurrency">): PQueue {
  return new PQueue({ concurrency: dispatchConcurrency ?? 16 });
}

function freePlaces({ dispatcher }: Pick<Deps, "dispatcher">, lanes: PQueue): number {
  const capacity = dispatcher.capacity?.() ?? Number.POSITIVE_INFINITY;
  return capacity - lanes.size - lanes.pending;
}

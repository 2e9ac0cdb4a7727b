import PQueue from "p-queue";
import { requeueUnstarted } from "../store/claims.js";
import { type Claimable, type ClaimedRun, claimPrepared, prepareClaims } from "./claim.js";
import { type Deps, instantOf } from "./deps.js";
import { type DispatchStats, dispatchRun, startWithinOf } from "./dispatch-run.js";
import { stderrLog } from "./log.js";

const largestBatch = 1000;
/** A batch that the dispatcher took at once is followed by one so many times larger. */
const growth = 4;
/** What takes longer is not "at once": a claim that waits for its dispatch is stranded by a crash, and soon looks overdue. */
const atOnceMs = 250;

/**
 * Dispatches what is ready, the oldest first, a bounded number at a time, until nothing is ready or the dispatcher is full.
 * With `settle` it answers only when every dispatch has been answered.
 */
export async function dispatchReadyRuns(
  deps: Deps,
  stats: DispatchStats,
  { lanes, settle, signal }: { lanes: PQueue; settle: boolean; signal?: AbortSignal | undefined },
): Promise<void> {
  let batch = lanes.concurrency;
  let prepared: Claimable | null = await prepare(deps, "0", Math.min(batch, freePlaces(deps, lanes)));
  while (prepared !== null && signal?.aborted !== true) {
    const room = Math.min(batch, freePlaces(deps, lanes) - prepared.signed.length);
    // While the database claims these, the next ones are read and signed.
    const [claimed, next]: [ClaimedRun[], Claimable | null] = await Promise.all([
      claimPrepared(deps, prepared.signed),
      prepare(deps, prepared.next, room),
    ]);
    for (const run of claimed) void lanes.add(() => dispatchRun(deps, stats, run));
    const waitedMs = await timeOf(() => lanes.onSizeLessThan(1));
    batch = waitedMs > atOnceMs ? lanes.concurrency : Math.min(batch * growth, largestBatch);
    prepared = next;
  }
  if (settle) await lanes.onIdle();
}

async function prepare(deps: Deps, after: string | null, limit: number): Promise<Claimable | null> {
  // What was looked at is left behind, whoever won it: the index is full of its dead entries.
  return after === null || limit <= 0 ? null : prepareClaims(deps, { after, limit });
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

import PQueue from "p-queue";
import type { ReadyCursor } from "../store/claims.js";
import { type Claimable, type ClaimedRun, claimPrepared, placesInAll, prepareClaims } from "./claim.js";
import type { Deps } from "./deps.js";
import { type DispatchStats, dispatchRun } from "./dispatch-run.js";

const largestBatch = 1000;
/** A batch that the dispatcher took at once is followed by one so many times larger. */
const growth = 4;
/** What takes longer is not "at once": a claim that waits for its dispatch is stranded by a crash, and soon looks overdue. */
const atOnceMs = 250;

/** What a look at the pending runs left behind. */
export interface Looked {
  /** The dispatcher, or the limit over all servers, has no place left. */
  isFull: boolean;
  /** Milliseconds until the next run that waits for another attempt may have it; null if none is known. */
  retryInMs: number | null;
}

export interface DispatchOptions {
  lanes: PQueue;
  /** Answer only when every dispatch has been answered. */
  settle: boolean;
  signal?: AbortSignal | undefined;
  /** Called when a runner is seen to be gone, which leaves a place free. */
  onGone?: () => void;
}

/** Dispatches what is ready, a bounded number at a time, until nothing is ready or the dispatcher is full. */
export async function dispatchReadyRuns(
  deps: Deps,
  stats: DispatchStats,
  { lanes, settle, signal, onGone }: DispatchOptions,
): Promise<Looked> {
  let batch = lanes.concurrency;
  let prepared: Claimable | null = await prepare(deps, null, Math.min(batch, await freePlaces(deps, lanes)));
  const retryInMs = prepared?.retryInMs ?? null;
  while (prepared !== null && signal?.aborted !== true) {
    const room = Math.min(batch, (await freePlaces(deps, lanes)) - prepared.signed.length);
    // While the database claims these, the next ones are read and signed.
    const [claimed, next]: [ClaimedRun[], Claimable | null] = await Promise.all([
      claimPrepared(deps, prepared.signed),
      prepared.next === null ? null : prepare(deps, prepared.next, room),
    ]);
    for (const run of claimed) void lanes.add(() => dispatchRun(deps, stats, run, onGone));
    const waitedMs = await timeOf(() => lanes.onSizeLessThan(1));
    batch = waitedMs > atOnceMs ? lanes.concurrency : Math.min(batch * growth, largestBatch);
    prepared = next;
  }
  if (settle) await lanes.onIdle();
  return { isFull: (await freePlaces(deps, lanes)) <= 0, retryInMs };
}

async function prepare(deps: Deps, after: ReadyCursor | null, limit: number): Promise<Claimable | null> {
  // What was looked at is left behind, whoever won it: the index is full of its dead entries.
  return limit <= 0 ? null : prepareClaims(deps, { after, limit });
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** As many dispatches at once as `deps` allows. */
export function createLanes({ dispatchConcurrency }: Pick<Deps, "dispatchConcurrency">): PQueue {
  return new PQueue({ concurrency: dispatchConcurrency ?? 16 });
}

async function freePlaces(deps: Deps, lanes: PQueue): Promise<number> {
  const inAll = await placesInAll(deps);
  const capacity = deps.dispatcher.capacity?.() ?? Number.POSITIVE_INFINITY;
  return Math.min(inAll, capacity - lanes.size - lanes.pending);
}

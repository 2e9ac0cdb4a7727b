import PQueue from "p-queue";
import { messageOf } from "../core/errors.js";
import type { DispatchHandle, DispatchRequest } from "../dispatchers/dispatcher.js";
import { failAttempt } from "../store/attempts.js";
import { type ReadyPage, type ReadyRun, claimRuns, listReadyRuns } from "../store/claims.js";
import { addRunEvent } from "../store/run-events.js";
import { tokenExpiry } from "../token/signer.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

/** What has become of the runs that were ready. */
export interface DispatchStats {
  dispatched: number;
  errored: number;
}

/** Runs claimed at a time: few enough that a crash between claim and start strands little. */
const batchSize = 500;

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
  while (after !== null && signal?.aborted !== true) {
    await lanes.onSizeLessThan(batchSize);
    const room = Math.min(batchSize, freePlaces(deps, lanes));
    if (room <= 0) break;
    // What was looked at is left behind, whoever won it: the index is full of its dead entries.
    const page: ReadyPage = await listReadyRuns(deps.pool, { after, limit: room });
    after = page.next;
    for (const run of await claim(deps, page.ready)) void lanes.add(() => dispatchRun(deps, stats, run));
  }
  if (settle) await lanes.onIdle();
}

/** As many dispatches at once as `deps` allows. */
export function createLanes({ dispatchConcurrency }: Pick<Deps, "dispatchConcurrency">): PQueue {
  return new PQueue({ concurrency: dispatchConcurrency ?? 16 });
}

function freePlaces({ dispatcher }: Pick<Deps, "dispatcher">, lanes: PQueue): number {
  const capacity = dispatcher.capacity?.() ?? Number.POSITIVE_INFINITY;
  return capacity - lanes.size - lanes.pending;
}

interface ClaimedRun extends ReadyRun {
  token: string;
}

async function claim(
  deps: Pick<Deps, "pool" | "signer" | "clock">,
  ready: ReadyRun[],
): Promise<ClaimedRun[]> {
  if (ready.length === 0) return [];
  const signed = await Promise.all(ready.map((run) => sign(deps, run)));
  const won = await claimRuns(
    deps.pool,
    signed.map(({ run, hash }) => ({ runId: run.runId, attempt: run.attempt, tokenHash: hash })),
    instantOf(deps),
  );
  return signed.filter(({ run }) => won.has(run.runId)).map(({ run }) => run);
}

async function sign(
  { signer }: Pick<Deps, "signer">,
  ready: ReadyRun,
): Promise<{ run: ClaimedRun; hash: string }> {
  const attempt = ready.attempt + 1;
  const { token, hash } = await signer.sign({
    runId: ready.runId,
    attempt,
    secretNames: [],
    expiresAt: tokenExpiry(ready.timeoutSec, new Date()),
  });
  return { run: { ...ready, attempt, token }, hash };
}

async function dispatchRun(deps: Deps, stats: DispatchStats, run: ClaimedRun): Promise<void> {
  const log = deps.log ?? stderrLog;
  const ids = { schedule: run.scheduleName, runId: run.runId, attempt: run.attempt };
  try {
    const handle = await withinTime(deps, async (limit) => {
      return deps.dispatcher.dispatch(await requestOf(deps, run), limit);
    });
    stats.dispatched += 1;
    log.info({ ...ids, handle: handle?.id }, "run.dispatched");
    void watchRunner(deps, run, handle);
  } catch (error) {
    stats.errored += 1;
    log.error({ ...ids, error: messageOf(error) }, "run.dispatch_failed");
    await endAttempt(deps, run, "dispatch", messageOf(error));
  }
}

/** A dispatcher that never answers, or does not heed its signal, holds its lane for so long and no longer. */
async function withinTime<T>(
  { dispatchTimeoutMs = 60_000 }: Pick<Deps, "dispatchTimeoutMs">,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`The dispatcher did not answer within ${dispatchTimeoutMs} ms.`);
      limit.abort(error);
      reject(error);
    }, dispatchTimeoutMs);
  });
  try {
    return await Promise.race([work(limit.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

async function requestOf(deps: Deps, run: ClaimedRun): Promise<DispatchRequest> {
  const githubToken = await mintGithubToken(deps, run);
  return {
    runId: run.runId,
    attempt: run.attempt,
    scheduleName: run.scheduleName,
    binaryPath: deps.runnerBinary,
    args: ["runner", "--run-id", run.runId],
    env: {
      BELFRY_API_URL: deps.runnerApiUrl ?? deps.apiBaseUrl,
      BELFRY_RUN_ID: run.runId,
      BELFRY_RUN_TOKEN: run.token,
      ...(githubToken === null ? {} : { GITHUB_TOKEN: githubToken }),
    },
  };
}

/** A token for the schedule's installation. Without one the run goes on, and an event says why. */
async function mintGithubToken(deps: Deps, run: ClaimedRun): Promise<string | null> {
  if (deps.installations === undefined || run.installationId === null) return null;
  try {
    return await deps.installations.token(run.installationId);
  } catch (error) {
    const details = { installationId: run.installationId, error: messageOf(error) };
    const ids = { schedule: run.scheduleName, runId: run.runId, attempt: run.attempt };
    (deps.log ?? stderrLog).warn({ ...ids, ...details }, "run.github_token_failed");
    await addRunEvent(
      deps.pool,
      { runId: run.runId, attempt: run.attempt, name: "run.github_token_failed", details },
      instantOf(deps),
    );
    return null;
  }
}

/** A runner that is gone without having reported an end will never report one. */
async function watchRunner(deps: Deps, run: ClaimedRun, handle: DispatchHandle | undefined): Promise<void> {
  const exit = await handle?.exited;
  if (exit === undefined) return;
  const how = exit.signal === null ? `exit code ${exit.code}` : exit.signal;
  const lastWords = exit.message === "" ? "" : ` It said: ${exit.message}`;
  await endAttempt(deps, run, "shutdown", `Its runner ended (${how}) without reporting an end.${lastWords}`);
}

async function endAttempt(
  deps: Deps,
  run: ClaimedRun,
  errorKind: "dispatch" | "shutdown",
  errorMessage: string,
): Promise<void> {
  const log = deps.log ?? stderrLog;
  const ids = { schedule: run.scheduleName, runId: run.runId, attempt: run.attempt };
  try {
    const failed = await failAttempt(deps.pool, run, { errorKind, errorMessage }, instantOf(deps));
    if (failed) log.warn({ ...ids, errorKind, errorMessage }, "run.failed");
  } catch (error) {
    // The sweep ends it later.
    log.warn({ ...ids, error: messageOf(error) }, "run.end_not_recorded");
  }
}

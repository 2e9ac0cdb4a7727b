import { messageOf } from "../core/errors.js";
import type { DispatchHandle, DispatchRequest } from "../dispatchers/dispatcher.js";
import { type ClaimedRun, startWithinOf } from "./claim.js";
import type { Deps } from "./deps.js";
import { failAttempt } from "./finish.js";
import { mintGithubToken } from "./github-token.js";
import { stderrLog } from "./log.js";

/** What has become of the runs that were ready. */
export interface DispatchStats {
  dispatched: number;
  errored: number;
}

/** Sends a runner on its way, and counts whether it went; never rejects. A run whose runner did not go is failed. */
export async function dispatchRun(
  deps: Deps,
  stats: DispatchStats,
  run: ClaimedRun,
  onGone: () => void = () => {},
): Promise<void> {
  const log = deps.log ?? stderrLog;
  const ids = { schedule: run.scheduleName, runId: run.runId, attempt: run.attempt };
  try {
    const handle = await withinTime(deps, async (limit) => {
      return deps.dispatcher.dispatch(await requestOf(deps, run), limit);
    });
    stats.dispatched += 1;
    log.info({ ...ids, handle: handle?.id }, "run.dispatched");
    void watchRunner(deps, run, handle).finally(onGone);
  } catch (error) {
    stats.errored += 1;
    log.error({ ...ids, error: messageOf(error) }, "run.dispatch_failed");
    await endAttempt(deps, run, "dispatch", messageOf(error));
  }
}

/** A dispatcher that never answers, or does not heed its signal, holds its lane for so long and no longer. */
async function withinTime<T>(
  deps: Pick<Deps, "dispatcher" | "dispatchTimeoutMs">,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  // Well before the run is taken for lost, and dispatched again.
  const dispatchTimeoutMs = Math.min(deps.dispatchTimeoutMs ?? 30_000, startWithinOf(deps) / 3);
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

/** A runner that is gone without having reported an end will never report one. */
async function watchRunner(deps: Deps, run: ClaimedRun, handle: DispatchHandle | undefined): Promise<void> {
  const exit = await handle?.exited?.catch(() => undefined);
  // One that ended well has reported, or was not wanted; if not, its lease tells.
  if (exit === undefined || exit.code === 0) return;
  const how = exit.signal ?? (exit.code === null ? "unseen" : `exit code ${exit.code}`);
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
    await failAttempt(deps, run, { errorKind, errorMessage });
  } catch (error) {
    // Its lease ends it later.
    log.warn({ ...ids, error: messageOf(error) }, "run.end_not_recorded");
  }
}

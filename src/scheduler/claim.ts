import { type ReadyCursor, type ReadyRun, claimRuns, countUnderWay, listReadyRuns } from "../store/claims.js";
import { tokenExpiry } from "../token/signer.js";
import { type Deps, instantOf } from "./deps.js";

/** A run whose attempt is about to begin, and the token that opens it. */
export interface ClaimedRun extends ReadyRun {
  token: string;
}

interface SignedRun {
  run: ClaimedRun;
  tokenHash: string;
}

/** Runs that may be claimed, and where to look for more; null when there are none. */
export interface Claimable {
  signed: SignedRun[];
  next: ReadyCursor | null;
  /** Milliseconds until the next run that waits for another attempt may have it. */
  retryInMs: number | null;
}

type ClaimDeps = Pick<Deps, "pool" | "signer" | "clock" | "dispatcher" | "maxRunsTotal">;

/** Reads at most `limit` ready runs after `after`, and signs a token for the next attempt of each. */
export async function prepareClaims(
  deps: ClaimDeps,
  { after, limit }: { after: ReadyCursor | null; limit: number },
): Promise<Claimable> {
  const { ready, next, retryInMs } = await listReadyRuns(deps.pool, { after, limit, at: instantOf(deps) });
  const admitted = admit(ready);
  return { signed: await Promise.all(admitted.map((run) => sign(deps, run))), next, retryInMs };
}

/** How many more runs may be under way over all servers; infinite without such a limit. */
export async function placesInAll({ pool, maxRunsTotal }: ClaimDeps): Promise<number> {
  if (maxRunsTotal === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, maxRunsTotal - (await countUnderWay(pool)));
}

/** Of a group no more than its limit are claimed at once; who is too many is looked at again when one has ended. */
function admit(ready: readonly ReadyRun[]): ReadyRun[] {
  const counts = new Map<string, number>();
  return ready.filter(({ group }) => {
    if (group === null) return true;
    const count = (counts.get(group.name) ?? 0) + 1;
    counts.set(group.name, count);
    return count <= group.limit;
  });
}

/** Begins the next attempt of each run, and answers those that no other server was quicker to claim. */
export async function claimPrepared(deps: ClaimDeps, signed: readonly SignedRun[]): Promise<ClaimedRun[]> {
  if (signed.length === 0) return [];
  const claims = signed.map(({ run, tokenHash }) => ({
    runId: run.runId,
    attempt: run.attempt,
    tokenHash,
    scheduleId: run.scheduleId,
    group: run.group?.name ?? null,
    hasLimit: run.hasLimit,
  }));
  const terms = { at: instantOf(deps), startWithinMs: startWithinOf(deps), total: deps.maxRunsTotal ?? null };
  const won = await claimRuns(deps.pool, claims, terms);
  return signed.filter(({ run }) => won.has(run.runId)).map(({ run }) => run);
}

/** How long a run may stay dispatched before its runner is taken for lost, in milliseconds. */
export function startWithinOf({ dispatcher }: Pick<Deps, "dispatcher">): number {
  return dispatcher.startWithinMs ?? 60_000;
}

async function sign({ signer }: ClaimDeps, ready: ReadyRun): Promise<SignedRun> {
  const attempt = ready.attempt + 1;
  const { token, hash } = await signer.sign({
    runId: ready.runId,
    attempt,
    secretNames: ready.secretKeys,
    expiresAt: tokenExpiry(ready.timeoutSec + ready.graceSec, new Date()),
  });
  return { run: { ...ready, attempt, token }, tokenHash: hash };
}

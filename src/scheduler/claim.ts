import { type ReadyRun, claimRuns, listReadyRuns } from "../store/claims.js";
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

/** Runs that may be claimed, and after which run to look for more; null when there are none. */
export interface Claimable {
  signed: SignedRun[];
  next: string | null;
}

type ClaimDeps = Pick<Deps, "pool" | "signer" | "clock">;

/** Reads at most `limit` ready runs after the run `after`, and signs a token for the next attempt of each. */
export async function prepareClaims(
  deps: ClaimDeps,
  { after, limit }: { after: string; limit: number },
): Promise<Claimable> {
  const { ready, next } = await listReadyRuns(deps.pool, { after, limit });
  return { signed: await Promise.all(ready.map((run) => sign(deps, run))), next };
}

/** Begins the next attempt of each run, and answers those that no other server was quicker to claim. */
export async function claimPrepared(deps: ClaimDeps, signed: readonly SignedRun[]): Promise<ClaimedRun[]> {
  if (signed.length === 0) return [];
  const claims = signed.map(({ run, tokenHash }) => ({ runId: run.runId, attempt: run.attempt, tokenHash }));
  const won = await claimRuns(deps.pool, claims, instantOf(deps));
  return signed.filter(({ run }) => won.has(run.runId)).map(({ run }) => run);
}

async function sign({ signer }: ClaimDeps, ready: ReadyRun): Promise<SignedRun> {
  const attempt = ready.attempt + 1;
  const { token, hash } = await signer.sign({
    runId: ready.runId,
    attempt,
    secretNames: [],
    expiresAt: tokenExpiry(ready.timeoutSec, new Date()),
  });
  return { run: { ...ready, attempt, token }, tokenHash: hash };
}

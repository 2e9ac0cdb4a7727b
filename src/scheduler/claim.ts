import { type ReadyRun, claimRuns } from "../store/claims.js";
import { tokenExpiry } from "../token/signer.js";
import { type Deps, instantOf } from "./deps.js";

/** A run whose attempt has begun, and the token that opens it. */
export interface ClaimedRun extends ReadyRun {
  token: string;
}

/** Begins the next attempt of each run, with a token of its own, and answers those that no other server was quicker to claim. */
export async function claimRunsWithTokens(
  deps: Pick<Deps, "pool" | "signer" | "clock">,
  ready: readonly ReadyRun[],
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

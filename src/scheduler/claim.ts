import { type ReadyRun, claimRuns } from "../store/claims.js";
import { tokenExpiry } from "../token/signer.js";
import { type Deps, instantOf } from "./deps.js";

/** A run whose attempt has begun, and the token that opens it. */
export interface ClaimedRun extends ReadyRun {
  token: string;
}

/** Tokens are signed a chunk at a time, while the database claims the chunk before. */
const chunkSize = 250;

/** Begins the next attempt of each run, with a token of its own, and answers those that no other server was quicker to claim. */
export async function claimRunsWithTokens(
  deps: Pick<Deps, "pool" | "signer" | "clock">,
  ready: readonly ReadyRun[],
): Promise<ClaimedRun[]> {
  const claims: Promise<ClaimedRun[]>[] = [];
  for (let from = 0; from < ready.length; from += chunkSize) {
    const signed = await Promise.all(ready.slice(from, from + chunkSize).map((run) => sign(deps, run)));
    await claims.at(-1);
    claims.push(claimSigned(deps, signed));
  }
  return (await Promise.all(claims)).flat();
}

async function claimSigned(
  deps: Pick<Deps, "pool" | "clock">,
  signed: readonly { run: ClaimedRun; hash: string }[],
): Promise<ClaimedRun[]> {
  const claims = signed.map(({ run, hash }) => ({ runId: run.runId, attempt: run.attempt, tokenHash: hash }));
  const won = await claimRuns(deps.pool, claims, instantOf(deps));
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

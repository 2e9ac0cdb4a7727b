import { type Verdict, verdictOf } from "../core/policies/retry.js";
import type { ErrorKind, Outcome } from "../core/run.js";
import {
  type AttemptEnd,
  type AttemptPolicies,
  type EndedAttempt,
  endAttempts,
  findAttemptPolicies,
} from "../store/attempt-ends.js";
import type { AttemptDesk } from "../store/attempt-desk.js";
import { type AttemptKey, refusalOf } from "../store/attempts.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

type FinishDeps = Pick<Deps, "pool" | "clock" | "log">;

/** What a runner reports of its attempt's end. */
export type ReportedOutcome = Outcome & { endedAgoMs: number };

/**
 * Takes a runner's report of the end of its attempt: the run ends so, or waits for another attempt, as its schedule says.
 * Throws `run_ended`, `token_stale`, ... if something has moved the run since the attempt began.
 */
export async function finishRun(
  deps: FinishDeps & { desk: AttemptDesk },
  key: AttemptKey,
  outcome: ReportedOutcome,
): Promise<void> {
  const verdict = await judge(deps, key.runId, outcome);
  if (verdict.kind === "retry") return tryAgain(deps, key, outcome, verdict.delayMs);
  const { status, ...why } = verdict.kind === "skip" ? nothingToDo(outcome) : outcome;
  const ended = await deps.desk.finish({ ...key, ...why, status });
  const ids = { schedule: ended.scheduleName, runId: key.runId, attempt: key.attempt };
  (deps.log ?? stderrLog).info({ ...ids, ...why, durationMs: Math.round(ended.durationMs) }, `run.${status}`);
}

async function judge({ pool }: FinishDeps, runId: string, outcome: ReportedOutcome): Promise<Verdict> {
  if (outcome.status !== "failed") return { kind: "fail" };
  const policies = await findAttemptPolicies(pool, runId);
  if (policies === null) return { kind: "fail" };
  return verdictFor(policies, outcome.errorKind!, outcome.exitCode);
}

function verdictFor(policies: AttemptPolicies, errorKind: ErrorKind, exitCode: number | null): Verdict {
  return verdictOf(policies, { errorKind, exitCode }, { failures: policies.failures, chance: Math.random() });
}

function nothingToDo(outcome: ReportedOutcome) {
  return { ...outcome, status: "skipped", errorKind: null, errorMessage: null } as const;
}

async function tryAgain(
  deps: FinishDeps,
  key: AttemptKey,
  outcome: ReportedOutcome,
  retryInMs: number,
): Promise<void> {
  const { errorKind, errorMessage, exitCode, exitSignal, endedAgoMs } = outcome;
  const end: AttemptEnd = {
    runId: key.runId,
    attempt: key.attempt,
    tokenHash: key.tokenHash,
    errorKind: errorKind!,
    errorMessage: errorMessage ?? "",
    exitCode,
    exitSignal,
    endedAgoMs,
    retryInMs,
    onlyExpired: false,
  };
  const [ended] = await endAttempts(deps.pool, [end], instantOf(deps));
  if (ended === undefined) throw await refusalOf(deps.pool, key);
  tell(deps, end, ended);
}

/** An attempt that failed without a word of its runner. */
export interface SilentFailure {
  errorKind: "dispatch" | "shutdown";
  errorMessage: string;
}

/** Fails an attempt from the server's side, unless it has ended; the run is tried again if its schedule says so. */
export async function failAttempt(
  deps: FinishDeps,
  { runId, attempt }: { runId: string; attempt: number },
  failure: SilentFailure,
): Promise<void> {
  const policies = await findAttemptPolicies(deps.pool, runId);
  if (policies !== null) await failAttempts(deps, [{ runId, attempt, ...policies }], failure, false);
}

/** The same for several, if `onlyExpired` for those only whose lease is over when it is written. Answers how many it ended. */
export async function failAttempts(
  deps: FinishDeps,
  attempts: readonly (AttemptPolicies & { runId: string; attempt: number })[],
  { errorKind, errorMessage }: SilentFailure,
  onlyExpired: boolean,
): Promise<number> {
  const ends = attempts.map((attempt): AttemptEnd => {
    const verdict = verdictFor(attempt, errorKind, null);
    const retryInMs = verdict.kind === "retry" ? verdict.delayMs : null;
    const silent = { exitCode: null, exitSignal: null, endedAgoMs: 0, tokenHash: null };
    const { runId, attempt: number } = attempt;
    return { runId, attempt: number, errorKind, errorMessage, ...silent, retryInMs, onlyExpired };
  });
  const ended = await endAttempts(deps.pool, ends, instantOf(deps));
  const byRun = new Map(ends.map((end) => [end.runId, end]));
  for (const each of ended) tell(deps, byRun.get(each.runId)!, each);
  return ended.length;
}

function tell(deps: FinishDeps, end: AttemptEnd, ended: EndedAttempt): void {
  const { errorKind, errorMessage, exitCode, exitSignal } = end;
  const ids = { schedule: ended.scheduleName, runId: end.runId, attempt: end.attempt };
  const why = { errorKind, errorMessage, exitCode, exitSignal, durationMs: Math.round(ended.durationMs) };
  const log = deps.log ?? stderrLog;
  if (ended.status === "pending") log.warn({ ...ids, ...why, retryAt: ended.retryAt }, "run.attempt_failed");
  else log.warn({ ...ids, ...why }, `run.${ended.status}`);
}

import type { JobLife, RunRow } from "./evidence.js";
import type { Lookup } from "./scene.js";
import { listBy } from "./list-by.js";

/** Each job that was at work is of an attempt that the rows know as started, and no attempt has begun twice. */
export function checkStarts(lookup: Lookup, lives: readonly JobLife[]): string[] {
  const byAttempt = listBy(lives, ({ runId, attempt }) => `${runId} ${attempt}`);
  return [...byAttempt.values()].flatMap((ofOne) => [
    ...(ofOne.length > 1 ? [tellTwice(ofOne)] : []),
    ...checkKnown(lookup, ofOne[0]!),
  ]);
}

function tellTwice(lives: readonly JobLife[]): string {
  const { schedule, runId, attempt } = lives[0]!;
  const pids = lives.map(({ pid }) => pid).join(", ");
  return `${schedule}: attempt ${attempt} of run ${runId} was begun ${lives.length} times, as processes ${pids}.`;
}

function checkKnown({ runById, eventsOf }: Lookup, { schedule, runId, attempt, pid }: JobLife): string[] {
  const run = runById.get(runId);
  const job = `${schedule}: process ${pid} was attempt ${attempt} of run ${runId},`;
  if (run === undefined) return [`${job} which has no row.`];
  const started = eventsOf(runId).some((event) => event.name === "run.started" && event.attempt === attempt);
  if (!started) return [`${job} which no event says was started.`];
  return run.attempt < attempt ? [`${job} but its row is at attempt ${run.attempt}.`] : [];
}

/** Each run whose end its runner told has a job that came to that end; one that was never tried has none. */
export function checkEnds({ runById, nameOfRun, livesOf }: Lookup): string[] {
  return [...runById.values()].flatMap((run) => {
    const fault = faultOf(run, livesOf(run.id));
    return fault === null ? [] : [`${nameOfRun(run)}: run ${run.id} ${fault}`];
  });
}

function faultOf(run: RunRow, lives: readonly JobLife[]): string | null {
  if (run.attempt === 0) return lives.length === 0 ? null : "was never tried by its row, but has a job.";
  const expected = exitCodeOf(run);
  if (expected === null) return null;
  const life = lives.find(({ attempt }) => attempt === run.attempt);
  const is = `is ${run.status} at attempt ${run.attempt}`;
  if (life === undefined) return `${is}, but no job of that attempt was ever at work.`;
  if (life.end === null) return `${is}, but the job of that attempt did not come to its end.`;
  return life.end.exitCode === expected
    ? null
    : `${is}, but its job ended with exit code ${life.end.exitCode}.`;
}

/** The exit code that a run's end tells of; null if it was ended otherwise. */
export function exitCodeOf({ status, errorKind, exitCode }: RunRow): number | null {
  if (status === "succeeded") return 0;
  return status === "failed" && errorKind === "exit_code" ? exitCode : null;
}

/** A run fails as `signal` only if somebody else than Belfry has killed its job. */
export function checkSignals({ runById, nameOfRun }: Lookup, killed: ReadonlySet<string>): string[] {
  return [...runById.values()]
    .filter(({ id, errorKind }) => errorKind === "signal" && !killed.has(id))
    .map((run) => `${nameOfRun(run)}: run ${run.id} failed by a signal that nobody sent.`);
}

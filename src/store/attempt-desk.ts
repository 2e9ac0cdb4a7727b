import { together } from "../core/together.js";
import {
  type AttemptFinish,
  type AttemptKey,
  type AttemptStart,
  type FinishedAttempt,
  finishAttempts,
  type Job,
  refusalOf,
  startAttempts,
} from "./attempts.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** Takes what runners report of the beginning and the end of their attempts. */
export interface AttemptDesk {
  /** Starts an attempt, once. Throws `run_already_started`, `run_ended`, `token_stale` or `run_not_found`. */
  start(start: AttemptStart): Promise<Job>;
  /** Ends an attempt. Throws as `start` does: `run_ended` also answers a report that was handed in twice. */
  finish(end: AttemptFinish): Promise<FinishedAttempt>;
}

export interface DeskTerms {
  /** How long a runner may be silent, in milliseconds. */
  leaseMs: number;
  now: () => At;
}

/** So many reports share a transaction at most. */
const largest = 200;
/** A transaction that waits for somebody's lock does not hold up all others. */
const lanes = 2;

/** A desk at which reports that come at the same time share a transaction: they wait for the disk once, not each. */
export function openAttemptDesk(db: Queryable, { leaseMs, now }: DeskTerms): AttemptDesk {
  const options = { keyOf: ({ runId }: AttemptKey) => runId, largest, lanes };
  const begin = together<AttemptStart, Job | null>(
    (starts) => startAttempts(db, starts, { leaseMs, at: now() }),
    options,
  );
  const end = together<AttemptFinish, FinishedAttempt | null>(
    (ends) => finishAttempts(db, ends, now()),
    options,
  );
  return {
    async start(start) {
      // Asked again while the first is under way, it waits for that one, and sees what that did only when it looks anew.
      const job = (await begin(start)) ?? (await begin(start));
      if (job === null) throw await refusalOf(db, start);
      return job;
    },
    async finish(report) {
      const finished = await end(report);
      if (finished === null) throw await refusalOf(db, report);
      return finished;
    },
  };
}

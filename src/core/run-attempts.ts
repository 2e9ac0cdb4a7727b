import { isFinal } from "./run-state.js";
import type { Run } from "./run.js";

/** One try at a run, as its events tell of it. */
export interface Attempt {
  /** From 1. */
  number: number;
  dispatchedAt: Date | null;
  startedAt: Date | null;
  /** Null: it is under way. */
  endedAt: Date | null;
  /** `lost`: nobody started it in time. Null: it is under way. */
  outcome: "succeeded" | "failed" | "cancelled" | "skipped" | "lost" | null;
  errorKind: string | null;
  errorMessage: string | null;
  exitCode: number | null;
  exitSignal: string | null;
}

/** A fact about a run. */
interface Fact {
  attempt: number;
  name: string;
  at: Date;
  details: Record<string, unknown>;
}

/** The attempts at a run, in order. How the last one ended stands on the run itself. */
export function attemptsOf(run: Run, events: readonly Fact[]): Attempt[] {
  const attempts = new Map<number, Attempt>();
  for (const event of events) {
    if (event.attempt < 1) continue;
    const attempt = attempts.get(event.attempt) ?? begun(event.attempt);
    attempts.set(event.attempt, { ...attempt, ...toldBy(event) });
  }
  const last = attempts.get(run.attempt);
  if (last !== undefined && isFinal(run.status)) Object.assign(last, endOf(run, last));
  return [...attempts.values()].toSorted((one, other) => one.number - other.number);
}

function begun(number: number): Attempt {
  const nothing = { errorKind: null, errorMessage: null, exitCode: null, exitSignal: null };
  return { number, dispatchedAt: null, startedAt: null, endedAt: null, outcome: null, ...nothing };
}

function toldBy({ name, at, details }: Fact): Partial<Attempt> {
  if (name === "run.dispatched") return { dispatchedAt: at };
  if (name === "run.started") return { startedAt: at };
  if (name === "run.start_overdue") return { endedAt: at, outcome: "lost" };
  if (name !== "run.attempt_failed") return {};
  const { errorKind, errorMessage, exitCode, exitSignal } = details as Partial<Attempt>;
  return {
    endedAt: at,
    outcome: "failed",
    errorKind: errorKind ?? null,
    errorMessage: errorMessage ?? null,
    exitCode: exitCode ?? null,
    exitSignal: exitSignal ?? null,
  };
}

/** A run may end while it waits for its next attempt: then its last one has ended before. */
function endOf(run: Run, last: Attempt): Partial<Attempt> {
  if (last.endedAt !== null) return {};
  return {
    endedAt: run.finishedAt,
    outcome: run.status as Attempt["outcome"],
    errorKind: run.errorKind,
    errorMessage: run.errorMessage,
    exitCode: run.exitCode,
    exitSignal: run.exitSignal,
  };
}

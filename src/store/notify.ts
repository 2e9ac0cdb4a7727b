/** The one channel of a Belfry database, and what is said on it. `docs/walk.md` lists them. */
export const channel = "belfry";

/** A schedule's next fire may have changed. */
export const scheduleChanged = "schedule";

/** A run may be ready to be dispatched: one was asked for by hand, one ended, or one is to be tried again. */
export const runReady = "ready";

/** A backfill may have room for more runs: it was asked for, or one of its runs ended. */
export const backfillReady = "feed";

/** Something about this run changed: output, its start, its end. In SQL: `'run ' || id`. */
export function runChanged(runId: string): string {
  return `run ${runId}`;
}

/** A backfill has made runs, or ends. In SQL: `'backfill ' || id`. */
export function backfillChanged(id: string): string {
  return `backfill ${id}`;
}

/** This run is to be cancelled. In SQL: `'cancel ' || id`. */
export function cancelRequested(runId: string): string {
  return `cancel ${runId}`;
}

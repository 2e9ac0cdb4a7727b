import { BelfryError } from "../../core/errors.js";
import { isFinal } from "../../core/run-state.js";
import type { Queryable } from "../../store/database.js";
import { runChanged } from "../../store/notify.js";
import { listLastLogs, listLogs, type LogPlace } from "../../store/run-logs.js";
import { getRun } from "../../store/runs.js";
import type { RunChanges } from "../run-changes.js";
import type { LogPageJson, LogQuery } from "./shapes.js";
import { logEntryJson } from "./to-json.js";

/**
 * A page of a run's output: after a cursor, from a place on, or the last entries. If there is none yet it waits for some, or
 * for the run's end. Throws `run_not_found`, or `invalid_request` for two of the three at once.
 */
export async function readLogPage(
  { pool, changes }: { pool: Queryable; changes: RunChanges },
  runId: string,
  { cursor, from, tail, limit, waitMs }: LogQuery,
): Promise<LogPageJson> {
  if ([cursor, from, tail].filter((each) => each !== undefined).length > 1) {
    throw new BelfryError("invalid_request", "Of cursor, from and tail only one can be said.");
  }
  if (tail !== undefined) return readTail(pool, runId, tail);
  const after = from === undefined ? placeOf(cursor ?? "0:0") : before(placeOf(from));
  const deadline = Date.now() + waitMs;
  for (;;) {
    const left = deadline - Date.now();
    const changed = changes.next(runChanged(runId), left);
    const page = await readAfter(pool, { runId, after, limit });
    if (page.items.length > 0 || page.complete || left <= 0 || changes.isClosed()) return page;
    await changed;
  }
}

/** The place that a cursor names: `attempt:seq`. */
export function placeOf(cursor: string): LogPlace {
  const [attempt, seq] = cursor.split(":").map(Number) as [number, number];
  return { attempt, seq };
}

function before({ attempt, seq }: LogPlace): LogPlace {
  return { attempt, seq: seq - 1 };
}

async function readAfter(
  pool: Queryable,
  { runId, after, limit }: { runId: string; after: LogPlace; limit: number },
): Promise<LogPageJson> {
  // The run is read first: if it has ended, all its output is there.
  const run = await getRun(pool, runId);
  const entries = await listLogs(pool, runId, { after, limit });
  const last = entries.at(-1) ?? after;
  return {
    items: entries.map(logEntryJson),
    nextCursor: `${last.attempt}:${Math.max(last.seq, 0)}`,
    complete: isFinal(run.status) && entries.length < limit,
  };
}

async function readTail(pool: Queryable, runId: string, tail: number): Promise<LogPageJson> {
  const run = await getRun(pool, runId);
  const entries = await listLastLogs(pool, runId, tail);
  const last = entries.at(-1) ?? { attempt: 0, seq: 0 };
  return {
    items: entries.map(logEntryJson),
    nextCursor: `${last.attempt}:${last.seq}`,
    complete: isFinal(run.status),
  };
}

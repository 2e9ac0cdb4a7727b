import { isFinal } from "../../core/run-state.js";
import type { Queryable } from "../../store/database.js";
import { runChanged } from "../../store/notify.js";
import { listLogs } from "../../store/run-logs.js";
import { getRun } from "../../store/runs.js";
import type { RunChanges } from "../run-changes.js";
import type { LogPageJson } from "./shapes.js";
import { logEntryJson } from "./to-json.js";

interface LogQuestion {
  runId: string;
  cursor: string;
  limit: number;
  waitMs: number;
}

/** A page of a run's output after the cursor; if there is none yet it waits for some, or for the run's end. */
export async function readLogPage(
  { pool, changes }: { pool: Queryable; changes: RunChanges },
  { runId, cursor, limit, waitMs }: LogQuestion,
): Promise<LogPageJson> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const left = deadline - Date.now();
    const changed = changes.next(runChanged(runId), left);
    const page = await readPage(pool, { runId, cursor, limit });
    if (page.items.length > 0 || page.complete || left <= 0) return page;
    await changed;
  }
}

async function readPage(
  pool: Queryable,
  { runId, cursor, limit }: Omit<LogQuestion, "waitMs">,
): Promise<LogPageJson> {
  // The run is read first: if it has ended, all its output is there.
  const run = await getRun(pool, runId);
  const [attempt, seq] = cursor.split(":").map(Number) as [number, number];
  const entries = await listLogs(pool, runId, { after: { attempt, seq }, limit });
  const last = entries.at(-1);
  return {
    items: entries.map(logEntryJson),
    nextCursor: last === undefined ? cursor : `${last.attempt}:${last.seq}`,
    complete: isFinal(run.status) && entries.length < limit,
  };
}

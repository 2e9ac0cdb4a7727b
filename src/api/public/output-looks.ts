import { isFinal } from "../../core/run-state.js";
import type { Run } from "../../core/run.js";
import type { Pool } from "../../store/database.js";
import { runChanged } from "../../store/notify.js";
import { listLogs, type LogPlace } from "../../store/run-logs.js";
import { getRun } from "../../store/runs.js";
import type { RunChanges } from "../run-changes.js";
import { logEntryJson } from "./to-json.js";

const entriesAtOnce = 500;

/** What has come of a run's output after some place. */
interface Found {
  /** As it was before the output was looked for: if it has ended, no more comes. */
  run: Run;
  /** The last place that was found; null: nothing has come. */
  last: LogPlace | null;
  /** What was found, as server-sent events. */
  events: string;
}

/** A look at a run's output. */
export interface Look {
  found: Promise<Found>;
  /** Resolves when it is worth looking again. */
  changed: Promise<void>;
}

/** Looks at what has come of a run's output after a place; `changed` resolves after `waitMs` at the latest. */
export type LookAtOutput = (runId: string, after: LogPlace, waitMs: number) => Look;

/**
 * Looks that are shared: however many follow a run, they stand at the same place when something comes, and one question
 * to the database answers them all.
 */
export function shareLooks({ pool, changes }: { pool: Pool; changes: RunChanges }): LookAtOutput {
  const looks = new Map<string, Look>();

  return (runId, after, waitMs) => {
    const key = `${runId} ${after.attempt}:${after.seq}`;
    const shared = looks.get(key);
    if (shared !== undefined) return shared;
    // Listening begins before the look, so that no news falls between the two.
    const look: Look = { changed: changes.next(runChanged(runId), waitMs), found: find(pool, runId, after) };
    looks.set(key, look);
    const forget = () => looks.get(key) === look && looks.delete(key);
    void look.changed.then(forget);
    // That nothing has come stays true until something changes; what has come is too much to keep.
    look.found.then(({ run, last }) => (last !== null || isFinal(run.status)) && forget(), forget);
    return look;
  };
}

async function find(pool: Pool, runId: string, after: LogPlace): Promise<Found> {
  // The run is read first: if it has ended, all its output is there.
  const run = await getRun(pool, runId);
  const entries = await listLogs(pool, runId, { after, limit: entriesAtOnce });
  const events = entries.map((entry) => {
    return eventOf("output", JSON.stringify(logEntryJson(entry)), `${entry.attempt}:${entry.seq}`);
  });
  return { run, last: entries.at(-1) ?? null, events: events.join("") };
}

/** A server-sent event. The data is a line; an event without an id leaves the client's place as it is. */
export function eventOf(event: string, data: string, id?: string): string {
  return `event: ${event}\ndata: ${data}\n${id === undefined ? "" : `id: ${id}\n`}\n`;
}

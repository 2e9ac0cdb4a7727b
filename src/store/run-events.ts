import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** A fact about a run that never changes. */
export interface RunEvent {
  attempt: number;
  name: string;
  at: Date;
  details: Record<string, unknown>;
}

/** All that happened to a run, in order. */
export async function listRunEvents(db: Queryable, runId: string): Promise<RunEvent[]> {
  const { rows } = await db.query<RunEvent>(
    "select attempt, name, at, details from run_events where run_id = $1 order by id",
    [runId],
  );
  return rows;
}

export async function addRunEvent(
  db: Queryable,
  event: { runId: string; attempt: number; name: string; details: Record<string, unknown> },
  at: At,
): Promise<void> {
  await db.query(
    `insert into run_events (run_id, attempt, name, details, at)
     values ($1, $2, $3, $4::jsonb, coalesce($5::timestamptz, now()))`,
    [event.runId, event.attempt, event.name, JSON.stringify(event.details), at],
  );
}

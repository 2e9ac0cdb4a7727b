import type { Queryable } from "./database.js";

/** Clears dead rows away and counts the live ones for the planner. PostgreSQL does so by itself; the embedded database does not. */
export async function vacuum(db: Queryable): Promise<void> {
  await db.query("vacuum (analyze) schedules, runs, run_events, run_logs, audit_log");
}

import type { RunJson } from "../../api/public/shapes.js";
import { formatDuration } from "../../core/duration.js";

type TimeFields = Pick<RunJson, "fireTime" | "fireReason" | "createdAt" | "startedAt" | "finishedAt">;

/** How long after its fire time a run started (by hand or in a backfill: after it was asked for); null if it has not. */
export function lagText(run: TimeFields): string | null {
  if (run.startedAt === null) return null;
  const due = run.fireReason === "backfill" ? run.createdAt : (run.fireTime ?? run.createdAt);
  return between(due, run.startedAt);
}

/** How long a run has taken, until now if it has not ended; null if it never started. */
export function durationText(run: TimeFields, now: Date): string | null {
  return run.startedAt === null ? null : between(run.startedAt, run.finishedAt ?? now.toISOString());
}

function between(from: string, to: string): string {
  return formatDuration(Date.parse(to) - Date.parse(from));
}

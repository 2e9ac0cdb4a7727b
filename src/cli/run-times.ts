import type { RunJson } from "../api/public/shapes.js";
import { formatDuration } from "../core/duration.js";

type TimeFields = Pick<RunJson, "fireTime" | "createdAt" | "startedAt" | "finishedAt">;

/** How long after its fire time (by hand: after it was asked for) a run started; null if it has not. */
export function lagText(run: TimeFields): string | null {
  return run.startedAt === null ? null : between(run.fireTime ?? run.createdAt, run.startedAt);
}

/** How long a run has taken, until now if it has not ended; null if it never started. */
export function durationText(run: TimeFields, now: Date): string | null {
  return run.startedAt === null ? null : between(run.startedAt, run.finishedAt ?? now.toISOString());
}

function between(from: string, to: string): string {
  return formatDuration(Date.parse(to) - Date.parse(from));
}

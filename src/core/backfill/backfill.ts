import type { OverlapPolicy } from "../decide.js";

/** A request for runs of a schedule's past fires. Ids are opaque strings. */
export interface Backfill {
  id: string;
  scheduleId: string;
  scheduleName: string;
  /** The schedule's zone. */
  timezone: string;
  /** The instants between which its fires lie, both included. */
  from: Date;
  to: Date;
  overlap: OverlapPolicy;
  /** How many of its runs may be under way or waiting at once. */
  parallel: number;
  /** How many fires there were to run when it was asked for. */
  fires: number;
  /** The fires from here on are still to come; null: there are none. */
  nextFrom: Date | null;
  cancelledAt: Date | null;
  createdAt: Date;
  /** When the last of its runs had ended. */
  finishedAt: Date | null;
}

export const backfillStatuses = ["running", "cancelling", "cancelled", "finished"] as const;
export type BackfillStatus = (typeof backfillStatuses)[number];

/** How the runs of a backfill may go with the schedule's others; past fires replace nothing. */
export const backfillOverlaps = ["skip", "queue", "concurrent"] as const satisfies readonly OverlapPolicy[];

/** The most fires of one backfill. */
export const mostBackfilled = 10_000;

/** The most runs of one backfill that may be under way at once. */
export const mostParallel = 100;

const parallelOfConcurrent = 5;

/** How many runs of a backfill may be under way at once if nothing is said of it. */
export function usualParallel(overlap: OverlapPolicy): number {
  return overlap === "concurrent" ? parallelOfConcurrent : 1;
}

/** What a backfill is up to, in a word. */
export function backfillStatus({
  cancelledAt,
  finishedAt,
}: Pick<Backfill, "cancelledAt" | "finishedAt">): BackfillStatus {
  if (cancelledAt === null) return finishedAt === null ? "running" : "finished";
  return finishedAt === null ? "cancelling" : "cancelled";
}

/** What may be done to a backfill: null if it may, else the reason why not. */
export const backfillCan = {
  cancel(backfill: Pick<Backfill, "cancelledAt" | "finishedAt">): string | null {
    const status = backfillStatus(backfill);
    if (status === "cancelling") return "The backfill is being cancelled already.";
    return status === "running" ? null : `The backfill has already ended: it is ${status}.`;
  },
};

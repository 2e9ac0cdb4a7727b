import type { Policies } from "./policies/policies.js";

export const overlapPolicies = ["skip", "queue", "concurrent", "replace"] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

export type Decision = "dispatch" | "skip" | "queue" | "replace";

/** How many runs of a schedule may be under way at once, and how many may wait for their turn; see `Policies`. */
export type OverlapLimits = Pick<Policies, "maxConcurrent" | "queueDepth">;

/**
 * What becomes of a new run, given how many other runs of its schedule have not ended (the new row not counted).
 * While fewer than the limit have not: `dispatch`. Then `replace` ends the oldest of them, `queue` and `concurrent` wait,
 * unless as many as may wait do, and `skip` does not run; an unknown policy fails closed to `skip`.
 */
export function decide(
  policy: string,
  activeCount: number,
  { maxConcurrent = null, queueDepth = null }: Partial<OverlapLimits> = {},
): Decision {
  const limit = runLimit(policy, maxConcurrent);
  if (activeCount < limit) return "dispatch";
  if (policy === "replace") return "replace";
  if (!mayWait(policy)) return "skip";
  return queueDepth !== null && activeCount - limit >= queueDepth ? "skip" : "queue";
}

/** How many runs may be under way at once. */
export function runLimit(policy: string, maxConcurrent: number | null): number {
  return maxConcurrent ?? (policy === "concurrent" ? Infinity : 1);
}

/** Why `decide` says `skip` under this policy. */
export function whySkipped(policy: string): "queue_full" | "overlap" {
  return mayWait(policy) ? "queue_full" : "overlap";
}

function mayWait(policy: string): boolean {
  return policy === "queue" || policy === "concurrent";
}

export const overlapPolicies = ["skip", "queue", "concurrent", "replace"] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

export type Decision = "dispatch" | "skip" | "queue";

/**
 * What becomes of a new run, given how many other runs of its schedule have not ended (the new row not counted).
 * `skip` and `queue` dispatch only if there is none, `concurrent` always; an unknown policy fails closed to `skip`.
 */
export function decide(policy: string, activeCount: number): Decision {
  if (policy === "concurrent" || activeCount === 0) return "dispatch";
  return policy === "queue" ? "queue" : "skip";
}

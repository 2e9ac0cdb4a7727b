import type { Policies } from "./policies.js";

/** How the last `pauseAfter` runs of a schedule ended, of those that succeeded or failed and count towards its breaker. */
export interface Verdicts {
  /** How many of them failed. */
  failures: number;
  /** When the newest ended; null if there is none. In milliseconds. */
  endedMs: number | null;
}

/** `closed`: fires run. `open`: they are skipped. `half_open`: one may try whether it works again. */
export const breakerStates = ["closed", "open", "half_open"] as const;
export type BreakerState = (typeof breakerStates)[number];

/** Whether a schedule's fires are held up because too many runs in a row have failed. In milliseconds. */
export interface Breaker {
  state: BreakerState;
  /** When the last failure ended; null while it is closed. */
  sinceMs: number | null;
  /** From when on a run may try again; null while it is closed. */
  probeMs: number | null;
}

const closed: Breaker = { state: "closed", sinceMs: null, probeMs: null };

/** The breaker as it is now: it is worked out of how the last runs ended, and of nothing else. */
export function breakerOf(
  { pauseAfter, coolDownSec }: Pick<Policies, "pauseAfter" | "coolDownSec">,
  { failures, endedMs }: Verdicts,
  nowMs: number,
): Breaker {
  if (pauseAfter === null || endedMs === null || failures < pauseAfter) return closed;
  const probeMs = endedMs + coolDownSec * 1000;
  return { state: nowMs < probeMs ? "open" : "half_open", sinceMs: endedMs, probeMs };
}

/** Whether the breaker keeps a fire from running. While it is half-open one run tries, and no other. */
export function isHeldUp(state: BreakerState, activeCount: number): boolean {
  return state === "open" || (state === "half_open" && activeCount > 0);
}

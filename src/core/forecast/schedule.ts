import type { OverlapLimits, OverlapPolicy } from "../decide.js";
import type { NamedTiming } from "../fires/timing.js";

/** A schedule that fires by itself, as a forecast needs to know it. */
export interface ForecastSchedule extends NamedTiming, OverlapLimits {
  overlap: OverlapPolicy;
  timeoutSec: number;
  runsMade: number;
}

/** How long the runs of a schedule took lately: half of them no longer than `p50Ms`, 19 of 20 no longer than `p95Ms`. */
export interface MeasuredDuration {
  p50Ms: number;
  p95Ms: number;
}

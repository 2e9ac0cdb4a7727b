import { messageOf } from "../core/errors.js";
import { catchUpOf } from "../core/fires/owed-fires.js";
import { type FirePlan, planFires, type PlannedFire } from "../core/fires/plan-fires.js";
import { readyTiming } from "../core/fires/timing.js";
import { breakerOf, type BreakerState, type Verdicts } from "../core/policies/breaker.js";
import type { DueSchedule } from "../store/due-schedules.js";

/** What is to become of a due schedule. */
export interface Thought extends FirePlan {
  schedule: DueSchedule;
  /** Why it could not be read. */
  error: string | null;
}

/** Thinks about a due schedule, of which the last runs ended as `verdicts` says, if it matters. */
export function think(schedule: DueSchedule, verdicts: Verdicts | undefined): Thought {
  try {
    const { timing, owedMs, nowMs, overlapPolicy, activeCount, maxConcurrent, queueDepth } = schedule;
    const plan = planFires({
      timing: readyTiming(timing),
      fromMs: owedMs,
      nowMs,
      catchUp: catchUpOf(timing),
      overlap: overlapPolicy,
      activeCount,
      maxConcurrent,
      queueDepth,
      runsLeft: timing.maxRuns === null ? null : timing.maxRuns - schedule.runsMade,
      breaker: stateOf(schedule, verdicts),
    });
    return { schedule, ...plan, error: null };
  } catch (error) {
    return brokenThought(schedule, error);
  }
}

function stateOf(schedule: DueSchedule, verdicts: Verdicts | undefined): BreakerState {
  return verdicts === undefined ? "closed" : breakerOf(schedule, verdicts, schedule.nowMs).state;
}

/** The fire is not lost: its row says that the schedule could not be read. It rests until it is edited or resumed. */
export function brokenThought(schedule: DueSchedule, error: unknown): Thought {
  const fire: PlannedFire = {
    fireMs: schedule.owedMs,
    coversFromMs: schedule.owedMs,
    coversCount: 1,
    fireReason: "schedule",
    decision: "skip",
    skipReason: "schedule_error",
  };
  return { schedule, fires: [fire], nextMs: null, owedFromMs: null, error: messageOf(error) };
}

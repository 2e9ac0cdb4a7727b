import { decide, type Decision, type OverlapLimits, whySkipped } from "../decide.js";
import { lastFire } from "./fire-times.js";
import { type CatchUp, type OwedFire, owedFires } from "./owed-fires.js";
import { type BreakerState, isHeldUp } from "../policies/breaker.js";
import type { SkipReason } from "../run.js";
import type { ReadyTiming } from "./timing.js";

/** A schedule that is due, as the planner needs to know it. In milliseconds. */
export interface DueTiming extends OverlapLimits {
  timing: ReadyTiming;
  /** The oldest fire that is not accounted for, not after now. */
  fromMs: number;
  nowMs: number;
  catchUp: CatchUp;
  overlap: string;
  /** How many of its runs have not ended. */
  activeCount: number;
  /** How many runs it may still make; null: no limit. */
  runsLeft: number | null;
  breaker: BreakerState;
}

/** One row: a fire, and perhaps those before it that it stands for. */
export interface PlannedFire {
  fireMs: number;
  coversFromMs: number;
  coversCount: number;
  fireReason: "schedule" | "catch_up";
  decision: Decision;
  skipReason: SkipReason | null;
}

export interface FirePlan {
  /** In the order of their fires. */
  fires: PlannedFire[];
  /** When to look again; null: there is no fire any more. */
  nextMs: number | null;
  /** The oldest fire that is not accounted for then, if it is an earlier one. */
  owedFromMs: number | null;
}

/** In a blackout, a schedule is looked at again after so long at the latest. */
const longestJumpMs = 86_400_000;

/**
 * What becomes of the fires that are due: each one is in exactly one row, that runs, waits, or says why it does not run.
 * A schedule that fires again and again in a blackout gets a row for the first of those fires, and one for the rest.
 */
export function planFires(due: DueTiming): FirePlan {
  const owed = owedFires(due.timing, due, due.catchUp);
  const fires = decideEach(owed, due);
  const made = fires.filter((fire) => fire.skipReason === null).length;
  if (due.runsLeft !== null && made >= due.runsLeft) return { fires, nextMs: null, owedFromMs: null };
  return { fires, ...nextLook(due.timing, due.nowMs) };
}

function decideEach(owed: readonly OwedFire[], due: DueTiming): PlannedFire[] {
  const fires: PlannedFire[] = [];
  let { activeCount } = due;
  let runsLeft = due.runsLeft ?? Infinity;
  for (const fire of owed) {
    if (fire.givenUp === null && runsLeft <= 0) break;
    const planned = decided(fire, due, activeCount);
    if (planned.skipReason === null) {
      // One that replaces another takes its place.
      if (planned.decision !== "replace") activeCount += 1;
      runsLeft -= 1;
    }
    addOrJoin(fires, planned);
  }
  return fires;
}

function decided(fire: OwedFire, due: DueTiming, activeCount: number): PlannedFire {
  const heldUp = fire.givenUp ?? (isHeldUp(due.breaker, activeCount) ? "circuit_open" : null);
  const decision = heldUp === null ? decide(due.overlap, activeCount, due) : "skip";
  return {
    fireMs: fire.fireMs,
    coversFromMs: fire.coversFromMs,
    coversCount: fire.coversCount,
    fireReason: fire.caughtUp ? "catch_up" : "schedule",
    decision,
    skipReason: decision === "skip" ? (heldUp ?? whySkipped(due.overlap)) : null,
  };
}

/** Fires that follow each other and are skipped for the same reason share a row. */
function addOrJoin(fires: PlannedFire[], next: PlannedFire): void {
  const last = fires.at(-1);
  if (last === undefined || next.skipReason === null || last.skipReason !== next.skipReason) {
    fires.push(next);
    return;
  }
  fires[fires.length - 1] = {
    ...next,
    coversFromMs: last.coversFromMs,
    coversCount: last.coversCount + next.coversCount,
  };
}

function nextLook({ fires, skipping }: ReadyTiming, nowMs: number): Pick<FirePlan, "nextMs" | "owedFromMs"> {
  const nextMs = fires.after(nowMs);
  if (Number.isNaN(nextMs)) return { nextMs: null, owedFromMs: null };
  const stretch = skipping?.at(nextMs) ?? null;
  if (stretch === null || stretch.startMs > nowMs) return { nextMs, owedFromMs: null };
  const lastMs = lastFire(fires, nextMs, Math.min(stretch.endMs - 1, nowMs + longestJumpMs));
  return lastMs > nextMs ? { nextMs: lastMs, owedFromMs: nextMs } : { nextMs, owedFromMs: null };
}

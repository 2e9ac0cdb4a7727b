import type { AskedBackfillJson, BackfillJson } from "../../api/public/backfill-shapes.js";
import { isFinal } from "../../core/run-state.js";
import { type RunStatus, runStatuses } from "../../core/run.js";

/** What is done about how many fires: `2 fires get a run. 1 has a run already and is left alone.` */
export function plannedText({
  toRun,
  takenUp,
  covered,
  hasRun,
  blackout,
}: AskedBackfillJson["counts"]): string {
  const sentences = [
    toRun === 0 ? "No fire gets a run." : `${toRun} ${toRun === 1 ? "fire gets" : "fires get"} a run.`,
    takenUp > 0 && `${takenUp} of them ${takenUp === 1 ? "was" : "were"} skipped before.`,
    covered > 0 && `Another run stands for ${covered} of them.`,
    hasRun > 0 && `${hasRun} ${hasRun === 1 ? "has a run and is" : "have a run and are"} left alone.`,
    blackout > 0 && `${blackout} ${blackout === 1 ? "is" : "are"} left out: a blackout.`,
  ];
  return sentences.filter(Boolean).join(" ");
}

/** `12 succeeded, 1 failed`; `no runs` if there are none. */
export function runsText(runs: BackfillJson["runs"]): string {
  const some = runStatuses.filter((status) => runs[status] > 0);
  return some.map((status) => `${runs[status]} ${status}`).join(", ") || "no runs";
}

/** How many of its runs have ended. */
export function endedRuns(runs: BackfillJson["runs"]): number {
  return runStatuses
    .filter((status: RunStatus) => isFinal(status))
    .reduce((sum, status) => sum + runs[status], 0);
}

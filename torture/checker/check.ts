import { checkCoverage } from "./coverage.js";
import type { Evidence } from "./evidence.js";
import { checkOrder } from "./order.js";
import { checkOutput } from "./output.js";
import { checkAttemptsApart, checkGroups, checkLimits } from "./overlap.js";
import { checkRetries } from "./retries.js";
import { type Lookup, lookUp } from "./scene.js";
import { checkOneRow, checkSchedules, checkSettled } from "./settled.js";
import { checkEnds, checkSignals, checkStarts } from "./starts.js";

export interface Verdict {
  law: string;
  violations: string[];
}

const laws: Record<string, (evidence: Evidence, lookup: Lookup) => string[]> = {
  "every schedule is there": (evidence) => checkSchedules(evidence),
  "a fire has one row": (_, lookup) => checkOneRow(lookup),
  "every fire is in exactly one row": (_, { scenes }) => scenes.flatMap(checkCoverage),
  "an attempt begins once, and the rows know it": ({ lives }, lookup) => checkStarts(lookup, lives),
  "an end that was told is one that happened": (_, lookup) => checkEnds(lookup),
  "a signal is somebody's": ({ killed }, lookup) => checkSignals(lookup, killed),
  "attempts of one run are never alive together": (_, lookup) => checkAttemptsApart(lookup),
  "a schedule keeps its limit": (_, lookup) => checkLimits(lookup),
  "a group keeps its limit": (_, lookup) => checkGroups(lookup),
  "what is queued keeps its order": (_, lookup) => checkOrder(lookup),
  "a run is not tried too often": (_, lookup) => checkRetries(lookup),
  "output is whole and in order": ({ outputs }, lookup) => checkOutput(lookup, outputs),
  "all has come to an end": ({ orphans }, lookup) => checkSettled(lookup, orphans),
};

/** Holds the evidence against every law. */
export function check(evidence: Evidence): Verdict[] {
  const lookup = lookUp(evidence);
  return Object.entries(laws).map(([law, violationsOf]) => ({
    law,
    violations: violationsOf(evidence, lookup),
  }));
}

import { type Policies, policyDefaults } from "../../core/policies/policies.js";
import { exitCodesText, groupText, retryText } from "../plan/policy-text.js";
import { spanText } from "./timing-text.js";

/** How a schedule's runs are tried, limited and kept, as names and values: what was left to the defaults is null. */
export function policyFacts(schedule: Policies): [string, string | null][] {
  const { retry, exitCodes, graceSec, priority, startDeadlineSec, concurrencyGroup } = schedule;
  return [
    ["at once", countText(schedule.maxConcurrent)],
    ["queue depth", countText(schedule.queueDepth)],
    ["group", concurrencyGroup && groupText(concurrencyGroup)],
    ["priority", priority === policyDefaults.priority ? null : String(priority)],
    ["start deadline", startDeadlineSec === null ? null : spanText(startDeadlineSec)],
    ["retry", retry && retryText(retry)],
    ["exit codes", Object.keys(exitCodes).length === 0 ? null : exitCodesText(exitCodes)],
    ["pauses", pausesText(schedule)],
    ["grace", graceSec === policyDefaults.graceSec ? null : spanText(graceSec)],
    ["kept", keptText(schedule)],
  ];
}

function countText(count: number | null): string | null {
  return count === null ? null : String(count);
}

function pausesText({ pauseAfter, coolDownSec }: Policies): string | null {
  if (pauseAfter === null) return null;
  const failures = pauseAfter === 1 ? "1 failure" : `${pauseAfter} failures in a row`;
  return `after ${failures}, tries again after ${spanText(coolDownSec)}`;
}

function keptText({ keepSec, keepRuns }: Policies): string | null {
  const parts = [
    ...(keepSec === null ? [] : [spanText(keepSec)]),
    ...(keepRuns === null ? [] : [`at most ${keepRuns} run${keepRuns === 1 ? "" : "s"}`]),
  ];
  return parts.length === 0 ? null : parts.join(", ");
}

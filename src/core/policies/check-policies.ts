import { checkName } from "../check-name.js";
import type { OverlapPolicy } from "../decide.js";
import { isWithin, quoted, wrong } from "../law.js";
import { checkExitCodes, checkRetry } from "./check-retry.js";
import type { Policies } from "./policies.js";

const daySec = 86_400;

/** What the laws of policies need to know of a schedule. */
export type NamedPolicies = Policies & { overlap: OverlapPolicy };

/**
 * Throws `invalid_schedule` for the first policy that breaks its law, or for policies that do not go together. Types are
 * checked too, for callers in JavaScript.
 */
export function checkPolicies(policies: NamedPolicies): void {
  checkRetry(policies.retry);
  checkExitCodes(policies.exitCodes);
  checkGraceSec(policies.graceSec);
  checkQueueDepth(policies.queueDepth);
  checkMaxConcurrent(policies.maxConcurrent);
  checkConcurrencyGroup(policies.concurrencyGroup);
  checkPriority(policies.priority);
  checkStartDeadlineSec(policies.startDeadlineSec);
  checkPauseAfter(policies.pauseAfter);
  checkCoolDownSec(policies.coolDownSec);
  checkKeepSec(policies.keepSec);
  checkKeepRuns(policies.keepRuns);
  checkQueueTogether(policies);
  checkExitCodesTogether(policies);
}

export function checkGraceSec(seconds: unknown): void {
  if (isWithin(seconds, 0, 3600)) return;
  throw wrong(`A grace is whole seconds, from 0 to 3600 (an hour), such as 10s; this is ${quoted(seconds)}.`);
}

export function checkQueueDepth(runs: unknown): void {
  if (runs === null || isWithin(runs, 0, 1_000_000)) return;
  throw wrong(`The depth of a queue is a whole number from 0 to 1000000; this is ${quoted(runs)}.`);
}

export function checkMaxConcurrent(runs: unknown): void {
  if (runs === null || isWithin(runs, 1, 10_000)) return;
  throw wrong(`The most runs at once are a whole number from 1 to 10000; this is ${quoted(runs)}.`);
}

function checkConcurrencyGroup(group: unknown): void {
  if (group === null) return;
  if (typeof group !== "object" || Array.isArray(group)) {
    throw wrong("A concurrency group is a name and a limit, or null.");
  }
  const { name, limit } = group as { name?: unknown; limit?: unknown };
  checkGroupName(name);
  checkGroupLimit(limit);
}

export function checkGroupName(name: unknown): void {
  checkName(name, "concurrency group");
}

export function checkGroupLimit(runs: unknown): void {
  if (isWithin(runs, 1, 10_000)) return;
  throw wrong(`The limit of a concurrency group is a whole number from 1 to 10000; this is ${quoted(runs)}.`);
}

export function checkPriority(priority: unknown): void {
  if (isWithin(priority, -100, 100)) return;
  throw wrong(
    `A priority is a whole number from -100 to 100, the highest first; this is ${quoted(priority)}.`,
  );
}

export function checkStartDeadlineSec(seconds: unknown): void {
  if (seconds === null || isWithin(seconds, 1, 365 * daySec)) return;
  throw wrong(
    `A start deadline is whole seconds, from 1 second to 365 days, such as 10m; this is ${quoted(seconds)}.`,
  );
}

export function checkPauseAfter(failures: unknown): void {
  if (failures === null || isWithin(failures, 1, 1000)) return;
  throw wrong(
    `The failures after which a schedule pauses are a whole number from 1 to 1000; this is ${quoted(failures)}.`,
  );
}

export function checkCoolDownSec(seconds: unknown): void {
  if (isWithin(seconds, 1, 30 * daySec)) return;
  throw wrong(
    `A cool-down is whole seconds, from 1 second to 30 days, such as 15m; this is ${quoted(seconds)}.`,
  );
}

export function checkKeepSec(seconds: unknown): void {
  if (seconds === null || isWithin(seconds, 60, 20_000 * daySec)) return;
  throw wrong(
    `How long runs are kept is whole seconds, from 1 minute to 20000 days, such as 30d; this is ${quoted(seconds)}.`,
  );
}

export function checkKeepRuns(runs: unknown): void {
  if (runs === null || isWithin(runs, 1, 1_000_000_000)) return;
  throw wrong(`How many runs are kept is a whole number from 1 to 1000000000; this is ${quoted(runs)}.`);
}

/** Whether a run of the schedule may wait for its turn behind others of it. */
export function mayQueue({
  overlap,
  maxConcurrent,
}: Pick<NamedPolicies, "overlap" | "maxConcurrent">): boolean {
  return overlap === "queue" || (overlap === "concurrent" && maxConcurrent !== null);
}

/** Throws `invalid_schedule` for a queue depth of a schedule whose runs never wait. */
export function checkQueueTogether(policies: NamedPolicies): void {
  if (policies.queueDepth === null || mayQueue(policies)) return;
  throw wrong(
    "A queue depth needs runs that wait: overlap queue, or concurrent with max_concurrent. Add one of them, or take the depth away.",
  );
}

/** Throws `invalid_schedule` for an exit code that asks for a retry where there is none. */
export function checkExitCodesTogether({ retry, exitCodes }: NamedPolicies): void {
  const [code] = Object.entries(exitCodes).find(([, action]) => action === "retry") ?? [];
  if (code === undefined || retry !== null) return;
  throw wrong(
    `Exit code ${code} asks for a retry, and there is none. Add retry, such as 3, or take it away.`,
  );
}

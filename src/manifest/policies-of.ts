import {
  checkExitCodesTogether,
  checkQueueTogether,
  mayQueue,
  type NamedPolicies,
} from "../core/policies/check-policies.js";
import { checkRetry } from "../core/policies/check-retry.js";
import { completeRetry } from "../core/policies/complete-retry.js";
import { type Policies, policyDefaults } from "../core/policies/policies.js";
import type { RetryPolicy } from "../core/policies/retry.js";
import { scheduleDefaults } from "../core/schedule.js";
import { saidAgainst } from "./laws.js";
import type { ManifestDefaults, ManifestEntry } from "./shapes.js";
import type { Fault } from "./timing-of.js";

/** How a schedule's runs are tried, limited and kept, by its own keys and the defaults; and what does not go together. */
export function policiesOf(
  entry: ManifestEntry,
  defaults: ManifestDefaults,
): { policies: NamedPolicies; faults: Fault[] } {
  const written = retryOf(entry.retry, defaults.retry);
  const policies = {
    ...limitsOf(entry, defaults),
    retry: written && completed(written),
    exitCodes: { ...commonCodes(defaults, written !== null), ...entry.exit_codes },
    graceSec: entry.grace ?? defaults.grace ?? policyDefaults.graceSec,
    priority: entry.priority ?? defaults.priority ?? policyDefaults.priority,
    startDeadlineSec: said(entry.start_deadline, defaults.start_deadline),
    pauseAfter: said(entry.pause_after, defaults.pause_after),
    coolDownSec: entry.cool_down ?? defaults.cool_down ?? policyDefaults.coolDownSec,
    keepSec: entry.keep?.for ?? defaults.keep?.for ?? policyDefaults.keepSec,
    keepRuns: entry.keep?.runs ?? defaults.keep?.runs ?? policyDefaults.keepRuns,
  };
  return { policies, faults: faultsIn(policies, entry, written !== null && policies.retry === null) };
}

/** A depth of the queue among the defaults is not for those whose runs never wait. */
function limitsOf(entry: ManifestEntry, defaults: ManifestDefaults) {
  const overlap = entry.overlap ?? defaults.overlap ?? scheduleDefaults.overlap;
  const maxConcurrent = said(entry.max_concurrent, defaults.max_concurrent);
  const commonDepth = mayQueue({ overlap, maxConcurrent }) ? defaults.queue_depth : undefined;
  return {
    overlap,
    maxConcurrent,
    queueDepth: said(entry.queue_depth, commonDepth),
    concurrencyGroup: said(entry.concurrency_group, defaults.concurrency_group),
  };
}

/** Null was written as false: there is none, whatever the defaults say. */
function said<Value>(own: Value | null | undefined, common: Value | null | undefined): Value | null {
  return own === undefined ? (common ?? null) : own;
}

type WrittenRetry = ManifestEntry["retry"];

/** Each key counts by itself. Without attempts, the defaults only say how those retry that say so. */
function retryOf(own: WrittenRetry, common: WrittenRetry): NonNullable<WrittenRetry> | null {
  if (own === null || (own === undefined && common?.attempts === undefined)) return null;
  return { ...common, ...own };
}

/** Null: it says nothing of attempts. */
function completed({ attempts, delay, max_delay, ...rest }: NonNullable<WrittenRetry>): RetryPolicy | null {
  return attempts === undefined
    ? null
    : completeRetry({ attempts, delaySec: delay, maxDelaySec: max_delay, ...rest });
}

/** To try again on a code among the defaults is not for those that do not retry. */
function commonCodes({ exit_codes = {} }: ManifestDefaults, retries: boolean): Policies["exitCodes"] {
  return Object.fromEntries(Object.entries(exit_codes).filter(([, action]) => retries || action !== "retry"));
}

const noAttempts =
  "This does not say how many attempts there may be in all. Write attempts too, such as { attempts: 3 }.";
const noBreaker =
  "A cool-down follows a pause, and the schedule never pauses by itself. Add pause_after, or take the cool-down away.";

/** What is wrong with one key, told at that key. */
function faultsIn(policies: NamedPolicies, entry: ManifestEntry, lacksAttempts: boolean): Fault[] {
  const said: [Fault["key"], string | null][] = [
    ["retry", lacksAttempts ? noAttempts : saidAgainst(() => checkRetry(policies.retry))],
    ["exit_codes", lacksAttempts ? null : saidAgainst(() => checkExitCodesTogether(policies))],
    ["queue_depth", saidAgainst(() => checkQueueTogether(policies))],
    ["cool_down", entry.cool_down !== undefined && policies.pauseAfter === null ? noBreaker : null],
  ];
  return said.flatMap(([key, message]) => (message === null ? [] : [{ key, message }]));
}

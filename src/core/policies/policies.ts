import type { ExitAction } from "./exit-action.js";
import type { RetryPolicy } from "./retry.js";

/** A name that schedules share, and how many of their runs may be under way at once, over all of them. */
export interface ConcurrencyGroup {
  name: string;
  limit: number;
}

/** How a schedule's runs are tried, limited, stopped and kept. Durations in seconds. */
export interface Policies {
  /** Null: one attempt. */
  retry: RetryPolicy | null;
  /** By exit code, 1 to 255; goes before `retry.on`. */
  exitCodes: Record<string, ExitAction>;
  /** From SIGTERM to SIGKILL, when a job is ended. */
  graceSec: number;
  /** How many runs may wait for their turn; a fire beyond that is skipped as `queue_full`. Null: any number. */
  queueDepth: number | null;
  /** How many runs may be under way at once. Null: one, or with `overlap: concurrent` any number. */
  maxConcurrent: number | null;
  concurrencyGroup: ConcurrencyGroup | null;
  /** Of runs that are ready, those of a higher priority start first: -100 to 100. */
  priority: number;
  /** A run that has not been started so long after it was made is skipped as `start_deadline`. Null: no limit. */
  startDeadlineSec: number | null;
  /** After so many failures in a row its fires are skipped as `circuit_open`. Null: never. */
  pauseAfter: number | null;
  /** So long after the last failure one run may try again. */
  coolDownSec: number;
  /** How long ended runs are kept. Null: as the server says. */
  keepSec: number | null;
  /** How many ended runs are kept. Null: as the server says. */
  keepRuns: number | null;
}

export const policyDefaults = {
  retry: null,
  exitCodes: {},
  graceSec: 10,
  queueDepth: null,
  maxConcurrent: null,
  concurrencyGroup: null,
  priority: 0,
  startDeadlineSec: null,
  pauseAfter: null,
  coolDownSec: 900,
  keepSec: null,
  keepRuns: null,
} as const satisfies Policies;

/** The policies of a schedule, and no other field of it; with their keys in one order, which the database does not keep. */
export function policiesOf(policies: Policies): Policies {
  return {
    retry: policies.retry && inOrder(policies.retry),
    exitCodes: Object.fromEntries(
      Object.entries(policies.exitCodes).toSorted(([a], [b]) => Number(a) - Number(b)),
    ),
    graceSec: policies.graceSec,
    queueDepth: policies.queueDepth,
    maxConcurrent: policies.maxConcurrent,
    concurrencyGroup: policies.concurrencyGroup && {
      name: policies.concurrencyGroup.name,
      limit: policies.concurrencyGroup.limit,
    },
    priority: policies.priority,
    startDeadlineSec: policies.startDeadlineSec,
    pauseAfter: policies.pauseAfter,
    coolDownSec: policies.coolDownSec,
    keepSec: policies.keepSec,
    keepRuns: policies.keepRuns,
  };
}

function inOrder({ attempts, backoff, delaySec, maxDelaySec, on }: RetryPolicy): RetryPolicy {
  return { attempts, backoff, delaySec, maxDelaySec, on: [...on] };
}

import { countFires } from "./count-fires.js";
import type { CronSpec } from "./cron.js";
import { nextFireMs } from "./next-fire.js";
import type { Zone } from "./zone.js";

/** What a schedule owes: one run, at the newest of its missed fires, which stands for all of them. In milliseconds. */
export interface OwedFires {
  readonly fireMs: number;
  readonly coversFromMs: number;
  readonly coversCount: number;
  /** The first fire after now; null if never again. */
  readonly nextMs: number | null;
}

/**
 * What is owed at `nowMs` by a schedule whose next fire was to be at `nextFireAtMs`, not after now: by the rule `latest`,
 * one run for all. `nextFireAtMs` is owed even if the expression does not name it. Years of missed fires of each
 * second cost no more than a few dozen questions for a next fire.
 */
export function owedFires(spec: CronSpec, zone: Zone, nextFireAtMs: number, nowMs: number): OwedFires {
  let fireMs = nextFireAtMs;
  let nextMs = nextFireMs(spec, zone, fireMs);
  let noneAfterMs = nowMs;
  while (nextMs <= nowMs) {
    fireMs = nextMs;
    const middleMs = Math.floor((fireMs + noneAfterMs) / 2);
    const afterMiddleMs = nextFireMs(spec, zone, middleMs);
    if (afterMiddleMs <= nowMs) fireMs = afterMiddleMs;
    else noneAfterMs = middleMs;
    nextMs = nextFireMs(spec, zone, fireMs);
  }
  return {
    fireMs,
    coversFromMs: nextFireAtMs,
    coversCount: fireMs === nextFireAtMs ? 1 : 1 + countFires(spec, zone, nextFireAtMs, nowMs),
    nextMs: Number.isNaN(nextMs) ? null : nextMs,
  };
}

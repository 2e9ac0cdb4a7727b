import type { Blackout } from "../blackout/blackout.js";
import { type Blackouts, blackoutsOf } from "../blackout/blackouts.js";
import { BoundedFires } from "./bounded-fires.js";
import { cronsOf } from "../cron/cron.js";
import { CronFires, UnionFires } from "./cron-fires.js";
import { DeferredFires } from "./deferred-fires.js";
import { type DstRule, onceADay } from "../clock/dst-rule.js";
import type { FireTimes } from "./fire-times.js";
import { IntervalFires, noFires, SingleFire } from "./interval-fires.js";
import { LiveFires } from "./live-fires.js";
import { type Spread, SpreadFires } from "./spread-fires.js";
import { stableFraction } from "../stable-hash.js";
import { type Zone, zoneOf } from "../clock/zone.js";

export const catchUpPolicies = ["latest", "none", "all"] as const;
export type CatchUpPolicy = (typeof catchUpPolicies)[number];

export const blackoutPolicies = ["skip", "defer"] as const;
export type BlackoutPolicy = (typeof blackoutPolicies)[number];

/** When a schedule fires. At most one of `cron`, `everySec` and `at` is there; with none of them it runs by hand only. */
export interface Timing {
  /** A cron expression, or several, one a line. */
  cron: string | null;
  /** The IANA zone on whose clock `cron` and `blackouts` are read. */
  timezone: string;
  /** Seconds of elapsed time between two fires. */
  everySec: number | null;
  /** An instant at which `everySec` fires; without one `startsAt`, else 1970-01-01T00:00:00Z. */
  anchorAt: Date | null;
  /** The one instant at which it fires. */
  at: Date | null;
  /** No fire comes before. */
  startsAt: Date | null;
  /** No fire comes after. */
  endsAt: Date | null;
  /** After so many runs that were due to its fires it fires no more. Skipped fires do not count. */
  maxRuns: number | null;
  /** Each fire is moved by a part of this that follows from the schedule's name; never as far as the next fire. */
  spreadSec: number;
  dst: DstRule;
  blackouts: readonly Blackout[];
  /** What becomes of a fire in a blackout: it is not run, or all of one blackout are one fire at its end. */
  blackoutPolicy: BlackoutPolicy;
  /** What becomes of missed fires: the newest runs and stands for all, none run, or all run, oldest first. */
  catchUp: CatchUpPolicy;
  /** A fire that is later than this is not caught up. Null: no limit, and a minute if `catchUp` is `none`. */
  catchUpWindowSec: number | null;
}

export const timingDefaults = {
  cron: null,
  timezone: "UTC",
  everySec: null,
  anchorAt: null,
  at: null,
  startsAt: null,
  endsAt: null,
  maxRuns: null,
  spreadSec: 0,
  dst: onceADay,
  blackouts: [],
  blackoutPolicy: "skip",
  catchUp: "latest",
  catchUpWindowSec: null,
} as const satisfies Timing;

/** A timing together with the name from which `H` and `spreadSec` are worked out. */
export type NamedTiming = Timing & { name: string };

/** A timing, made ready for questions. */
export interface ReadyTiming {
  /** Every fire, those included that a blackout will skip. */
  readonly fires: FireTimes;
  /** The fires that no blackout will skip. */
  readonly live: FireTimes;
  /** The blackouts that skip fires; null: none does. */
  readonly skipping: Blackouts | null;
}

/** Makes a timing ready; throws `invalid_cron`, `invalid_timezone` or `invalid_schedule`. Cheap: its parts are remembered. */
export function readyTiming(timing: NamedTiming): ReadyTiming {
  const zone = zoneOf(timing.timezone);
  const named = spread(timing, bounded(timing, namedFires(timing, zone)));
  if (timing.blackouts.length === 0) return { fires: named, live: named, skipping: null };
  const blackouts = blackoutsOf(timing.blackouts, zone);
  if (timing.blackoutPolicy === "defer") {
    const fires = new DeferredFires(named, blackouts, spreadOf(timing));
    return { fires, live: fires, skipping: null };
  }
  return { fires: named, live: new LiveFires(named, blackouts), skipping: blackouts };
}

/** Whether a schedule fires by itself at all. */
export function firesByItself({ cron, everySec, at }: Record<"cron" | "everySec" | "at", unknown>): boolean {
  return cron !== null || everySec !== null || at !== null;
}

function namedFires(timing: NamedTiming, zone: Zone): FireTimes {
  if (timing.cron !== null) return cronFires(timing, timing.cron, zone);
  if (timing.everySec !== null) {
    return new IntervalFires(timing.everySec * 1000, (timing.anchorAt ?? timing.startsAt)?.getTime() ?? 0);
  }
  return timing.at === null ? noFires : new SingleFire(timing.at.getTime());
}

function cronFires({ name, dst }: NamedTiming, cron: string, zone: Zone): FireTimes {
  const specs = cronsOf(cron, name);
  return specs.length === 1 ? new CronFires(specs[0]!, zone, dst) : new UnionFires(specs, zone, dst);
}

function bounded({ startsAt, endsAt }: Timing, fires: FireTimes): FireTimes {
  if (startsAt === null && endsAt === null) return fires;
  const fromMs = startsAt?.getTime() ?? -Infinity;
  return new BoundedFires(fires, { fromMs, untilMs: endsAt?.getTime() ?? Infinity });
}

function spread(timing: NamedTiming, fires: FireTimes): FireTimes {
  if (timing.spreadSec === 0) return fires;
  return new SpreadFires(fires, spreadOf(timing), timing.endsAt?.getTime() ?? Infinity);
}

/** How far the fires of a schedule are moved. */
export function spreadOf({ name, spreadSec }: Pick<NamedTiming, "name" | "spreadSec">): Spread {
  return { fraction: spreadSec === 0 ? 0 : stableFraction(`spread ${name}`), ms: spreadSec * 1000 };
}

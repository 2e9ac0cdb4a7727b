import { countFires } from "../../../src/core/fires/count-fires.js";
import { cronOf, type CronSpec } from "../../../src/core/cron/cron.js";
import type { DstRule } from "../../../src/core/clock/dst-rule.js";
import { nextFireMs } from "../../../src/core/fires/next-fire.js";
import { type Zone, zoneOf } from "../../../src/core/clock/zone.js";
import { type CronByHand, cronByHand } from "./cron-by-hand.js";
import { expectedFires, firesWithin, type Walk } from "./expected-fires.js";
import { comparedPart, innerPart, type Reach, type Stretch, type Window } from "./windows.js";

/** All six rules for clock changes. */
export const dstRules: readonly DstRule[] = (["next-valid", "skip"] as const).flatMap((gap) =>
  (["first", "last", "both"] as const).map((fold) => ({ gap, fold })),
);

/** A place where the engine and the oracle do not say the same. */
export interface Difference {
  readonly expression: string;
  readonly zone: string;
  readonly dst: DstRule | null;
  readonly expected: string;
  readonly found: string;
}

interface Case {
  readonly spec: CronSpec;
  readonly zone: Zone;
  readonly dst: DstRule;
  readonly fires: readonly number[];
  readonly endMs: number;
}

/** An expression as both sides read it, or null if the engine refuses it. */
export interface ReadTwice {
  readonly spec: CronSpec;
  readonly byHand: CronByHand;
}

// As many fires as a walk of five days has with one every ten minutes.
const oftenInWalk = 720;

// Fires of an expression with an H depend on the name of its schedule.
const scheduleName = "nightly report";

/** Reads an expression on both sides. Null: the engine says that it never fires, and no day of 28 years disproves it. */
export function readTwice(expression: string): ReadTwice | null {
  try {
    const spec = cronOf(expression, scheduleName);
    return { spec, byHand: cronByHand(spec.resolved) };
  } catch (error) {
    const days = expression.split(" ").slice(-3).join(" ");
    // Which day an H of a refused expression stands for, one is not told.
    const isRight = /H/.test(days) || namedDays(cronByHand(`0 0 ${days}`), 2000, 2028).next().done === true;
    if (!String(error).includes("never fire") || !isRight) throw error;
    return null;
  }
}

/** The days from the beginning of one year to that of another which an expression names, by the calendar of Date. */
export function* namedDays({ namesDay }: CronByHand, fromYear: number, toYear: number): Generator<number> {
  for (let ms = Date.UTC(fromYear, 0, 1); ms < Date.UTC(toYear, 0, 1); ms += 86_400_000) {
    if (namesDay(ms)) yield ms;
  }
}

/** Compares both sides in a window under all rules, in the zones given, and calls `tell` for each difference. */
export function compareIn(
  window: Window,
  reach: Reach,
  walk: Walk,
  { spec, byHand }: ReadTwice,
  zones: readonly string[],
): Difference[] {
  const expected = expectedFires(byHand, walk);
  const whole = comparedPart(window, reach);
  const part = expected.both.length > oftenInWalk ? innerPart(window, whole) : whole;
  const bases = basesIn(window, part);
  return dstRules.flatMap((dst) => {
    const fires = firesWithin(expected, dst, part);
    return zones.flatMap((name) =>
      differencesOf({ spec, zone: zoneOf(name), dst, fires, endMs: part[1] * 1000 }, part[0] * 1000, bases),
    );
  });
}

/** Instants in milliseconds, beside the fires themselves, after which the next fire is asked for. */
function basesIn({ change }: Window, [fromSec, toSec]: Stretch): number[] {
  const movedBy = Math.abs(change.afterSec - change.beforeSec);
  const around = [-movedBy, -movedBy / 2, -1, -0.001, 0, 1, movedBy / 2, movedBy - 1, movedBy];
  return around
    .map((bySec) => (change.atSec + bySec) * 1000)
    .filter((ms) => ms >= fromSec * 1000 && ms < toSec * 1000);
}

function differencesOf(it: Case, startMs: number, bases: readonly number[]): Difference[] {
  const { spec, zone, dst, fires, endMs } = it;
  const differences: Difference[] = [];
  const tell = (what: string, expected: unknown, found: unknown) =>
    differences.push({
      expression: `${spec.expression}: ${what}`,
      zone: zone.name,
      dst,
      expected: String(expected),
      found: String(found),
    });
  const found = foundFires(it, startMs);
  if (!areEqual(found, fires)) tell("fires", instants(fires), instants(found));
  const count = countFires(spec, zone, startMs - 1, endMs - 1, dst);
  if (count !== fires.length) tell("number of fires", fires.length, count);
  for (const base of bases) {
    const expected = fires.find((ms) => ms > base);
    const next = nextFireMs(spec, zone, base, dst);
    const isRight = expected === undefined ? !(next < endMs) : next === expected;
    if (!isRight) tell(`after ${instants([base])}`, instants([expected ?? NaN]), instants([next]));
  }
  return differences;
}

function foundFires({ spec, zone, dst, fires, endMs }: Case, startMs: number): number[] {
  const found: number[] = [];
  let ms = nextFireMs(spec, zone, startMs - 1, dst);
  for (; ms < endMs && found.length <= fires.length; ms = nextFireMs(spec, zone, ms, dst)) found.push(ms);
  return found;
}

function areEqual(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function instants(list: readonly number[]): string {
  return list.map((ms) => (Number.isNaN(ms) ? "never" : new Date(ms).toISOString())).join(" ");
}

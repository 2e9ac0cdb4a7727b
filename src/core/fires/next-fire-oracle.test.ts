import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import {
  compareIn,
  type Difference,
  namedDays,
  readTwice,
  type ReadTwice,
} from "../../../test/support/oracle/compare.js";
import { walkThrough } from "../../../test/support/oracle/expected-fires.js";
import { clockWith, wallClockOf } from "../../../test/support/oracle/clock-changes.js";
import {
  awkwardExpressions,
  awkwardSeconds,
  secondTemplates,
  type Template,
  templates,
} from "../../../test/support/oracle/expressions-near.js";
import {
  changesByZone,
  minuteReach,
  type Reach,
  secondReach,
  walkOf,
  type Window,
  windowsAround,
} from "../../../test/support/oracle/windows.js";
import { nextFireMs } from "./next-fire.js";
import { zoneOf } from "../clock/zone.js";

// A second opinion, written apart from the engine: the oracle walks through the minutes or seconds around each clock change,
// looks at what the wall clock shows at each, and reads off which times were left out or came twice. All that it knows
// of zones comes from Intl. With BELFRY_ORACLE=full it leaves nothing out, and takes a quarter of an hour.

const isFull = process.env["BELFRY_ORACLE"] === "full";
const seed = Number(process.env["BELFRY_ORACLE_SEED"] ?? 20_260_329);
vi.setConfig({ testTimeout: (isFull ? 180 : 5) * 60_000 });

const allZones = Intl.supportedValuesOf("timeZone");
const modern = changesByZone(allZones, { from: 1990, to: 2037, strideDays: isFull ? 0.25 : 6 });
const windows = windowsAround(modern);

/** The differences in a window between the engine and the oracle. */
function differencesIn(
  window: Window,
  reach: Reach,
  expressions: readonly string[],
  turn: number,
): Difference[] {
  const walk = walkOf(window, reach);
  const zones = isFull ? window.zones : [window.zones[turn % window.zones.length]!];
  return expressions.flatMap((expression) => {
    const read = readTwice(expression);
    return read === null ? [] : compareIn(window, reach, walk, read, zones);
  });
}

/** So many of the items, others at each turn, so that in the end all of them meet all kinds of changes. */
function atTurn<T>(items: readonly T[], turn: number, count: number): T[] {
  const length = Math.min(isFull ? count * 30 : count, items.length);
  return Array.from({ length }, (_, index) => items[(turn * length + index) % items.length]!);
}

const drawn = (from: fc.Arbitrary<Template>, count: number) => fc.sample(from, { seed, numRuns: count });
const written = (list: readonly Template[], { change }: Window) => list.map((template) => template(change));

/** Fails if there are any, and shows the first ones and the seed. */
function expectNone(differences: readonly Difference[]): void {
  expect(differences.slice(0, 20), `${differences.length} differences, seed ${seed}`).toEqual([]);
}

test("the clock changes of every zone from 1990 to 2037 are those that Intl shows", () => {
  const wrong = allZones.filter((name) => {
    const zone = zoneOf(name);
    const [first, last] = [Date.UTC(1990, 0, 1), Date.UTC(2038, 0, 1)].map((ms) => zone.segmentAt(ms / 1000));
    zone.coverUntil(Date.UTC(2038, 0, 1) / 1000);
    const known = zone.segments.slice(first! + 1, last! + 1).map((it) => [it.startSec, it.offsetSec]);
    return JSON.stringify(known) !== JSON.stringify(modern.get(name)!.map((it) => [it.atSec, it.afterSec]));
  });
  expect(wrong).toEqual([]);
  expect(windows.length).toBeGreaterThan(3000);
});

test("what is walked through is what Intl shows minute by minute", () => {
  const reachSec = isFull ? 2 * 86_400 : 2700;
  const wrong = windows.flatMap(({ change, changes, zones }, turn) => {
    const [fromSec, toSec] = [change.atSec - reachSec, change.atSec + reachSec];
    const walked = walkThrough(clockWith(changes), fromSec, toSec, 60).shown;
    return (isFull ? zones : [zones[turn % zones.length]!]).filter((zone) => {
      const clock = wallClockOf(zone);
      return walked.some((shown, step) => shown !== clock(fromSec + step * 60));
    });
  });
  expect(wrong).toEqual([]);
});

test("around every clock change from 1990 to 2037, the fires are those of a walk by minutes", () => {
  const random = drawn(templates, isFull ? 10_000 : 1000);
  const differences = windows.flatMap((window, turn) => {
    const awkward = atTurn(awkwardExpressions(window.change), turn, 7);
    const near = [...awkward, ...written(atTurn(random, turn, 3), window)];
    return differencesIn(window, minuteReach, near, turn);
  });
  expectNone(differences);
});

test("around every clock change from 1990 to 2037, the fires are those of a walk by seconds", () => {
  const random = drawn(secondTemplates, 1000);
  const differences = windows.flatMap((window, turn) => {
    const awkward = atTurn(awkwardSeconds(window.change), turn, 1);
    const near = [...awkward, ...written(atTurn(random, turn, 1), window)];
    return differencesIn(window, secondReach(window.change), near, turn);
  });
  expectNone(differences);
});

/** Zones whose clocks were once a day, half a minute or an odd number of seconds away from what they are now. */
const oddPast = ["Africa/Monrovia", "Pacific/Kwajalein", "Europe/Amsterdam", "Europe/Dublin", "Asia/Manila"];

test("so they are around clock changes from 1900 to 1989, when offsets had seconds", () => {
  const zones = isFull ? allZones : [...oddPast, ...allZones.filter((_, index) => index % 20 === 7)];
  const past = windowsAround(changesByZone(zones, { from: 1900, to: 1989, strideDays: isFull ? 0.25 : 5 }));
  const random = drawn(secondTemplates, 500);
  expect(past.length).toBeGreaterThan(300);
  const differences = past.flatMap((window, turn) => {
    const near = [
      ...atTurn(awkwardSeconds(window.change), turn, 2),
      ...written(atTurn(random, turn, 1), window),
    ];
    return differencesIn(window, secondReach(window.change), near, turn);
  });
  expectNone(differences);
});

test("any expression under any rule, near any clock change", () => {
  const near = fc.tuple(fc.constantFrom(...windows), templates);
  const shown = near.map(([window, template]) => ({ window, expression: template(window.change) }));
  fc.assert(
    fc.property(shown, ({ window, expression }) => {
      expectNone(differencesIn(window, minuteReach, [expression], 0));
    }),
    { seed, numRuns: isFull ? 20_000 : 1000 },
  );
});

/** The days from one year to before another on which the expression fires at midnight, in milliseconds. */
function firingDays({ spec }: ReadTwice, fromYear: number, toYear: number): number[] {
  const [days, endMs]: [number[], number] = [[], Date.UTC(toYear, 0, 1)];
  let ms = nextFireMs(spec, zoneOf("UTC"), Date.UTC(fromYear, 0, 1) - 1);
  for (; ms < endMs; ms = nextFireMs(spec, zoneOf("UTC"), ms)) days.push(ms);
  return days;
}

test.each([
  { from: 2019, to: 2030 },
  { from: 2095, to: 2105 },
])(
  "from $from to $to the days that fire are those that a walk through the calendar finds",
  ({ from, to }) => {
    const dated = drawn(templates, isFull ? 5000 : 300).map((template, index) => {
      const atSec = Date.UTC(2000, index % 12, 1 + (index % 28)) / 1000;
      return `0 0 ${template({ atSec, beforeSec: 0, afterSec: 0 }).split(" ").slice(2).join(" ")}`;
    });
    const wrong = dated.filter((expression) => {
      const read = readTwice(expression);
      const expected = read === null ? [] : [...namedDays(read.byHand, from, to)];
      return read !== null && expected.join() !== firingDays(read, from, to).join();
    });
    expect(wrong).toEqual([]);
  },
);

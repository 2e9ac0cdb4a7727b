import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Blackouts } from "./blackouts.js";
import { zoneOf } from "../clock/zone.js";

// A second opinion, written apart from the code: it walks through every minute of some weeks, asks Intl what the wall
// clock shows at each, and marks the minutes from the first that shows a start, or later, to the last that shows the end,
// or earlier.

const minuteMs = 60_000;
const dayMs = 86_400_000;
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** A blackout as it is written, and its windows on a day, as times that sort like text: `2026-03-29 02:30`. */
interface Written {
  when: string;
  windowsOn: (day: Date) => [start: string, end: string][];
}

interface Weeks {
  timeZone: string;
  fromMs: number;
  shown: string[];
  firstStepOf: Map<string, number>;
  lastStepOf: Map<string, number>;
}

const written = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
const clock = (minutes: number) => written(minutes * minuteMs).slice(11);
const dateOf = (ms: number) => written(ms).slice(0, 10);

function weeksAround(timeZone: string, day: string): Weeks {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const fromMs = Date.parse(day) - 8 * dayMs;
  const shown = Array.from({ length: 17 * 1440 }, (_, index) => format.format(fromMs + index * minuteMs));
  const firstStepOf = new Map(shown.map((time, step) => [time, step] as const).toReversed());
  const lastStepOf = new Map(shown.map((time, step) => [time, step]));
  return { timeZone, fromMs, shown, firstStepOf, lastStepOf };
}

/** From the first minute of the walk at which a window is on until before which one. */
function stepsOf(weeks: Weeks, [start, end]: [string, string]): [from: number, to: number] {
  const { shown, firstStepOf, lastStepOf } = weeks;
  const from = firstStepOf.get(start) ?? shown.findIndex((time) => time > start);
  const to = lastStepOf.get(end) ?? shown.findLastIndex((time) => time < end) + 1;
  return [from === -1 ? shown.length : from, to];
}

interface Run {
  from: number;
  to: number;
  reasons: Set<string>;
}

/** The stretches of the walk, and the blackouts that begin each. */
function runsOf(weeks: Weeks, list: Written[]): Run[] {
  const on = new Set<number>();
  const begins = new Map<number, Set<string>>();
  for (let day = weeks.fromMs - 10 * dayMs; day < weeks.fromMs + 19 * dayMs; day += dayMs) {
    for (const { when, windowsOn } of list) {
      for (const window of windowsOn(new Date(day))) {
        const [from, to] = stepsOf(weeks, window);
        for (let step = from; step < to; step += 1) on.add(step);
        begins.set(from, (begins.get(from) ?? new Set()).add(when));
      }
    }
  }
  const runs: Run[] = [];
  for (let step = 0; step < weeks.shown.length; step += 1) {
    if (!on.has(step)) continue;
    const last = runs.at(-1);
    if (last?.to === step) last.to = step + 1;
    else runs.push({ from: step, to: step + 1, reasons: begins.get(step) ?? new Set() });
  }
  return runs;
}

const minuteOfDay = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 24 }).map((tens) => tens * 10) },
  { weight: 1, arbitrary: fc.integer({ min: 1380, max: 1439 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1439 }) },
);
const twoMinutes = fc.tuple(minuteOfDay, minuteOfDay).filter(([a, b]) => a !== b);
const weekday = fc.integer({ min: 0, max: 6 });

const daily = twoMinutes.map(([from, to]): Written => {
  const windowsOn = (day: Date): [string, string][] => {
    const midnight = day.getTime();
    return [
      [written(midnight + from * minuteMs), written(midnight + to * minuteMs + (to < from ? dayMs : 0))],
    ];
  };
  return { when: `${clock(from)}-${clock(to)}`, windowsOn };
});

const onWeekday = fc.tuple(weekday, daily).map(([number, { when, windowsOn }]): Written => ({
  when: `${weekdays[number]} ${when}`,
  windowsOn: (day) => (day.getUTCDay() === number ? windowsOn(day) : []),
}));

const wholeDays = weekday.map((number): Written => ({
  when: weekdays[number]!,
  windowsOn: (day) =>
    day.getUTCDay() === number ? [[written(day.getTime()), written(day.getTime() + dayMs)]] : [],
}));

const dayToDay = fc.tuple(weekday, weekday, twoMinutes).map(([first, last, [from, to]]): Written => {
  const length = (((last - first) * 1440 + to - from + 10_080) % 10_080) * minuteMs;
  return {
    when: `${weekdays[first]} ${clock(from)} - ${weekdays[last]} ${clock(to)}`,
    windowsOn: (day) => {
      const start = day.getTime() + from * minuteMs;
      return day.getUTCDay() === first ? [[written(start), written(start + length)]] : [];
    },
  };
});

/** Blackouts of certain days, some days before or after one. */
function onDates(middle: string): fc.Arbitrary<Written> {
  const day = fc.integer({ min: -9, max: 9 }).map((days) => Date.parse(middle) + days * dayMs);
  const moment = fc.tuple(day, minuteOfDay).map(([ms, minutes]) => ms + minutes * minuteMs);
  const dates = fc.tuple(day, fc.integer({ min: 0, max: 3 }), fc.boolean());
  const moments = fc.tuple(moment, fc.integer({ min: 10, max: 4000 }));
  return fc.oneof(
    dates.map(([first, more, eachYear]): Written => {
      const from = eachYear ? 5 : 0;
      const last = first + more * dayMs;
      return {
        when: `${dateOf(first).slice(from)} - ${dateOf(last).slice(from)}`,
        windowsOn: (each) => (each.getTime() === first ? [[written(first), written(last + dayMs)]] : []),
      };
    }),
    moments.map(([start, minutes]): Written => {
      const end = start + minutes * minuteMs;
      return {
        when: `${written(start)} - ${written(end)}`,
        windowsOn: (each) =>
          dateOf(start) === dateOf(each.getTime()) ? [[written(start), written(end)]] : [],
      };
    }),
  );
}

test.each([
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Pacific/Apia", "2011-12-30"],
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2018-02-18"],
  ["America/Havana", "2026-11-01"],
  ["Pacific/Kwajalein", "1993-08-21"],
  ["Africa/Casablanca", "2026-02-15"],
])("in %s around %s, the stretches are those that a walk through all minutes finds", (timeZone, day) => {
  const weeks = weeksAround(timeZone, day);
  const blackout = fc.oneof(daily, onWeekday, wholeDays, dayToDay, onDates(day));
  fc.assert(
    fc.property(fc.array(blackout, { minLength: 1, maxLength: 4 }), (list) => {
      const blackouts = new Blackouts(
        list.map(({ when }) => ({ when, reason: null })),
        zoneOf(timeZone),
      );
      const runs = runsOf(weeks, list);
      const { fromMs, shown } = weeks;
      const isOn = new Set(
        runs.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index)),
      );
      const wrong = shown.findIndex(
        (_, step) => (blackouts.at(fromMs + step * minuteMs) !== null) !== isOn.has(step),
      );
      expect(wrong === -1 ? "none" : shown[wrong]).toBe("none");
      for (const [index, run] of runs.entries()) {
        const stretch = blackouts.from(fromMs + ((runs[index - 1]?.to ?? 0) + 1) * minuteMs)!;
        const [startMs, endMs] = [fromMs + run.from * minuteMs, fromMs + run.to * minuteMs];
        if (run.from > 0)
          expect([stretch.startMs, run.reasons]).toEqual([
            startMs,
            expect.toSatisfy((reasons: Set<string>) => reasons.has(stretch.reason)),
          ]);
        if (run.to < shown.length) expect(stretch.endMs).toBe(endMs);
      }
    }),
    { numRuns: 25 },
  );
});

test("what is answered does not depend on what was asked before", () => {
  const whens = fc.constantFrom(
    "SAT-SUN",
    "22:00-06:00",
    "12-24 - 01-01",
    "2026-07-01",
    "FRI 18:00 - MON 06:00",
    "02-29",
    "2026-03-01T00:00Z - 2026-05-01T00:00Z",
  );
  const instants = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2029, 0, 1) });
  fc.assert(
    fc.property(
      fc.array(whens, { maxLength: 4 }),
      fc.array(instants, { minLength: 2, maxLength: 12 }),
      (list, asked) => {
        const fresh = () =>
          new Blackouts(
            list.map((when) => ({ when, reason: null })),
            zoneOf("Europe/Berlin"),
          );
        const used = fresh();
        for (const ms of asked) {
          expect(used.at(ms)).toEqual(fresh().at(ms));
          expect(used.from(ms)).toEqual(fresh().from(ms));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a stretch holds all its instants and none beside", () => {
  const whens = fc.constantFrom(
    "SAT-SUN",
    "22:00-06:00",
    "12-24 - 01-01",
    "2026-07-01",
    "MON 12:00 - THU 12:00",
    "02-28 - 02-29",
  );
  const instants = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2029, 0, 1) });
  fc.assert(
    fc.property(
      fc.array(whens, { minLength: 1, maxLength: 4 }),
      instants,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, ms, part) => {
        const blackouts = new Blackouts(
          list.map((when) => ({ when, reason: null })),
          zoneOf("America/New_York"),
        );
        const stretch = blackouts.from(ms);
        fc.pre(stretch !== null);
        const { startMs, endMs } = stretch;
        expect(endMs).toBeGreaterThan(Math.max(ms, startMs));
        const within = startMs + Math.floor((endMs - startMs - 1) * part);
        for (const inside of [startMs, within, endMs - 1]) expect(blackouts.at(inside)).toEqual(stretch);
        for (const outside of [startMs - 1, endMs]) expect(blackouts.at(outside)).toBeNull();
        if (startMs > ms) expect(blackouts.at(ms)).toBeNull();
      },
    ),
    { numRuns: 500 },
  );
});

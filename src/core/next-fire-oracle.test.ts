import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseCron } from "./cron.js";
import type { DstRule } from "./dst-rule.js";
import { nextFireMs } from "./next-fire.js";
import { zoneOf } from "./zone.js";

// A second opinion, written apart from the engine: it walks through all instants around each clock change, asks Intl what
// the wall clock shows at each, and reads off which times were left out or came twice.

const hourMs = 3_600_000;
const aroundMs = 28 * hourMs;

interface Expression {
  seconds: number[];
  minutes: number[];
  hours: number[];
  daysOfMonth: number[] | null;
  months: number[] | null;
  weekdays: number[] | null;
}

/** What a wall clock shows at each step of a stretch of time (`2026-03-29 01:59:00`, which sorts like time), and at which steps. */
interface Walk {
  shown: string[];
  stepsOf: Map<string, number[]>;
}

function walkThrough(timeZone: string, fromMs: number, toMs: number, stepMs: number): Walk {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const steps = Array.from({ length: (toMs - fromMs) / stepMs }, (_, index) => fromMs + index * stepMs);
  const shown = steps.map((ms) => format.format(ms));
  const stepsOf = new Map<string, number[]>();
  for (const [step, time] of shown.entries()) stepsOf.set(time, [...(stepsOf.get(time) ?? []), step]);
  return { shown, stepsOf };
}

/** All times that the expression names between two times of a wall clock, whether it ever shows them or not. */
function namedTimes(expression: Expression, first: string, last: string): string[] {
  const times: string[] = [];
  for (let ms = Date.parse(first.slice(0, 10)); ms <= Date.parse(last.slice(0, 10)); ms += 24 * hourMs) {
    const day = new Date(ms);
    if (isNamedDay(expression, day)) times.push(...namedTimesOf(expression, day.toISOString().slice(0, 10)));
  }
  return times.filter((time) => time >= first && time <= last);
}

const padded = (values: number[]) => [...new Set(values)].map((value) => String(value).padStart(2, "0"));

function namedTimesOf({ hours, minutes, seconds }: Expression, date: string): string[] {
  return padded(hours).flatMap((hour) =>
    padded(minutes).flatMap((minute) =>
      padded(seconds).map((second) => `${date} ${hour}:${minute}:${second}`),
    ),
  );
}

function isNamedDay({ daysOfMonth, months, weekdays }: Expression, day: Date): boolean {
  if (months !== null && !months.includes(day.getUTCMonth() + 1)) return false;
  const onDay = daysOfMonth?.includes(day.getUTCDate());
  const onWeekday = weekdays?.includes(day.getUTCDay());
  if (onDay === undefined || onWeekday === undefined) return onDay ?? onWeekday ?? true;
  return onDay || onWeekday;
}

/** The steps of the walk at which the expression fires. */
function expectedFires(expression: Expression, dst: DstRule, { shown, stepsOf }: Walk): number[] {
  const rule = new Set(expression.hours).size === 24 ? ({ gap: "skip", fold: "both" } as const) : dst;
  const fires = namedTimes(expression, shown[0]!, shown.at(-1)!).flatMap((time) => {
    const steps = stepsOf.get(time);
    if (steps === undefined) return rule.gap === "skip" ? [] : [shown.findIndex((later) => later > time)];
    return { first: steps.slice(0, 1), last: steps.slice(-1), both: steps }[rule.fold];
  });
  return [...new Set(fires)].toSorted((a, b) => a - b);
}

const list = (values: readonly number[] | null) => values?.join(",") ?? "*";
const written = (it: Expression) =>
  [it.seconds, it.minutes, it.hours, it.daysOfMonth, it.months, it.weekdays].map(list).join(" ");

/** The hours in which the offset of a zone changes. */
function changesOf(timeZone: string, fromYear: number, toYear: number): number[] {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offset = (ms: number) => format.format(ms).split("GMT")[1];
  const changes: number[] = [];
  for (let ms = Date.UTC(fromYear, 0, 1); ms < Date.UTC(toYear, 0, 1); ms += 24 * hourMs) {
    if (offset(ms) === offset(ms + 24 * hourMs)) continue;
    const hours = Array.from({ length: 24 }, (_, index) => ms + index * hourMs);
    changes.push(...hours.filter((hour) => offset(hour) !== offset(hour + hourMs)));
  }
  return changes;
}

type Case = [Expression, DstRule];

const instant = (ms: number) => new Date(ms).toISOString();
const someOf = (values: number[], maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const hours = fc.oneof(
  { weight: 6, arbitrary: someOf([0, 1, 2, 3, 4, 22, 23], 4) },
  { weight: 2, arbitrary: someOf(numbers(0, 23), 23) },
  { weight: 1, arbitrary: fc.constant(numbers(0, 23)) },
);
const anyDay = {
  seconds: fc.constant<number[]>([0]),
  minutes: someOf([0, 1, 15, 29, 30, 31, 44, 45, 59], 3),
  hours,
  daysOfMonth: fc.constant(null),
  months: fc.constant(null),
  weekdays: fc.constant(null),
};
const expressions = fc.record<Expression>({
  ...anyDay,
  daysOfMonth: fc.option(someOf(numbers(1, 31), 20), { freq: 3 }),
  months: fc.option(someOf(numbers(1, 12), 10), { freq: 4 }),
  weekdays: fc.option(someOf(numbers(0, 6), 5), { freq: 3 }),
});
const rules: fc.Arbitrary<DstRule> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<DstRule>({ gap: "next-valid", fold: "first" }) },
  {
    weight: 2,
    arbitrary: fc.record<DstRule>({
      gap: fc.constantFrom("next-valid", "skip"),
      fold: fc.constantFrom("first", "last", "both"),
    }),
  },
);

/** The cases in which the engine and the walk differ in `[fromMs, toMs)`, all but its first and last hour and a half. */
function differences(
  timeZone: string,
  [fromMs, toMs]: [number, number],
  stepMs: number,
  cases: Case[],
): object[] {
  const walk = walkThrough(timeZone, fromMs, toMs, stepMs);
  const edgeMs = 1.5 * hourMs;
  return cases.flatMap(([expression, dst]) => {
    const expected = expectedFires(expression, dst, walk)
      .map((step) => fromMs + step * stepMs)
      .filter((ms) => ms > fromMs + edgeMs && ms < toMs - edgeMs);
    const found = firesBetween(written(expression), timeZone, fromMs + edgeMs, toMs - edgeMs, dst);
    if (expected.join(" ") === found.join(" ")) return [];
    return [
      { expression: written(expression), dst, expected: expected.map(instant), found: found.map(instant) },
    ];
  });
}

function firesBetween(
  text: string,
  timeZone: string,
  afterMs: number,
  beforeMs: number,
  dst: DstRule,
): number[] {
  const spec = parseCron(text);
  const fires: number[] = [];
  let ms = nextFireMs(spec, zoneOf(timeZone), afterMs, dst);
  for (; ms < beforeMs; ms = nextFireMs(spec, zoneOf(timeZone), ms, dst)) fires.push(ms);
  return fires;
}

test.each([
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Africa/Cairo",
  "Asia/Beirut",
  "America/Asuncion",
  "America/Sao_Paulo",
  "America/Havana",
  "Pacific/Apia",
  "Africa/Casablanca",
  "Asia/Tehran",
  "Antarctica/Troll",
  "America/St_Johns",
  "Asia/Pyongyang",
])(
  "around each clock change of %s from 2005 to 2030, the fires are those that a walk by minutes finds",
  (timeZone) => {
    const changes = changesOf(timeZone, 2005, 2031);
    expect(changes.length).toBeGreaterThan(0);
    const drawn = fc.sample(fc.tuple(expressions, rules), changes.length * 6);
    const wrong = changes.flatMap((ms, index) => {
      const cases = drawn.slice(index * 6, index * 6 + 6);
      return differences(timeZone, [ms - aroundMs, ms + aroundMs], 60_000, cases);
    });
    expect(wrong).toEqual([]);
  },
);

test.each([
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z"],
  ["Africa/Monrovia", "1972-01-07T00:44:30Z"],
  ["America/St_Johns", "2006-10-29T02:31:00Z"],
])("to the second too: %s at %s", (timeZone, change) => {
  const perSecond = fc.record<Expression>({ ...anyDay, seconds: someOf([0, 1, 29, 30, 31, 59], 4) });
  const cases = fc.sample(fc.tuple(perSecond, rules), 8);
  const ms = Date.parse(change);
  expect(differences(timeZone, [ms - 3.5 * hourMs, ms + 3.5 * hourMs], 1000, cases)).toEqual([]);
});

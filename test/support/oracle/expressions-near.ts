import * as fc from "fast-check";
import type { ClockChange } from "./clock-changes.js";

/** A wall-clock time, in the numbers of cron fields. */
interface Moment {
  readonly second: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
  /** How many days the month has left after this one. */
  readonly daysLeft: number;
}

type Field = (near: Moment) => string;

/** Writes an expression whose times are near a clock change. */
export type Template = (change: ClockChange) => string;

const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function momentOf(localSec: number): Moment {
  const date = new Date(localSec * 1000);
  const [day, month] = [date.getUTCDate(), date.getUTCMonth() + 1];
  const daysLeft = new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate() - day;
  const [second, minute, hour] = [date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours()];
  return { second, minute, hour, day, month, weekday: date.getUTCDay(), daysLeft };
}

/** The wall-clock times from the earlier to the later of the two that meet at a change: left out, or shown twice. */
function edgesOf({ atSec, beforeSec, afterSec }: ClockChange): [number, number] {
  return [atSec + Math.min(beforeSec, afterSec), atSec + Math.max(beforeSec, afterSec)];
}

/** Expressions that fire at the edges of a change, in the midst of it, beside it and all through it. */
export function awkwardExpressions(change: ClockChange): string[] {
  const [start, end] = edgesOf(change);
  const middleSec = Math.floor((start + end) / 120) * 60;
  const middle = momentOf(middleSec);
  const { minute, hour, day, month, weekday } = middle;
  const edges = [start - 60, start, middleSec, end - 60, end].map(momentOf);
  const time = `${minute} ${hour}`;
  return [
    ...edges.map((edge) => `${edge.minute} ${edge.hour} * * *`),
    `${edges.map((edge) => edge.minute).join(",")} ${edges.map((edge) => edge.hour).join(",")} * * *`,
    `*/9 ${edges[0]!.hour}-${edges[4]!.hour} * * *`,
    minute === 0 ? "@hourly" : `${minute} * * * *`,
    `${minute} ${(hour + 1) % 24}-${(hour + 23) % 24} * * *`,
    `${time} ${day} ${month} *`,
    `${time} ${day} * ${weekdayNames[weekday]}`,
    `${time} */2 * ${weekday}`,
    "@daily",
    "59 */2 * * *",
  ];
}

/** Expressions with seconds, near a change whose edges may be no whole minutes. */
export function awkwardSeconds(change: ClockChange): string[] {
  const [start, end] = edgesOf(change);
  const edges = [start - 1, start, end - 1, end].map(momentOf);
  return [
    ...edges.map((edge) => `${edge.second} ${edge.minute} ${edge.hour} * * *`),
    `${edges.map((edge) => edge.second).join(",")} */15 0-22 * * *`,
    `*/29 ${edges[1]!.minute} * * * *`,
  ];
}

const numbers = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, at) => low + at);
const plain = (...texts: string[]) =>
  fc.constantFrom(...texts).map(
    (text): Field =>
      () =>
        text,
  );
const someOf = (low: number, high: number, maxLength: number) =>
  fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength });

/** A list, a range or a range with a step, of any numbers of the field. */
function anywhere(low: number, high: number, size = high - low + 1): fc.Arbitrary<Field> {
  const value = fc.integer({ min: low, max: high });
  const list = someOf(low, high, 5).map((values) => values.join(","));
  const range = fc.tuple(value, value).map(([from, to]) => `${from}-${to}`);
  const step = fc.tuple(fc.oneof(range, value, fc.constant("*")), fc.integer({ min: 1, max: size }));
  const stepped = step.map(([from, by]) => `${from}/${by}`);
  return fc.oneof(list, range, stepped).map(
    (text): Field =>
      () =>
        text,
  );
}

/** A list or a range of numbers that lie so far before and after that of the moment. */
function around(distance: number, [low, high]: [number, number], of: (near: Moment) => number) {
  const size = high - low + 1;
  const shifted = (near: Moment, by: number) => low + ((of(near) - low + by + size * 3) % size);
  return fc.tuple(someOf(-distance, distance, 4), fc.boolean()).map(([shifts, isRange]): Field => {
    if (!isRange) return (near) => shifts.map((by) => shifted(near, by)).join(",");
    return (near) => `${shifted(near, Math.min(...shifts))}-${shifted(near, Math.max(...shifts))}`;
  });
}

const second = fc.oneof(
  around(2, [0, 59], (near) => near.second),
  plain("0", "*/20", "30,59", "H", "H/25"),
);
const minute = fc.oneof(
  { weight: 4, arbitrary: around(2, [0, 59], (near) => near.minute) },
  {
    weight: 4,
    arbitrary: plain("0", "30", "59", "*/15", "*/7", "*/45", "50-10/7", "H", "H/20", "H(0-29)/10"),
  },
  { weight: 1, arbitrary: anywhere(0, 59) },
  { weight: 1, arbitrary: plain("*") },
);
const hour = fc.oneof(
  { weight: 5, arbitrary: around(3, [0, 23], (near) => near.hour) },
  { weight: 3, arbitrary: plain("*", "0-23", "12-11", "*/1", "0-11,12-23", numbers(0, 23).join(",")) },
  { weight: 2, arbitrary: plain("*/2", "*/3", "1-23", "0-22", "22-2", "22-4/2", "0", "H", "H(0-5)", "0,23") },
  { weight: 1, arbitrary: anywhere(0, 23) },
);
const dayOfMonth = fc.oneof(
  { weight: 6, arbitrary: plain("*", "?") },
  { weight: 2, arbitrary: around(1, [1, 31], (near) => near.day) },
  { weight: 1, arbitrary: anywhere(1, 31) },
  { weight: 3, arbitrary: plain("L", "LW", "1W,L", "*/2", "L-3,15W", "25-5/3", "?/10", "H", "31W,28W") },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Field[]>(
      ({ day }) => `${day}W`,
      ({ daysLeft }) => (daysLeft === 0 ? "L" : `L-${daysLeft}`),
    ),
  },
);
const month = fc.oneof(
  { weight: 6, arbitrary: plain("*") },
  { weight: 2, arbitrary: around(1, [1, 12], (near) => near.month) },
  { weight: 1, arbitrary: fc.constant<Field>((near) => monthNames[near.month - 1]!) },
  { weight: 1, arbitrary: plain("*/3", "NOV-FEB", "mar,OCT", "H") },
);
const dayOfWeek = fc.oneof(
  { weight: 6, arbitrary: plain("*", "?") },
  { weight: 2, arbitrary: around(1, [0, 6], (near) => near.weekday) },
  { weight: 1, arbitrary: anywhere(0, 7, 7) },
  { weight: 2, arbitrary: plain("SUN", "7", "FRI-MON", "5L", "FRIL,7#1", "*/2", "1-5", "7-2", "SUN#5", "H") },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Field[]>(
      ({ weekday }) => `${weekdayNames[weekday]}L`,
      ({ weekday, day }) => `${weekday}#${Math.ceil(day / 7)}`,
      ({ weekday }) => weekdayNames[weekday]!.toLowerCase(),
    ),
  },
);
const edge = fc.constantFrom<0 | 1>(0, 1);

function templatesOf(...fields: fc.Arbitrary<Field>[]): fc.Arbitrary<Template> {
  return fc.tuple(edge, fc.tuple(...fields)).map(([index, fields]) => {
    return (change) => {
      const near = momentOf(edgesOf(change)[index]);
      return fields.map((field) => field(near)).join(" ");
    };
  });
}

/** Any expression of five fields, most of which fire near the change. */
export const templates = templatesOf(minute, hour, dayOfMonth, month, dayOfWeek);

/** Any expression of six fields. */
export const secondTemplates = templatesOf(second, minute, hour, dayOfMonth, month, dayOfWeek);

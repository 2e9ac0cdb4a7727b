import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type BitSet, isIn } from "../core/bit-set.js";
import { type CronSpec, cronsOf } from "../core/cron/cron.js";
import { daysIn } from "../core/cron/month-days.js";
import { inEnglish } from "./english.js";

// Somebody who reads only the English must know when it fires: here the sentence is read back, by a reader that knows
// nothing of expressions, and what was understood is held against what the expression names.

interface Understood {
  /** For each second of the day, 1 if it fires then. */
  times: Uint8Array;
  isNamed: (day: Day) => boolean;
  months: Set<number>;
}

interface Day {
  day: number;
  weekday: number;
  length: number;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  ..."January,February,March,April,May,June,July".split(","),
  ..."August,September,October,November,December".split(","),
];
const weeks = ["first", "second", "third", "fourth", "fifth"];
const weekday = `(?:${weekdays.join("|")})`;
const month = `(?:${months.join("|")})`;

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
const around = (names: string[], from: string, to: string) => {
  const [first, last] = [names.indexOf(from), names.indexOf(to)];
  return range(first, last < first ? last + names.length : last).map((index) => index % names.length);
};
const items = (list: string) => list.split(/, (?:and |or )?| and | or /);

/** Takes sentences apart from the left. */
class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  take(pattern: string): string[] | null {
    const match = new RegExp(`^(?:, | )?(?:${pattern})(?=$|,| )`, "i").exec(this.#rest);
    if (match === null) return null;
    this.#rest = this.#rest.slice(match[0].length);
    return match.slice(1);
  }

  get rest(): string {
    return this.#rest;
  }
}

const clock = "\\d\\d:\\d\\d(?::\\d\\d)?";
const listOf = (item: string) => `${item}(?:, ${item})*(?:,? and ${item})?`;
const numberOrRun = "\\d+(?: through \\d+)?";

function numbersOf(list: string): number[] {
  return items(list).flatMap((item) => {
    const [from, to = from] = item.split(" through ").map(Number);
    return range(from!, to!);
  });
}

/** Seconds of a minute or minutes of an hour: `every 10 minutes`, `at 0 and 45 minutes past the hour`; null: nothing is said. */
function readPart(reader: Reader, unit: "second" | "minute", whole: "minute" | "hour"): number[] | null {
  if (reader.take(`every ${unit}`)) return range(0, 59);
  const run = `${unit}s (\\d+) through (\\d+) past the ${whole}`;
  const step = reader.take(`every (\\d+) ${unit}s`);
  if (step !== null) {
    const [from, to] = reader.take(run)?.map(Number) ?? [0, 59];
    return range(from!, to!, Number(step[0]));
  }
  const between = reader.take(run)?.map(Number);
  if (between !== undefined) return range(between[0]!, between[1]!);
  const list = reader.take(`at (${listOf(numberOrRun)}) ${unit}s? past the ${whole}`);
  return list === null ? null : numbersOf(list[0]!);
}

function secondOfDay(text: string): number {
  const [hour = 0, minute = 0, second = 0] = text.split(":").map(Number);
  return hour * 3600 + minute * 60 + second;
}

/** Whether a second of the day is in one of the windows, each of which ends with a whole minute. */
function readWindows(reader: Reader): (second: number) => boolean {
  const windows: { from: number; to: number }[] = [];
  const window = `(?:and )?(?:between (${clock}) and (${clock})|at (${clock}))`;
  for (let match = reader.take(window); match !== null; match = reader.take(window)) {
    const [from, to] = [secondOfDay(match[0] ?? match[2]!), secondOfDay(match[1] ?? match[2]!) + 59];
    if (from < to) windows.push({ from, to });
    else windows.push({ from, to: 86_399 }, { from: 0, to });
  }
  if (windows.length === 0) return () => true;
  return (second) => windows.some(({ from, to }) => second >= from && second <= to);
}

function readHours(reader: Reader): (second: number) => boolean {
  const step = reader.take("every (\\d+) hours")?.map(Number);
  if (step !== undefined) return (second) => range(0, 23, step[0]).includes(Math.floor(second / 3600));
  const hours = reader.take(`in the hours (${listOf("\\d\\d")})`);
  if (hours === null) return readWindows(reader);
  const named = new Set(numbersOf(hours[0]!));
  return (second) => named.has(Math.floor(second / 3600));
}

function readTimes(reader: Reader): Uint8Array {
  const list = reader.take(`at (${listOf(clock)})`);
  if (list !== null) return marked(items(list[0]!).map(secondOfDay));
  const seconds = readPart(reader, "second", "minute");
  const onTheHour = reader.take("every hour|on the hour") === null ? null : [0];
  const minutes = onTheHour ?? readPart(reader, "minute", "hour");
  if (seconds === null && minutes === null) throw new Error(`No times are read in: ${reader.rest}`);
  const isHour = readHours(reader);
  return marked(timesOf(range(0, 23), minutes ?? range(0, 59), seconds ?? [0]), isHour);
}

function marked(seconds: Iterable<number>, isMeant: (second: number) => boolean = () => true): Uint8Array {
  const times = new Uint8Array(86_400);
  for (const second of seconds) if (isMeant(second)) times[second] = 1;
  return times;
}

function* timesOf(hours: number[], minutes: number[], seconds: number[]): Generator<number> {
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) yield hour * 3600 + minute * 60 + second;
    }
  }
}

const nearestWeekday = (day: number, { length, ...one }: Day) => {
  const weekdayOf = (other: number) => (((one.weekday + other - one.day) % 7) + 7) % 7;
  const working = range(1, length).filter((other) => weekdayOf(other) % 6 !== 0);
  const distance = (other: number) => Math.abs(other - day);
  return working.toSorted((a, b) => distance(a) - distance(b))[0] === one.day && day <= length;
};

type IsNamed = Understood["isNamed"];

const monthDayWords: [RegExp, (...numbers: number[]) => IsNamed][] = [
  [/^the last day$/, () => (one) => one.day === one.length],
  [/^the last weekday$/, () => (one) => nearestWeekday(one.length, one)],
  [/^the first weekday$/, () => (one) => nearestWeekday(1, one)],
  [/^the weekday nearest day (\d+)$/, (day) => (one) => nearestWeekday(day, one)],
  [/^the day before the last day$/, () => (one) => one.day === one.length - 1],
  [/^(?:the day )?(\d+) days? before the last day$/, (count) => (one) => one.day === one.length - count],
  [/^(?:day )?(\d+)$/, (day) => (one) => one.day === day],
  [/^(?:day )?(\d+) through (\d+)$/, (from, to) => (one) => one.day >= from && one.day <= to],
  [
    /^every (\d)\w+ day from day (\d+) through (\d+)$/,
    (step, from, to) => (one) => one.day >= from && one.day <= to && (one.day - from) % step === 0,
  ],
];

function monthDay(item: string): IsNamed {
  for (const [pattern, meaning] of monthDayWords) {
    const match = pattern.exec(item);
    if (match !== null) return meaning(...match.slice(1).map(Number));
  }
  throw new Error(`No days are read in: ${item}`);
}

function weekdayOf(item: string): IsNamed {
  const [first, last = first] = item.match(new RegExp(weekday, "g"))!;
  const named = around(weekdays, first, last);
  const week = weeks.findIndex((name) => item.startsWith(`the ${name} `));
  return (one) => {
    if (!named.includes(one.weekday)) return false;
    if (item.startsWith("the last ")) return one.day + 7 > one.length;
    return week < 0 || Math.ceil(one.day / 7) === week + 1;
  };
}

function anyOf(list: string, reads: (item: string) => IsNamed): IsNamed {
  const meanings = items(list).map(reads);
  return (one) => meanings.some((isNamed) => isNamed(one));
}

function readDays(reader: Reader): (one: Day) => boolean {
  const run = reader.take("between day (\\d+) and (\\d+) of the month")?.map(Number);
  if (run !== undefined) return ({ day }) => day >= run[0]! && day <= run[1]!;
  const before = reader.take("(\\d+ days? before the last day) of the month");
  if (before !== null) return anyOf(before[0]!, monthDay);
  const only = reader.take(
    `only on (${listOf(`${weekday}(?: through ${weekday})?`)})|(${weekday} through ${weekday})`,
  );
  if (only !== null) return anyOf((only[0] ?? only[1])!, weekdayOf);
  const both = reader.take(
    "on (.*?) of the month if it is (.*?)(?: of the month)?(?=$|, only in|, [A-Z]\\w+ through \\w+$)",
  );
  if (both !== null) {
    const [isDay, isWeekday] = [anyOf(both[0]!, monthDay), anyOf(both[1]!, weekdayOf)];
    return (one) => isDay(one) && isWeekday(one);
  }
  const either = reader.take(
    "on (.*?) of the month or on (.*?)(?: of the month)?(?=$|, only in|, [A-Z]\\w+ through \\w+$)",
  );
  if (either !== null) {
    const [isDay, isWeekday] = [anyOf(either[0]!, monthDay), anyOf(either[1]!, weekdayOf)];
    return (one) => isDay(one) || isWeekday(one);
  }
  const marked = reader.take(
    `on ((?:each (?:day from ${weekday} through )?${weekday}(?:, | and ))*the (?:${weeks.join("|")}|last) ${weekday}.*?) of the month`,
  );
  if (marked !== null) return anyOf(marked[0]!, weekdayOf);
  const days = reader.take("on (.*?) of the month");
  return days === null ? () => true : anyOf(days[0]!, monthDay);
}

function readMonths(reader: Reader): Set<number> {
  const match = reader.take(
    `only in (${listOf(`${month}(?: through ${month})?`)})|(${month} through ${month})`,
  );
  if (match === null) return new Set(range(1, 12));
  const named = items((match[0] ?? match[1])!).flatMap((item) => {
    const [from, to = from] = item.split(" through ");
    return around(months, from!, to!);
  });
  return new Set(named.map((index) => index + 1));
}

function understood(sentence: string): Understood {
  const reader = new Reader(sentence);
  const read = { times: readTimes(reader), isNamed: readDays(reader), months: readMonths(reader) };
  if (reader.rest !== "") throw new Error(`Of "${sentence}" this was not read: ${reader.rest}`);
  return read;
}

const members = (set: BitSet, high: number) => range(0, high).filter((value) => isIn(set, value));

/** The days that somebody who has read the sentence expects in a month of this shape: day n is bit n - 1. */
function daysExpected({ isNamed }: Understood, length: number, firstWeekday: number): number {
  const named = range(1, length).filter((day) =>
    isNamed({ day, weekday: (firstWeekday + day - 1) % 7, length }),
  );
  return named.reduce((bits, day) => bits | (1 << (day - 1)), 0);
}

function expectTrue(sentence: string, spec: CronSpec): void {
  const read = understood(sentence);
  const { seconds, minutes, hours } = spec;
  const times = marked(timesOf(members(hours, 23), members(minutes, 59), members(seconds, 59)));
  expect(Buffer.compare(read.times, times), sentence).toBe(0);
  const named = range(1, 12).filter((index) => (spec.months >> index) & 1);
  expect(
    [...read.months].toSorted((a, b) => a - b),
    sentence,
  ).toEqual(named);
  for (const length of range(28, 31)) {
    const firsts = range(0, 6);
    const expected = firsts.map((first) => daysIn(spec.days, length, first));
    expect(
      firsts.map((first) => daysExpected(read, length, first)),
      sentence,
    ).toEqual(expected);
  }
}

const piecesOf = (low: number, high: number) => {
  const value = fc.integer({ min: low, max: high });
  const step = fc.integer({ min: 1, max: high - low + 1 });
  const run = fc.tuple(value, value).map(([from, to]) => `${from}-${to}`);
  return fc.oneof(
    { weight: 4, arbitrary: value.map(String) },
    { weight: 3, arbitrary: run },
    { weight: 1, arbitrary: fc.tuple(run, step).map(([text, by]) => `${text}/${by}`) },
    { weight: 1, arbitrary: fc.tuple(value, step).map(([from, by]) => `${from}/${by}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("H", `H/${Math.ceil((high - low) / 3)}`, `H(${low}-${low + 3})`),
    },
  );
};
const fieldOf = (piece: fc.Arbitrary<string>, high: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("*") },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: high }).map((step) => `*/${step}`) },
    { weight: 5, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }).map((list) => list.join(",")) },
  );
const day = fc.integer({ min: 1, max: 31 });
const dayMark = fc.oneof(
  fc.constantFrom("L", "LW"),
  day.map((number) => `${number}W`),
  fc.integer({ min: 1, max: 30 }).map((number) => `L-${number}`),
);
const weekdayMark = fc
  .tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom("L", "#1", "#2", "#3", "#4", "#5"))
  .map(([number, mark]) => `${number}${mark}`);
const monthDays = fieldOf(fc.oneof(piecesOf(1, 31), dayMark), 31);
const weekdaysField = fieldOf(fc.oneof(piecesOf(0, 6), weekdayMark), 7);

const expression = fc
  .tuple(
    fc.option(fieldOf(piecesOf(0, 59), 60)),
    fieldOf(piecesOf(0, 59), 60),
    fieldOf(piecesOf(0, 23), 24),
    monthDays,
    fieldOf(piecesOf(1, 12), 12),
    weekdaysField,
  )
  .map((fields) => fields.filter((field) => field !== null).join(" "));

function specOf(text: string): CronSpec | null {
  try {
    return cronsOf(text, "backup")[0]!;
  } catch {
    return null;
  }
}

test("whoever reads the English of any expression knows when it fires", () => {
  let read = 0;
  fc.assert(
    fc.property(expression, (text) => {
      const spec = specOf(text);
      fc.pre(spec !== null);
      read += 1;
      expectTrue(inEnglish(text, "backup"), spec);
    }),
    { numRuns: 800 },
  );
  expect(read).toBeGreaterThan(500);
});

test("several expressions are told one after the other, each as by itself", () => {
  fc.assert(
    fc.property(fc.array(expression, { minLength: 2, maxLength: 4 }), (texts) => {
      const lines = texts.filter((text) => specOf(text) !== null);
      fc.pre(lines.length > 1);
      const sentences = lines.map((line) => inEnglish(line, "backup"));
      const told = inEnglish(lines.join("\n"), "backup").split("; and ");
      expect(told.map((words) => words.toLowerCase())).toEqual(sentences.map((words) => words.toLowerCase()));
    }),
    { numRuns: 200 },
  );
});

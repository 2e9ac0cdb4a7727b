// Reads cron expressions by the simplest means, with nothing of the engine: days are looked up in the calendar of Date.

/** An expression as the oracle reads it. */
export interface CronByHand {
  /** Whether an expression of this hour field follows elapsed time. */
  readonly everyHour: boolean;
  /** Whether each of the 1,440 minutes of a day is named (1 or 0), and each second of a minute. */
  readonly minutesOfDay: Uint8Array;
  readonly seconds: Uint8Array;
  /** Whether the day is named that begins at `dayMs` in UTC. */
  readonly namesDay: (dayMs: number) => boolean;
}

type DayTest = (day: Date) => boolean;

const dayMs = 86_400_000;
const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Reads an expression without an `H` or a nickname. It must be one that the engine takes. */
export function cronByHand(expression: string): CronByHand {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift("0");
  const [seconds, minutes, hours] = [59, 59, 23].map((high, index) => numbersOf(fields[index]!, 0, high));
  const [dayOfMonth, month, dayOfWeek] = fields.slice(3) as [string, string, string];
  const months = numbersOf(withNumbers(month, monthNames, 1), 1, 12);
  const onDay = anyOf(dayOfMonth, dayOfMonthTest);
  const onWeekday = anyOf(withNumbers(dayOfWeek, weekdayNames, 0), weekdayTest);
  const isOpen = /^[*?]/.test(dayOfMonth) || /^[*?]/.test(dayOfWeek);
  return {
    everyHour: new Set(hours).size === 24,
    minutesOfDay: flags(
      1440,
      hours!.flatMap((hour) => minutes!.map((minute) => hour * 60 + minute)),
    ),
    seconds: flags(60, seconds!),
    namesDay: (ms) => {
      const day = new Date(ms);
      if (!months.includes(day.getUTCMonth() + 1)) return false;
      return isOpen ? onDay(day) && onWeekday(day) : onDay(day) || onWeekday(day);
    },
  };
}

function withNumbers(field: string, names: readonly string[], low: number): string {
  return names.reduce((text, name, index) => text.replaceAll(name, String(low + index)), field.toUpperCase());
}

function numbersOf(field: string, low: number, high: number): number[] {
  return field.split(",").flatMap((item) => numbersOfItem(item, low, high));
}

/** The numbers that `*`, `5`, `22-2` or `10-50/7` names. A range whose end is before its start goes round. */
function numbersOfItem(item: string, low: number, high: number): number[] {
  const [range, step] = item.split("/") as [string, string?];
  const [from, to] = /^[*?]$/.test(range) ? [low, high] : (range.split("-").map(Number) as [number, number?]);
  const end = to ?? (step === undefined ? from : high);
  const size = high - low + 1;
  const numbers: number[] = [];
  for (let value = from; value <= (end < from ? end + size : end); value += Number(step ?? 1)) {
    numbers.push(low + ((value - low) % size));
  }
  return numbers;
}

function anyOf(field: string, testOf: (item: string) => DayTest): DayTest {
  const tests = field.toUpperCase().split(",").map(testOf);
  return (day) => tests.some((test) => test(day));
}

function dayOfMonthTest(item: string): DayTest {
  if (item === "LW") return isLastWorkday;
  if (item.endsWith("W")) return (day) => nearestWorkday(day, Number.parseInt(item, 10)) === day.getTime();
  if (item.startsWith("L")) return (day) => isLastOfMonth(later(day, Number(item.slice(2))), day);
  const days = numbersOf(item, 1, 31);
  return (day) => days.includes(day.getUTCDate());
}

function weekdayTest(item: string): DayTest {
  if (item.endsWith("L")) return (day) => isWeekday(day, item) && !isSameMonth(later(day, 7), day);
  const [weekday, week] = item.split("#");
  if (week !== undefined) {
    return (day) => isWeekday(day, weekday!) && Math.ceil(day.getUTCDate() / 7) === Number(week);
  }
  const weekdays = numbersOf(item, 0, 6);
  return (day) => weekdays.includes(day.getUTCDay());
}

function isWeekday(day: Date, text: string): boolean {
  return day.getUTCDay() === Number.parseInt(text, 10) % 7;
}

/** The workday that `15W` names in the month of a day, in milliseconds; NaN if the month has no such day. */
function nearestWorkday(day: Date, dayOfMonth: number): number {
  const named = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), dayOfMonth));
  if (!isSameMonth(named, day)) return NaN;
  const near = [0, -1, 1, -2, 2].map((days) => later(named, days));
  return near.find((other) => isSameMonth(other, named) && isWorkday(other))!.getTime();
}

function isLastWorkday(day: Date): boolean {
  const rest = [1, 2, 3].map((days) => later(day, days)).filter((other) => isSameMonth(other, day));
  return isWorkday(day) && !rest.some(isWorkday);
}

/** Whether a day is the last of its month, and that is the month of the other day too. */
function isLastOfMonth(day: Date, other: Date): boolean {
  return isSameMonth(day, other) && !isSameMonth(later(day, 1), day);
}

function isWorkday(day: Date): boolean {
  return day.getUTCDay() !== 0 && day.getUTCDay() !== 6;
}

function isSameMonth(day: Date, other: Date): boolean {
  return day.getUTCMonth() === other.getUTCMonth() && day.getUTCFullYear() === other.getUTCFullYear();
}

function later(day: Date, days: number): Date {
  return new Date(day.getTime() + days * dayMs);
}

function flags(length: number, named: readonly number[]): Uint8Array {
  const all = new Uint8Array(length);
  for (const index of named) all[index] = 1;
  return all;
}

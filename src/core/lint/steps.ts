import type { CronSpec } from "../cron/cron.js";
import { isEachDay, monthNames, valuesOf, type WrittenFields } from "./fields.js";

interface SteppedField {
  readonly name: string;
  readonly unit: string;
  /** The unit of a duration; null: there is none. */
  readonly every: string | null;
  readonly size: number;
  readonly show: (value: number) => string;
}

const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const twoDigits = (value: number) => String(value).padStart(2, "0");

const steppedFields: Record<keyof WrittenFields, SteppedField> = {
  second: { name: "second", unit: "seconds", every: "s", size: 60, show: (value) => `:${twoDigits(value)}` },
  minute: { name: "minute", unit: "minutes", every: "m", size: 60, show: (value) => `:${twoDigits(value)}` },
  hour: { name: "hour", unit: "hours", every: "h", size: 24, show: (value) => `${twoDigits(value)}:00` },
  dayOfMonth: { name: "day of month", unit: "days", every: "d", size: 0, show: (value) => `day ${value}` },
  month: { name: "month", unit: "months", every: null, size: 12, show: (value) => monthNames[value - 1]! },
  dayOfWeek: {
    name: "day of week",
    unit: "days",
    every: null,
    size: 7,
    show: (value) => weekdayNames[value]!,
  },
};

/** Says of each step that does not come out even at the end of its field what follows there. */
export function unevenSteps(spec: CronSpec, fields: WrittenFields): string[] {
  return (Object.keys(steppedFields) as (keyof WrittenFields)[]).flatMap((key) => {
    const step = Number(/^(?:\*|\?|\d+|H)\/(\d+)$/i.exec(fields[key] ?? "")?.[1] ?? 1);
    const values = valuesIn(spec, key);
    const field = steppedFields[key];
    if (step === 1 || isEven(values, step, field.size)) return [];
    const [first, last] = [field.show(values[0]!), field.show(values.at(-1)!)];
    const what = `"${fields[key]}" in the ${field.name} field is not each ${step} ${field.unit}: after ${last} comes ${first}`;
    return [`${what}. ${fixOf(spec, key, step)}`];
  });
}

function valuesIn({ seconds, minutes, hours, days, months }: CronSpec, key: keyof WrittenFields): number[] {
  switch (key) {
    case "second":
      return valuesOf(seconds, 59);
    case "minute":
      return valuesOf(minutes, 59);
    case "hour":
      return valuesOf(hours, 23);
    case "dayOfMonth":
      return valuesOf({ low: days.daysOfMonth, high: 0 }, 30).map((index) => index + 1);
    case "month":
      return valuesOf({ low: months, high: 0 }, 12);
    default:
      return valuesOf({ low: days.weekdays, high: 0 }, 6);
  }
}

/** Months have no size of their own: only a step that names a single day of them comes out even. */
function isEven(values: readonly number[], step: number, size: number): boolean {
  if (size === 0) return values.length === 1;
  const around = [...values.slice(1), values[0]! + size];
  return around.every((value, index) => value === values[index]! + step);
}

function fixOf(spec: CronSpec, key: keyof WrittenFields, step: number): string {
  const { every, size } = steppedFields[key];
  if (every !== null && isAlone(spec, key)) return `Write every: ${step}${every} instead of cron.`;
  if (key === "dayOfWeek")
    return `Name the days: ${valuesIn(spec, key)
      .map((day) => weekdayNames[day])
      .join(",")}.`;
  const divisor = Array.from({ length: step }, (_, index) => step - index).find((n) => size % n === 0) ?? 1;
  if (size === 0 || divisor === 1) return "Write a list, to say that it is meant.";
  return `Write a step that divides ${size}, such as */${divisor}.`;
}

/** Whether nothing but the stepped field says when it fires. */
function isAlone(spec: CronSpec, key: keyof WrittenFields): boolean {
  const perMinute = valuesOf(spec.seconds, 59).length;
  const perHour = valuesOf(spec.minutes, 59).length;
  const perDay = valuesOf(spec.hours, 23).length;
  if (key === "second") return perHour === 60 && perDay === 24 && isEachDay(spec);
  if (key === "minute") return perMinute === 1 && perDay === 24 && isEachDay(spec);
  if (key === "hour") return perMinute * perHour === 1 && isEachDay(spec);
  const eachMonth = { ...spec, days: { ...spec.days, daysOfMonth: 0x7fff_ffff } };
  return perMinute * perHour * perDay === 1 && isEachDay(eachMonth);
}

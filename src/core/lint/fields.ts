import { isIn, type BitSet } from "../bit-set.js";
import type { CronSpec } from "../cron/cron.js";

export const monthNames = [
  ..."January,February,March,April,May,June,July".split(","),
  ..."August,September,October,November,December".split(","),
];

/** The fields of an expression as they are written; without seconds the first is null. */
export interface WrittenFields {
  readonly second: string | null;
  readonly minute: string;
  readonly hour: string;
  readonly dayOfMonth: string;
  readonly month: string;
  readonly dayOfWeek: string;
}

/** What was written in each field, with an `H` as it stands; a nickname is spelled out. */
export function writtenFields({ expression, resolved }: CronSpec): WrittenFields {
  const text = expression.trim();
  const fields = (text.startsWith("@") ? resolved : text).split(/\s+/);
  const second = fields.length === 6 ? fields.shift()! : null;
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [string, string, string, string, string];
  return { second, minute, hour, dayOfMonth, month, dayOfWeek };
}

/** The expression with some of its fields written otherwise, in quotes. */
export function rewritten(fields: WrittenFields, changes: Partial<WrittenFields>): string {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = { ...fields, ...changes };
  const parts = [minute, hour, dayOfMonth, month, dayOfWeek];
  return `"${(second === null ? parts : [second, ...parts]).join(" ")}"`;
}

/** The members of a field's set, in order. */
export function valuesOf(set: BitSet, high: number): number[] {
  return Array.from({ length: high + 1 }, (_, value) => value).filter((value) => isIn(set, value));
}

const everyDay = 0x7fff_ffff;
const everyWeekday = 0x7f;
const everyMonth = 0x1ffe;

/** Whether the rest of an expression leaves no day out. */
export function isEachDay({ days, months }: CronSpec): boolean {
  return days.daysOfMonth === everyDay && days.weekdays === everyWeekday && months === everyMonth;
}

/** Whether both day fields are restricted in writing, so that a day need please only one of them. */
export function pleasesEither({ days }: CronSpec): boolean {
  return days.join === "either";
}

/** Whether one of the day fields names all days by itself. */
export function hasFullDayField({ days }: CronSpec): boolean {
  return days.daysOfMonth === everyDay || days.weekdays === everyWeekday;
}

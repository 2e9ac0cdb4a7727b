import { monthLength } from "../clock/calendar.js";
import type { CronSpec } from "../cron/cron.js";
import { hasFullDayField, monthNames, pleasesEither, rewritten, type WrittenFields } from "./fields.js";
import { listed } from "../listed.js";

const leapYear = 2000;

/** Both day fields are written, and a day need please one of them only. */
export function bothDays(spec: CronSpec, fields: WrittenFields): string | null {
  if (!pleasesEither(spec)) return null;
  const { dayOfMonth, dayOfWeek } = fields;
  if (hasFullDayField(spec)) {
    return `Either "${dayOfMonth}" or "${dayOfWeek}" is enough, and one of them names all days: it fires every day. Write * in its place.`;
  }
  const numbered = numberedWeekday(dayOfMonth, dayOfWeek);
  const what = `It fires on days that please either "${dayOfMonth}" or "${dayOfWeek}"`;
  if (numbered === null) {
    return `${what}. Both must match only where one of the two begins with *, such as */2; a weekday by its number is MON#2 or FRIL.`;
  }
  return `${what}. For both write ${rewritten(fields, { dayOfMonth: "*", dayOfWeek: numbered })}.`;
}

const weeksOfMonth = ["1-7", "8-14", "15-21", "22-28"];

/** `MON#1` for 1-7 and MON, as people write the first Monday elsewhere; `MONL` for the last seven days. */
function numberedWeekday(dayOfMonth: string, dayOfWeek: string): string | null {
  if (!/^([0-7]|[A-Z]{3})$/i.test(dayOfWeek)) return null;
  const week = weeksOfMonth.indexOf(dayOfMonth) + 1;
  if (week > 0) return `${dayOfWeek}#${week}`;
  return dayOfMonth === "25-31" ? `${dayOfWeek}L` : null;
}

/** A day that some of the months do not have. */
export function shortMonth({ months }: CronSpec, { dayOfMonth }: WrittenFields): string | null {
  const days = dayOfMonth.split(",").map((item) => Number(/^(\d+)W?$/i.exec(item)?.[1] ?? 0));
  const day = Math.max(...days);
  const lacking = monthNames.filter((_, index) => {
    return (months >> (index + 1)) & 1 && monthLength(leapYear, index + 1) < day;
  });
  const last = "For the last day of each month write L";
  if (lacking.length > 0) return `Day ${day} leaves out ${listed(lacking)}. ${last}.`;
  if (day !== 29 || ((months >> 2) & 1) === 0) return null;
  return `Day 29 comes in February of leap years only. ${last}.`;
}

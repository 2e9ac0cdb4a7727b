import { isIn } from "../core/bit-set.js";
import { listed } from "../core/listed.js";
import { type DayRule, lastWeek, numberedWeekday } from "../core/cron/month-days.js";
import { describedDays } from "./cronstrue.js";
import { asList, type Run, runsAround, runsOf, stepOf } from "./runs.js";

const everyDay = 0x7fff_ffff;
const everyWeekday = 0x7f;
const lastNearest = 31;
const longestList = 8;

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const weeks = ["first", "second", "third", "fourth", "fifth", "last"];

/** Whether the rule names every day. */
export function namesAllDays({ daysOfMonth, weekdays, join }: DayRule): boolean {
  const [allDays, allWeekdays] = [daysOfMonth === everyDay, weekdays === everyWeekday];
  return join === "both" ? allDays && allWeekdays : allDays || allWeekdays;
}

/** The days of a rule: `, Monday through Friday`, or nothing for all days. */
export function dayWords(rule: DayRule): string {
  if (namesAllDays(rule)) return "";
  if (rule.weekdays === everyWeekday) return monthDayPhrase(rule);
  if (rule.daysOfMonth === everyDay) return weekdayPhrase(rule);
  const monthDays = `on ${listed(monthDayItems(rule))} of the month`;
  if (rule.join === "both") return `, ${monthDays} if it is ${weekdayList(rule, "a", "or")}`;
  return `, ${monthDays} or on ${weekdayList(rule, "any", "and")}`;
}

/** cronstrue's words for plain days, and for one with a mark; our own for what it cannot word. */
function monthDayPhrase(rule: DayRule): string {
  const days = membersOf(rule.daysOfMonth).map((index) => index + 1);
  const { fromLast, nearest } = marksOf(rule);
  const marks = fromLast.length + nearest.length;
  if (marks === 0 && !isLongStep(days)) return describedDays(`${asList(runsOf(days))} * *`);
  if (days.length + marks === 1) return describedDays(`${markOf(fromLast[0], nearest[0])} * *`);
  return `, on ${listed(monthDayItems(rule))} of the month`;
}

function markOf(fromLast: number | undefined, nearest: number | undefined): string {
  if (fromLast !== undefined) return fromLast === 0 ? "L" : `L-${fromLast}`;
  return nearest === lastNearest ? "LW" : `${nearest! + 1}W`;
}

function weekdayPhrase(rule: DayRule): string {
  const days = membersOf(rule.weekdays);
  const { numbered } = marksOf(rule);
  if (numbered.length === 0) return describedDays(`* * ${asList(runsAround(days, 0, 6))}`);
  if (days.length === 0 && numbered.length === 1) return describedDays(`* * ${numberedMark(numbered[0]!)}`);
  return `, on ${weekdayList(rule, "each", "and")}`;
}

function numberedMark([weekday, week]: Numbered): string {
  return week === lastWeek ? `${weekday}L` : `${weekday}#${week}`;
}

/** `day 15`, `days 1 through 7`, `the last day`, to be followed by `of the month`. */
function monthDayItems(rule: DayRule): string[] {
  const days = membersOf(rule.daysOfMonth).map((index) => index + 1);
  const { fromLast, nearest } = marksOf(rule);
  return [...plainDays(days), ...nearest.map(nearestWords), ...fromLast.map(fromLastWords)];
}

function plainDays(days: readonly number[]): string[] {
  if (days.length === 0) return [];
  if (isLongStep(days)) {
    const nth = stepOf(days) === 2 ? "2nd" : "3rd";
    return [`every ${nth} day from day ${days[0]} through ${days.at(-1)}`];
  }
  const runs = runsOf(days).map(([from, to]) => (from === to ? `${from}` : `${from} through ${to}`));
  return runs.map((run, index) => (index === 0 ? `day ${run}` : run));
}

function isLongStep(days: readonly number[]): boolean {
  return stepOf(days) !== null && days.length > longestList;
}

function nearestWords(nearest: number): string {
  if (nearest === lastNearest) return "the last weekday";
  return nearest === 0 ? "the first weekday" : `the weekday nearest day ${nearest + 1}`;
}

function fromLastWords(fromLast: number): string {
  if (fromLast === 0) return "the last day";
  return fromLast === 1 ? "the day before the last day" : `the day ${fromLast} days before the last day`;
}

/** `any Friday`, `each day from Monday through Friday and the last Sunday of the month`. */
function weekdayList(rule: DayRule, article: "a" | "any" | "each", conjunction: "and" | "or"): string {
  const { numbered } = marksOf(rule);
  const plain = runsAround(membersOf(rule.weekdays), 0, 6).flatMap(weekdayItems);
  const named = numbered.map(([weekday, week]) => `the ${weeks[week - 1]} ${weekdays[weekday]}`);
  const list = listed([...plain.map((day) => `${article} ${day}`), ...named], conjunction);
  return numbered.length === 0 ? list : `${list} of the month`;
}

/** A stretch of more than two is one item. */
function weekdayItems([from, to]: Run): string[] {
  const [first, last] = [weekdays[from]!, weekdays[to]!];
  if (from === to) return [first];
  return (from + 1) % 7 === to ? [first, last] : [`day from ${first} through ${last}`];
}

type Numbered = readonly [weekday: number, week: number];

function marksOf({ marks }: DayRule): { fromLast: number[]; nearest: number[]; numbered: Numbered[] } {
  if (marks === null) return { fromLast: [], nearest: [], numbered: [] };
  const numbered = weeks.flatMap((_, week) => weekdays.map((__, weekday): Numbered => [weekday, week + 1]));
  return {
    fromLast: membersOf(marks.fromLast),
    nearest: membersOf(marks.nearest),
    numbered: numbered.filter(([weekday, week]) => isIn(marks.numbered, numberedWeekday(weekday, week))),
  };
}

function membersOf(bits: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((bits >>> bit) & 1) === 1);
}

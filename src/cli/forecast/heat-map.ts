import type { DayLoad } from "../../core/forecast/load.js";
import { dateWords } from "../../core/clock/wall-clock-words.js";
import type { Colors } from "../io.js";

const mostRows = 62;
const labelWidth = 12;
const shades = ["·", "░", "▒", "▓", "█"];

/**
 * Days and hours as a picture: a row a day, or a week if there are many, a cell an hour, the darker the more begins in it.
 * A cell is as wide as the line allows; where there is room it holds the number.
 */
export function heatMap(days: readonly DayLoad[], columns: number, colors: Colors): string {
  const rows = days.length > mostRows ? weeksOf(days) : days;
  const scale = scaleOf(rows);
  const width = Math.min(5, Math.max(1, Math.floor((columns - labelWidth) / 24)));
  const lines = rows.map(({ date, hours }) => {
    const cells = hours.map((runs) => cellOf(runs, { scale, width, colors }));
    return `${labelOf(date).padEnd(labelWidth)}${cells.join("")}`.trimEnd();
  });
  return [headOf(width, colors), ...lines, legend(scale, rows !== days, colors)]
    .map((line) => `${line}\n`)
    .join("");
}

/** Weeks from the first day on; of each hour that of the day on which most begins in it. */
function weeksOf(days: readonly DayLoad[]): DayLoad[] {
  return Array.from({ length: Math.ceil(days.length / 7) }, (_, week) => {
    const of = days.slice(week * 7, week * 7 + 7);
    const hours = of[0]!.hours.map((_, hour) => Math.max(...of.map((day) => day.hours[hour]!)));
    return { date: of[0]!.date, hours };
  });
}

function labelOf(date: string): string {
  return dateWords(Date.parse(`${date}T00:00:00Z`) / 1000).replace(/ \d{4}$/, "");
}

function headOf(width: number, colors: Colors): string {
  const step = width === 1 ? 6 : 3;
  const labels = Array.from({ length: 24 / step }, (_, index) => {
    return String(index * step)
      .padStart(2, "0")
      .padEnd(step * width);
  });
  return colors.dim(`${" ".repeat(labelWidth)}${labels.join("")}`.trimEnd());
}

/** The most runs of each shade but the first, from the least busy hour in which anything begins to the busiest. */
type Scale = readonly number[];

function scaleOf(rows: readonly DayLoad[]): Scale {
  const loads = rows.flatMap(({ hours }) => hours).filter((runs) => runs > 0);
  const [least, most] = [Math.min(...loads, Infinity), Math.max(...loads, 0)];
  if (most === 0) return [];
  const bounds = [1, 2, 3, 4].map((level) => Math.floor(least + ((most - least) * level) / 4));
  return [...new Set(bounds)];
}

function cellOf(
  runs: number,
  { scale, width, colors }: { scale: Scale; width: number; colors: Colors },
): string {
  const level = runs === 0 ? 0 : scale.findIndex((bound) => runs <= bound) + 1;
  const text = width < 4 ? shadeOf(level, scale).repeat(width) : numberText(runs).padEnd(width);
  return colorOf(level, scale, colors)(text);
}

/** The last shade is for the busiest, however few there are. */
function shadeOf(level: number, scale: Scale): string {
  return level === 0 ? shades[0]! : shades[level + shades.length - 1 - scale.length]!;
}

function numberText(runs: number): string {
  if (runs === 0) return "·";
  return runs < 1000 ? String(runs) : `${Math.round(runs / 1000)}k`;
}

function colorOf(level: number, scale: Scale, colors: Colors) {
  if (level === 0) return colors.dim;
  return [colors.green, colors.cyan, colors.yellow, colors.red][level + 3 - scale.length]!;
}

function legend(scale: Scale, weeks: boolean, colors: Colors): string {
  const levels = scale.map((bound, index) => {
    const level = index + 1;
    return `, ${colorOf(level, scale, colors)(shadeOf(level, scale))} to ${bound}`;
  });
  const what = weeks ? "a row is seven days, a cell the busiest of them" : "a row is a day";
  return `${colors.dim("·")} none${levels.join("")} runs begin in the hour; ${what}`;
}

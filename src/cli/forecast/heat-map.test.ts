import pico from "picocolors";
import { expect, test } from "vitest";
import type { DayLoad } from "../../core/forecast/load.js";
import { heatMap } from "./heat-map.js";

const plain = pico.createColors(false);
const hours = (...first: number[]) => Array.from({ length: 24 }, (_, hour) => first[hour] ?? 0);
const days: DayLoad[] = [
  { date: "2026-11-23", hours: hours(0, 1, 25, 50, 75, 100) },
  { date: "2026-12-01", hours: hours(100) },
];

test("each hour of each day has a shade, from the least busy one to the busiest", () => {
  expect(heatMap(days, 40, plain)).toBe(
    "            00    06    12    18\n" +
      "Mon 23 Nov  ·░░▒▓█··················\n" +
      "Tue 1 Dec   █·······················\n" +
      "· none, ░ to 25, ▒ to 50, ▓ to 75, █ to 100 runs begin in the hour; a row is a day\n",
  );
});

test("cells are as wide as the line allows, and hold numbers where there is room", () => {
  const [, row] = heatMap(days, 62, plain).split("\n");
  expect(row).toBe(`Mon 23 Nov  ··░░░░▒▒▓▓██${"··".repeat(18)}`);
  const [head, wide] = heatMap(days, 200, plain).split("\n");
  expect(head).toMatch(/^ {12}00 {13}03 {13}06/);
  expect(wide).toMatch(/^Mon 23 Nov {2}· {4}1 {4}25 {3}50 {3}75 {3}100 {2}· /);
});

test("a line is never longer than it may be, if it may have 36 characters", () => {
  for (const columns of [36, 50, 80, 120, 200]) {
    const [, ...rows] = heatMap(days, columns, plain).split("\n");
    for (const row of rows.slice(0, 2)) expect(row.length).toBeLessThanOrEqual(columns);
  }
});

test("many days are told by the week, each hour by its busiest day", () => {
  const year = Array.from({ length: 70 }, (_, day) => ({
    date: new Date(Date.UTC(2026, 10, 23 + day)).toISOString().slice(0, 10),
    hours: hours(day === 3 ? 9 : 1),
  }));
  const lines = heatMap(year, 40, plain).trimEnd().split("\n");
  expect(lines).toHaveLength(12);
  expect(lines[1]).toMatch(/^Mon 23 Nov {2}█·/);
  expect(lines[2]).toMatch(/^Mon 30 Nov {2}░·/);
  expect(lines.at(-1)).toMatch(/a row is seven days, a cell the busiest of them$/);
});

test("a few numbers have a few shades, the last for the busiest; and nothing at all has none", () => {
  expect(heatMap([{ date: "2026-11-23", hours: hours(7, 7) }], 40, plain)).toMatch(
    / {2}██·+\n· none, █ to 7 runs/,
  );
  expect(heatMap([{ date: "2026-11-23", hours: hours() }], 40, plain)).toMatch(
    / {2}·{24}\n· none runs begin/,
  );
});

test("colours are only added", () => {
  const colored = heatMap(days, 62, pico.createColors(true));
  // oxlint-disable-next-line no-control-regex -- the escapes of colours
  expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(heatMap(days, 62, plain));
  expect(colored).toContain("\u001b[31m██");
});

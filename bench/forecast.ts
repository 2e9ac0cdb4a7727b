// What a forecast costs. Run: npx tsx bench/forecast.ts
import Table from "cli-table3";
import { forecast } from "../src/core/forecast/forecast.js";
import type { ForecastSchedule } from "../src/core/forecast/schedule.js";
import { scheduleDefaults } from "../src/core/schedule.js";
import { median } from "./median.js";

const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"];

// From every minute to monthly, as often as people write them.
const mixed = [
  ..."* * * * *|*/5 * * * *|*/5 * * * *|*/10 * * * *|*/15 * * * *|H/15 * * * *|H * * * *|H * * * *".split(
    "|",
  ),
  ..."0 * * * *|17 */2 * * *|H H * * *|H H * * *|H H(0-5) * * *|30 2 * * *|0 9 * * MON-FRI".split("|"),
  ..."*/10 8-18 * * MON-FRI|0 6,18 * * *|H H * * SUN|H H 1 * *|0 0 L * *".split("|"),
];

function schedules(count: number): ForecastSchedule[] {
  return Array.from({ length: count }, (_, index) => ({
    ...scheduleDefaults,
    name: `job ${index}`,
    runsMade: 0,
    cron: mixed[index % mixed.length]!,
    timezone: zones[Math.floor(index / mixed.length) % zones.length]!,
    overlap: (["skip", "queue", "concurrent"] as const)[index % 3]!,
    spreadSec: index % 4 === 0 ? 600 : 0,
    blackouts: index % 5 === 0 ? [{ when: "SAT 00:00 - SUN 06:00", reason: "Maintenance" }] : [],
  }));
}

function durations(all: readonly ForecastSchedule[]) {
  return new Map(
    all.map(({ name }, index) => [name, { p50Ms: 2000 + index * 50, p95Ms: 8000 + index * 200 }]),
  );
}

const fromMs = Date.UTC(2026, 10, 23);

function measure(count: number, days: number): (string | number)[] {
  const all = schedules(count);
  const options = {
    fromMs,
    toMs: fromMs + days * 86_400_000,
    timeZone: "Europe/Berlin",
    durations: durations(all),
  };
  let runs = 0;
  const seconds = Array.from({ length: 3 }, () => {
    const began = performance.now();
    ({ runs } = forecast(all, options));
    return (performance.now() - began) / 1000;
  });
  return [count, days, runs.toLocaleString("en"), median(seconds).toFixed(2)];
}

const table = new Table({ style: { head: [], border: [] }, head: ["schedules", "days", "runs", "seconds"] });
for (const [count, days] of [
  [100, 30],
  [1000, 30],
  [1000, 366],
  [10_000, 30],
]) {
  table.push(measure(count!, days!));
}
console.log(table.toString());
console.log(
  "The middle of three forecasts each. Every fourth schedule is spread, every fifth has a weekly blackout.",
);

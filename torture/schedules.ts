import type { AskedSchedule } from "./checker/evidence.js";
import type { Grid } from "./checker/grid.js";
import { type Kind, kinds } from "./kinds.js";

/** A schedule of the torture: what its manifest says but its times, and what its runs are held to. */
export interface PlannedSchedule extends Pick<
  AskedSchedule,
  "name" | "overlap" | "limit" | "group" | "attempts"
> {
  entry: Record<string, unknown>;
  times: Times;
  /** How often it fires, in seconds. */
  periodSec: number;
}

/** When a schedule fires: as the manifest says it, and as numbers that were not got from it. */
export interface Times {
  entry: Record<string, unknown>;
  grid: Grid;
}

type Draw = () => number;

/** Zones whose offsets from UTC are the same all year round, or are whole hours all year round. */
const zones = [
  { timezone: "UTC", offsetMin: 0 },
  { timezone: "Europe/Berlin", offsetMin: 60 },
  { timezone: "America/New_York", offsetMin: -300 },
  { timezone: "Asia/Kolkata", offsetMin: 330 },
  { timezone: "Asia/Kathmandu", offsetMin: 345 },
];

/** So many schedules, of all kinds in their shares, the same for the same draws. */
export function planSchedules(count: number, draw: Draw, jobPath: string): PlannedSchedule[] {
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  return kinds.flatMap((kind) => {
    const ofKind = Math.max(1, Math.round((kind.share / total) * count));
    return Array.from({ length: ofKind }, (_, number) => planSchedule(kind, number, draw, jobPath));
  });
}

function planSchedule(kind: Kind, number: number, draw: Draw, jobPath: string): PlannedSchedule {
  const periodSec = pick(kind.periodsSec, draw);
  const group =
    kind.group === undefined ? null : { name: `${kind.name}-${number % 3}`, limit: kind.group.limit };
  const { ms, lines, words } = kind.job(draw);
  return {
    name: `${kind.name}-${number}`,
    overlap: kind.overlap,
    limit: kind.overlap === "concurrent" ? (kind.maxConcurrent ?? null) : 1,
    group,
    attempts: kind.attempts ?? 1,
    periodSec,
    times: drawTimes(periodSec, draw),
    entry: {
      run: ["bash", jobPath, ms, lines, ...words],
      overlap: kind.overlap,
      timeout: "20s",
      ...(kind.maxConcurrent !== undefined && { max_concurrent: kind.maxConcurrent }),
      ...(group !== null && { concurrency_group: group }),
      ...kind.keys,
    },
  };
}

/** Times of that period: as an expression in some zone, or as elapsed time. */
export function drawTimes(periodSec: number, draw: Draw): Times {
  if (periodSec < 60 && 60 % periodSec !== 0) return elapsed(periodSec, draw);
  if (periodSec <= 60) return draw() < 0.2 ? elapsed(periodSec, draw) : eachMinute(periodSec, draw);
  return fewMinutes(periodSec / 60, draw);
}

function elapsed(periodSec: number, draw: Draw): Times {
  const phaseSec = below(periodSec, draw);
  const anchor = new Date(phaseSec * 1000).toISOString().replace(".000", "");
  return { entry: { every: `${periodSec}s`, anchor }, grid: { periodSec, phaseSec } };
}

/** A minute of a clock is a minute of every clock, so the zone does not matter. */
function eachMinute(periodSec: number, draw: Draw): Times {
  const phaseSec = below(periodSec, draw);
  const seconds = periodSec === 60 ? String(phaseSec) : `${phaseSec}-59/${periodSec}`;
  const { timezone } = pick(zones, draw);
  return { entry: { cron: `${seconds} * * * * *`, timezone }, grid: { periodSec, phaseSec } };
}

function fewMinutes(minutes: number, draw: Draw): Times {
  const { timezone, offsetMin } = pick(zones, draw);
  const [minute, second] = [below(minutes, draw), below(60, draw)];
  const phaseMin = (((minute - offsetMin) % minutes) + minutes) % minutes;
  return {
    entry: { cron: `${second} ${minute}-59/${minutes} * * * *`, timezone },
    grid: { periodSec: minutes * 60, phaseSec: phaseMin * 60 + second },
  };
}

/** One of the items. */
export function pick<Item>(items: readonly Item[], draw: Draw): Item {
  return items[below(items.length, draw)]!;
}

/** A whole number from 0 to less than `limit`. */
export function below(limit: number, draw: Draw): number {
  return Math.floor(draw() * limit);
}

import type { RunJson } from "../../api/public/shapes.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { relativeTime } from "../relative-time.js";
import { coloredStatus } from "./run-status.js";
import { durationText, lagText } from "./run-times.js";
import { renderTable } from "../table.js";
import { zonedTime, type ZonedTime } from "../zoned-time.js";

const columns = ["ID", "SCHEDULE", "STATUS", "ATTEMPT", "FIRE TIME", "LAG", "DURATION", "STARTED"];

/** Runs for people, with fire times on the clock of `timeZone`. */
export function runTable(runs: readonly RunJson[], timeZone: string, now: Date, colors: Colors): string {
  const clock = zonedTime(timeZone);
  const head = columns.map((title) => colors.dim(title));
  return renderTable([head, ...runs.map((run) => rowOf(run, clock, now, colors))]);
}

function rowOf(run: RunJson, clock: ZonedTime, now: Date, colors: Colors): string[] {
  return [
    run.id,
    printable(run.scheduleName),
    coloredStatus(run, colors),
    run.failures > 0 ? `${run.attempt} (${run.failures} failed)` : String(run.attempt),
    fireText(run, clock, now),
    lagText(run) ?? "-",
    durationText(run, now) ?? "-",
    run.startedAt === null ? "-" : relativeTime(new Date(run.startedAt), now),
  ];
}

function fireText(run: RunJson, clock: ZonedTime, now: Date): string {
  if (run.fireTime === null) return "by hand";
  const covers = run.coversCount > 1 ? ` (covers ${run.coversCount})` : "";
  return `${clock(new Date(run.fireTime), now)}${covers}`;
}

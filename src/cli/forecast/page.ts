import { formatDuration } from "../../core/duration.js";
import type { ForecastBlackout } from "../../core/forecast/blackouts.js";
import type { Forecast } from "../../core/forecast/forecast.js";
import type { ForecastOverlap } from "../../core/forecast/rehearsal.js";
import { linesOf, section } from "../explain/times.js";
import type { ForecastInputs } from "./inputs.js";
import { heatMap } from "./heat-map.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { renderTable } from "../table.js";
import { zonedTime } from "../zoned-time.js";

type InstantText = (ms: number) => string;

/** A forecast for people, on the clock of its zone. */
export function forecastPage(
  forecast: Forecast,
  leftOut: ForecastInputs["leftOut"],
  { now, columns, colors }: { now: Date; columns: number; colors: Colors },
): string {
  const clock = zonedTime(forecast.timeZone);
  const at: InstantText = (ms) => clock(new Date(ms), now);
  return [
    headOf(forecast, at),
    section("Runs by day and hour", heatMap(forecast.days, columns - 2, colors), colors),
    section("Busiest minutes", busiest(forecast, at, colors), colors),
    section("Quiet minutes for a daily job", quiet(forecast), colors),
    section("At work at once", peak(forecast, at), colors),
    section("Runs that may meet", overlaps(forecast, colors), colors),
    section("Clock changes", clockChanges(forecast, at), colors),
    section("Blackouts", blackouts(forecast, at, colors), colors),
    section("Notes", linesOf(notes(forecast, leftOut).map(printable)), colors),
  ].join("");
}

function headOf({ fromMs, toMs, timeZone, schedules, runs }: Forecast, at: InstantText): string {
  const what = `${schedules} schedule${schedules === 1 ? "" : "s"}, ${runs.toLocaleString("en")} runs`;
  return `${what}, from ${at(fromMs)} to ${at(toMs)} (${timeZone})\n`;
}

function table(titles: readonly string[], rows: readonly string[][], colors: Colors): string {
  return rows.length === 0 ? "" : renderTable([titles.map((title) => colors.dim(title)), ...rows]);
}

function busiest({ busiest }: Forecast, at: InstantText, colors: Colors): string {
  const rows = busiest.map(({ time, runs, days, atMs, schedules }) => [
    time,
    String(runs),
    days === 1 ? at(atMs) : `${days} days, first ${at(atMs)}`,
    someOf(schedules),
  ]);
  return table(["TIME", "RUNS", "ON", "SCHEDULES"], rows, colors);
}

function someOf(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map(printable).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function quiet({ quiet, fromMs, toMs }: Forecast): string {
  const days = (toMs - fromMs) / 86_400_000;
  return linesOf(
    quiet.map(({ time, runsNear }) => {
      if (runsNear === 0) return `${time}  nothing begins within five minutes of it`;
      const aDay = runsNear / days;
      const runs = aDay < 1 ? "less than one run" : `${Math.round(aDay)} run${aDay < 1.5 ? "" : "s"}`;
      return `${time}  ${runs} a day within five minutes of it`;
    }),
  );
}

function peak({ peak }: Forecast, at: InstantText): string {
  if (peak === null) return "";
  const { usual, slow } = peak;
  const words = ({ runs, atMs }: typeof usual) =>
    runs === 0 ? "none" : `${runs} run${runs === 1 ? "" : "s"}, first on ${at(atMs)}`;
  return renderTable([
    ["if runs take as long as usual", words(usual)],
    ["if all are as slow as the slowest of 20", words(slow)],
  ]);
}

const mostRows = 20;

function overlaps({ overlaps }: Forecast, colors: Colors): string {
  const rows = overlaps
    .slice(0, mostRows)
    .map((one) => [
      printable(one.name),
      one.overlap,
      String(one.fires),
      fateWords(one, "usual"),
      fateWords(one, "slow"),
    ]);
  const more = overlaps.length > mostRows ? `and ${overlaps.length - mostRows} more schedules\n` : "";
  return table(["SCHEDULE", "OVERLAP", "FIRES", "AS USUAL", "IF SLOW"], rows, colors) + more;
}

/** `1 h 30 min each: 84 skipped`. */
function fateWords({ usual, slow, duration }: ForecastOverlap, which: "usual" | "slow"): string {
  const { skipped, queued, longestWaitMs, replaced } = which === "usual" ? usual : slow;
  const each = formatDuration(which === "usual" ? duration.p50Ms : duration.p95Ms);
  const fates = [
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(replaced > 0 ? [`${replaced} replaced`] : []),
    ...(queued > 0 ? [`${queued} wait, up to ${formatDuration(longestWaitMs)}`] : []),
  ];
  return `${each} each: ${fates.length === 0 ? "none" : fates.join(", ")}`;
}

function clockChanges({ clockChanges }: Forecast, at: InstantText): string {
  return linesOf(
    clockChanges.flatMap(({ timeZone, kind, atMs, schedules }) => {
      const verb = kind === "gap" ? "jump ahead" : "go back";
      const each = schedules.slice(0, mostRows).map(({ name, words }) => `  ${printable(name)}: ${words}`);
      const more = schedules.length > mostRows ? [`  and ${schedules.length - mostRows} more`] : [];
      return [`${at(atMs)}: the clocks of ${timeZone} ${verb}`, ...each, ...more];
    }),
  );
}

function blackouts({ blackouts }: Forecast, at: InstantText, colors: Colors): string {
  const groups = alike(blackouts);
  const rows = groups.slice(0, mostRows).map((group) => {
    const { startMs, endMs, reason, schedules } = group[0]!;
    return [
      startMs === -Infinity ? "always" : at(startMs),
      endMs === Infinity ? "for ever" : at(endMs),
      group.length === 1 ? "once" : `${group.length} times`,
      printable(reason),
      String(group.reduce((sum, { fires }) => sum + fires, 0)),
      someOf(schedules, 3),
    ];
  });
  const more = groups.length > mostRows ? `and ${groups.length - mostRows} more\n` : "";
  return table(["FIRST FROM", "UNTIL", "", "WHY", "FIRES SKIPPED", "SCHEDULES"], rows, colors) + more;
}

/** A blackout that comes each night, or each week, is one group. */
function alike(blackouts: readonly ForecastBlackout[]): ForecastBlackout[][] {
  const groups = new Map<string, ForecastBlackout[]>();
  for (const blackout of blackouts) {
    const key = JSON.stringify([blackout.reason, blackout.schedules]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [blackout]);
    else group.push(blackout);
  }
  return [...groups.values()];
}

function notes(
  { peak, unmeasured, counted, unreadable }: Forecast,
  leftOut: ForecastInputs["leftOut"],
): string[] {
  const states = [...new Set(leftOut.map(({ state }) => state))];
  return [
    ...about(peak === null ? [] : unmeasured, "No run was measured of these, so they count as ended at once"),
    ...about(counted, "These fire too often to be played one by one; what overlaps is not said of them"),
    ...unreadable.map(({ name, error }) => `The times of ${name} cannot be worked out: ${error}`),
    ...states.flatMap((state) => {
      const names = leftOut.filter((one) => one.state === state).map(({ name }) => name);
      return about(names, `Left out, because ${state}`);
    }),
  ];
}

function about(names: readonly string[], words: string): string[] {
  return names.length === 0 ? [] : [`${words}: ${someOf(names)}.`];
}

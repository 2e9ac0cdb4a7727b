import type { ScheduleJson } from "../../api/public/shapes.js";
import { timingOf } from "../../core/fires/timing-json.js";
import { timesOfSchedule } from "../../core/fires/coming-fires.js";
import { type ExplainedTimes, explainTimes, timesPage } from "./times.js";
import { factSheet } from "../fact-sheet.js";
import { colorsFor, type Io } from "../io.js";
import { policyFacts } from "./policy-words.js";
import { printJson } from "../print-json.js";
import { printable } from "../printable.js";
import { scheduleState, stateColor } from "../schedule/schedule-state.js";
import type { ScheduleState } from "../../core/schedule.js";

/** Prints when a schedule fires and what its policies are, in words. Throws if its times cannot be read. */
export function explainSchedule(
  schedule: ScheduleJson,
  { count, json }: { count: number; json?: boolean | undefined },
  io: Io,
): void {
  const times = timesOfSchedule({ ...timingOf(schedule), name: schedule.name });
  const { spreadSec } = schedule;
  const most = Math.min(count, runsLeft(schedule));
  const explained = explainTimes(times, { now: io.now(), count: most, spreadSec });
  const english = policyFacts(schedule, io.now()).filter((fact) => fact[1] !== null);
  if (json) printJson(io, { schedule, english: Object.fromEntries(english), ...explained });
  else io.stdout.write(page(schedule, explained, io));
}

/** How many of its next fires can still run; Infinity if nothing limits them. */
function runsLeft(schedule: ScheduleJson): number {
  const { maxRuns, runsMade } = schedule;
  if (scheduleState(schedule) === "ended") return 0;
  return maxRuns === null ? Infinity : Math.max(0, maxRuns - runsMade);
}

/** What must be for the next fires to come. */
const nextFires: Record<ScheduleState, string> = {
  on: "Next fires",
  ended: "Next fires",
  paused: "Next fires, once it is resumed",
  off: "Next fires, once it is turned on",
  retired: "Next fires, once a manifest names it again",
  error: "Next fires, once its error is mended",
};

function page(schedule: ScheduleJson, explained: ExplainedTimes, io: Io): string {
  const colors = colorsFor(io);
  const state = scheduleState(schedule);
  const title = `${printable(schedule.name)}: ${colors[stateColor[state]](state)}\n`;
  const facts = factSheet(
    [["description", schedule.description], ...policyFacts(schedule, io.now())],
    colors,
  );
  const { timezone: timeZone } = schedule;
  return title + facts + timesPage(explained, { timeZone, now: io.now(), colors, title: nextFires[state] });
}

import type { ScheduleJson } from "../../api/public/shapes.js";
import { timingOf } from "../../core/fires/timing-json.js";
import { timesOfSchedule } from "./coming-fires.js";
import { type ExplainedTimes, explainTimes, timesPage } from "./times.js";
import { factSheet } from "../fact-sheet.js";
import { colorsFor, type Io } from "../io.js";
import { policyFacts } from "./policy-words.js";
import { printJson } from "../print-json.js";
import { printable } from "../printable.js";
import { scheduleState, stateColor } from "../schedule/schedule-state.js";

/** Prints when a schedule fires and what its policies are, in words. Throws if its times cannot be read. */
export function explainSchedule(
  schedule: ScheduleJson,
  { count, json }: { count: number; json?: boolean | undefined },
  io: Io,
): void {
  const times = timesOfSchedule({ ...timingOf(schedule), name: schedule.name });
  const { spreadSec } = schedule;
  const explained = explainTimes(times, { now: io.now(), count, spreadSec });
  const english = policyFacts(schedule, io.now()).filter((fact) => fact[1] !== null);
  if (json) printJson(io, { schedule, english: Object.fromEntries(english), ...explained });
  else io.stdout.write(page(schedule, explained, io));
}

function page(schedule: ScheduleJson, explained: ExplainedTimes, io: Io): string {
  const colors = colorsFor(io);
  const state = scheduleState(schedule);
  const title = `${printable(schedule.name)}: ${colors[stateColor[state]](state)}\n`;
  const facts = factSheet(
    [["description", schedule.description], ...policyFacts(schedule, io.now())],
    colors,
  );
  return title + facts + timesPage(explained, { timeZone: schedule.timezone, now: io.now(), colors });
}

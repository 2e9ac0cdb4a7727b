import type { ScheduleJson } from "../../api/public/shapes.js";
import { BelfryError } from "../../core/errors.js";
import type { ForecastSchedule, MeasuredDuration } from "../../core/forecast/schedule.js";
import type { OverlapPolicy } from "../../core/decide.js";
import type { ScheduleDefinition } from "../../core/schedule.js";
import { firesByItself } from "../../core/fires/timing.js";
import { timingOf } from "../../core/fires/timing-json.js";
import type { Client } from "../client.js";
import type { Io } from "../io.js";
import { scheduleState } from "../schedule/schedule-state.js";

/** What a forecast is made of. */
export interface ForecastInputs {
  schedules: ForecastSchedule[];
  durations: Map<string, MeasuredDuration>;
  /** The schedules that do not fire now, though they have times. */
  leftOut: { name: string; state: string }[];
}

/** The schedules of a server, and how long their runs take. */
export async function inputsOfServer(client: Client): Promise<ForecastInputs> {
  const { items } = await client.listSchedules({ all: false });
  const timed = items.filter(firesByItself).map((schedule) => ({ schedule, state: scheduleState(schedule) }));
  return {
    schedules: timed.filter(({ state }) => state === "on").map(({ schedule }) => scheduleOf(schedule)),
    durations: await durationsOf(client),
    leftOut: timed
      .filter(({ state }) => state !== "on")
      .map(({ schedule: { name }, state }) => ({ name, state })),
  };
}

function scheduleOf(schedule: ScheduleJson): ForecastSchedule {
  const { name, timeoutSec, runsMade, maxConcurrent, queueDepth } = schedule;
  const overlap = schedule.overlap as OverlapPolicy;
  return { ...timingOf(schedule), name, timeoutSec, runsMade, overlap, maxConcurrent, queueDepth };
}

/** One that is still to be made. */
function plannedSchedule(definition: ScheduleDefinition): ForecastSchedule {
  return { ...definition, runsMade: 0 };
}

/** The schedules of a manifest; durations if a server tells them. Without one, a note says so. */
export async function inputsOfFile(
  file: string,
  connect: () => Promise<Client>,
  io: Io,
): Promise<ForecastInputs> {
  const { schedulesOf } = await import("../manifest-file.js");
  const timed = (await schedulesOf(file, io)).filter(firesByItself);
  const schedules = timed.filter(({ enabled }) => enabled).map(plannedSchedule);
  const leftOut = timed.filter(({ enabled }) => !enabled).map(({ name }) => ({ name, state: "off" }));
  return { schedules, durations: await durationsIfAny(connect, io), leftOut };
}

async function durationsIfAny(connect: () => Promise<Client>, io: Io): ReturnType<typeof durationsOf> {
  try {
    return await durationsOf(await connect());
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    io.stderr.write("belfry: No server tells how long runs take, so it is not said which may meet.\n");
    return new Map();
  }
}

async function durationsOf(client: Client): Promise<Map<string, MeasuredDuration>> {
  const { items } = await client.durations();
  return new Map(items.map(({ scheduleName, p50Ms, p95Ms }) => [scheduleName, { p50Ms, p95Ms }]));
}

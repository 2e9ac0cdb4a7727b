import type { AskedSchedule, Evidence, EventRow, JobLife, RunRow, ScheduleRow } from "./evidence.js";
import { listBy } from "./list-by.js";

/** A schedule with all that is known of it. */
export interface Scene {
  asked: AskedSchedule;
  row: ScheduleRow;
  runs: RunRow[];
}

/** Evidence, looked up in every way that a law asks for. */
export interface Lookup {
  scenes: Scene[];
  runById: ReadonlyMap<string, RunRow>;
  nameOfRun: (run: RunRow) => string;
  eventsOf: (runId: string) => readonly EventRow[];
  livesOf: (runId: string) => readonly JobLife[];
}

/** Puts evidence in order. A schedule that was asked for and has no row has no scene. */
export function lookUp({ asked, schedules, runs, events, lives }: Evidence): Lookup {
  const rowByName = new Map(schedules.map((row) => [row.name, row]));
  const nameById = new Map(schedules.map((row) => [row.id, row.name]));
  const runsBySchedule = listBy(runs, (run) => run.scheduleId);
  const eventsByRun = listBy(events, (event) => event.runId);
  const livesByRun = listBy(lives, (life) => life.runId);
  return {
    scenes: asked.flatMap((asked) => {
      const row = rowByName.get(asked.name);
      return row === undefined ? [] : [{ asked, row, runs: runsBySchedule.get(row.id) ?? [] }];
    }),
    runById: new Map(runs.map((run) => [run.id, run])),
    nameOfRun: (run) => nameById.get(run.scheduleId) ?? `schedule ${run.scheduleId}`,
    eventsOf: (runId) => eventsByRun.get(runId) ?? [],
    livesOf: (runId) => livesByRun.get(runId) ?? [],
  };
}

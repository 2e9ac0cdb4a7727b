import type { LogChunk } from "../api/internal/shapes.js";
import type { Log } from "../scheduler/log.js";

/** Tells the output of runs to the log as it comes, a line an event. */
export function outputLogger(
  log: Log,
): (run: { runId: string; scheduleName: string }, chunks: readonly LogChunk[]) => void {
  return ({ runId, scheduleName }, chunks) => {
    for (const { stream, text } of chunks) {
      for (const line of text.replace(/\n$/, "").split("\n")) {
        log.info({ schedule: scheduleName, runId, stream, line }, "run.output");
      }
    }
  };
}

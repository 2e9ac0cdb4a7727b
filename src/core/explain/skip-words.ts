import type { SkipReason } from "../run.js";

/** Why a fire did not run, after "It did not run:". */
export const skipWords: Record<SkipReason, string> = {
  overlap: "a run before it had not ended, and the overlap policy was skip",
  queue_full: "as many runs as the queue may hold were waiting already",
  replaced: "a newer run took its place while it waited, as the overlap policy says",
  start_deadline: "it could not be started before its start deadline",
  circuit_open: "too many runs before it had failed in a row, and the schedule was cooling down",
  exit_code: "its exit code means that there was nothing to do",
  late: "it was noticed too late to be caught up",
  catch_up_limit: "more fires were missed than are caught up, and newer ones went first",
  blackout: "it was in a blackout",
  paused: "the schedule was paused",
  edited: "no server had fired it when the schedule was edited, and an edit replays nothing",
  schedule_error: "the schedule could not be read",
  retired: "the schedule was retired, because its manifest no longer names it",
};

import { messageOf } from "../core/errors.js";
import { addRunEvent } from "../store/run-events.js";
import type { ClaimedRun } from "./claim.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

/** A token for the schedule's installation. Without one the run goes on, and an event says why. */
export async function mintGithubToken(
  deps: Pick<Deps, "pool" | "installations" | "clock" | "log">,
  run: ClaimedRun,
): Promise<string | null> {
  if (deps.installations === undefined || run.installationId === null) return null;
  try {
    return await deps.installations.token(run.installationId);
  } catch (error) {
    const details = { installationId: run.installationId, error: messageOf(error) };
    const ids = { schedule: run.scheduleName, runId: run.runId, attempt: run.attempt };
    (deps.log ?? stderrLog).warn({ ...ids, ...details }, "run.github_token_failed");
    await addRunEvent(
      deps.pool,
      { runId: run.runId, attempt: run.attempt, name: "run.github_token_failed", details },
      instantOf(deps),
    );
    return null;
  }
}

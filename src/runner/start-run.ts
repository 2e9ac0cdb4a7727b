import type { StartAnswer, StartBody } from "../api/internal/shapes.js";
import type { Reply, RunApi } from "./api.js";
import type { StartedRun } from "./carry-out.js";
import type { Say } from "./say.js";
import type { RunnerSettings } from "./settings.js";

/** Asks to start a run, until there is an answer. If it may not be started, answers with the exit code of its runner. */
export async function startRun(
  api: RunApi,
  settings: RunnerSettings,
  say: Say,
  signal?: AbortSignal,
): Promise<StartedRun | number> {
  const runnerId = inventRunnerId();
  const body: StartBody = { runnerId };
  const reply = await api.insist("start", () => body, { ...(signal && { signal }) });
  if (reply.kind === "taken") return { api, start: reply.body as StartAnswer, runnerId };
  if (signal?.aborted !== true) return notStarted(settings, reply, say);
  say(`Run ${settings.runId} was not started: its runner was told to end.`);
  return 1;
}

function inventRunnerId(): string {
  return `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

function notStarted(
  { runId, apiUrl }: RunnerSettings,
  reply: Exclude<Reply, { kind: "taken" }>,
  say: Say,
): number {
  if (reply.kind === "refused" && reply.status === 409) return 0;
  const what =
    reply.kind === "refused" ? "refused to start it" : "did not answer until the run token expired";
  say(`Run ${runId} was not started: ${apiUrl} ${what} (${reply.message}).`);
  return 1;
}

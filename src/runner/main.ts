import { messageOf } from "../core/errors.js";
import type { StartAnswer, StartBody } from "../api/internal/shapes.js";
import { createRunApi, type Reply, type RunApi } from "./api.js";
import { openPost } from "./post.js";
import { say } from "./say.js";
import { readSettings, type RunnerSettings } from "./settings.js";

/**
 * `belfry runner --run-id ID`: carries one run out and answers with the exit code: 0 if the server knows how it ended,
 * or did not want it; 1 if not. Needs `BELFRY_API_URL` and `BELFRY_RUN_TOKEN`.
 */
export async function main(argv: string[]): Promise<number> {
  process.on("SIGHUP", () => undefined); // The terminal or session that the server was started from may go away.
  try {
    return await run(readSettings(argv, process.env));
  } catch (error) {
    say(messageOf(error));
    return 1;
  }
}

async function run(settings: RunnerSettings): Promise<number> {
  const api = createRunApi(settings, await openPost(settings.apiUrl, settings.token));
  const reply = await start(api);
  if (reply.kind !== "taken") return notStarted(settings, reply);
  const { carryOut } = await import("./carry-out.js"); // Half of the program, and none of it needed to ask.
  return carryOut(api, reply.body as StartAnswer);
}

function start(api: RunApi): Promise<Reply> {
  const chance = Math.random().toString(36).slice(2);
  const body: StartBody = { runnerId: `${process.pid}-${Date.now().toString(36)}-${chance}` };
  return api.insist("start", () => body);
}

function notStarted({ runId, apiUrl }: RunnerSettings, reply: Exclude<Reply, { kind: "taken" }>): number {
  if (reply.kind === "refused" && reply.status === 409) return 0;
  const what =
    reply.kind === "refused" ? "refused to start it" : "did not answer until the run token expired";
  say(`Run ${runId} was not started: ${apiUrl} ${what} (${reply.message}).`);
  return 1;
}

import { messageOf } from "../core/errors.js";
import { createRunApi } from "./api.js";
import { openPost } from "./post.js";
import { say } from "./say.js";
import { readSettings, type RunnerSettings } from "./settings.js";
import { startRun } from "./start-run.js";

/**
 * `belfry runner --run-id ID`: carries one run out and answers with the exit code: 0 if the server knows how it ended,
 * or did not want it; 1 if not. Needs `BELFRY_API_URL` and `BELFRY_RUN_TOKEN`. `belfry runner --host` stays and carries out
 * many; the rest of what may follow `runner` is for the processes that both have beside them.
 */
export async function main(argv: string[]): Promise<number> {
  process.on("SIGHUP", () => undefined); // The terminal or session that the server was started from may go away.
  try {
    const [first = "", ...rest] = argv;
    if (Object.hasOwn(others, first)) return await others[first]!(rest);
    return await run(readSettings(argv, process.env));
  } catch (error) {
    say(messageOf(error));
    return 1;
  }
}

const others: Record<string, (argv: string[]) => Promise<number>> = {
  "--host": async (argv) => (await import("./host/main.js")).runHost(argv),
  "--guard": async () => (await import("./host/guard-process.js")).guardJobs(),
  "--end-job": async (argv) => (await import("./end-job.js")).endJob(argv),
};

async function run(settings: RunnerSettings): Promise<number> {
  const api = createRunApi(settings, await openPost(settings.apiUrl));
  const started = await startRun(api, settings, say);
  if (typeof started === "number") return started;
  const { carryOutAlone } = await import("./alone.js"); // Half of the program, and none of it needed to ask.
  return carryOutAlone(started);
}

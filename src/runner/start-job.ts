import { spawn } from "node:child_process";
import { once } from "node:events";
import type { StartAnswer } from "../api/internal/shapes.js";
import { Job } from "./job.js";
import { jobEnvironment } from "./job-environment.js";
import type { Output } from "./output.js";
import { explainSpawnFailure } from "./spawn-failure.js";

/**
 * Starts the command in a process group of its own, with empty stdin and its output going to `output`. If that fails,
 * answers with a sentence that says why.
 */
export async function startJob(start: StartAnswer, output: Output): Promise<Job | string> {
  const env = jobEnvironment(process.env, start);
  const argv = typeof start.command === "string" ? ["/bin/sh", "-c", start.command] : start.command;
  try {
    const child = spawn(argv[0] ?? "", argv.slice(1), {
      ...(start.cwd !== null && { cwd: start.cwd }),
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (bytes: Buffer) => output.write(stream, bytes));
      child[stream].on("error", () => undefined); // What was read before counts; the exit tells the rest.
    }
    await once(child, "spawn");
    return new Job(child, start.graceMs);
  } catch (error) {
    return explainSpawnFailure(error, { argv, cwd: start.cwd, env });
  }
}

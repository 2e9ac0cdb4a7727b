import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { StartAnswer } from "../api/internal/shapes.js";
import { Job } from "./job.js";
import { jobEnvironment, runnerVariable } from "./job-environment.js";
import { closeJobEnds, type OutputPipes } from "./output-pipes.js";
import type { Output } from "./output.js";
import { explainSpawnFailure, type SpawnAttempt } from "./spawn-failure.js";

/** What a job has from whoever had it started, and from its runner. */
export interface Workplace {
  environment: NodeJS.ProcessEnv;
  /** The folder that it starts in unless its schedule names another, perhaps from there; null: that of this process. */
  folder: string | null;
  pipes: OutputPipes;
}

/**
 * Starts the command in a process group of its own, with empty stdin and its output going to `output`. If that fails,
 * answers with a sentence that says why.
 */
export async function startJob(
  start: StartAnswer,
  output: Output,
  runnerId: string,
  { environment, folder, pipes }: Workplace,
): Promise<Job | string> {
  const env = jobEnvironment(environment, start, runnerId);
  const argv = typeof start.command === "string" ? ["/bin/sh", "-c", start.command] : start.command;
  const attempt = { argv, cwd: folder === null ? start.cwd : resolve(folder, start.cwd ?? ""), env };
  try {
    const { child, readers } = await startProcess(attempt, pipes);
    listen(readers[0], "stdout", output);
    listen(readers[1], "stderr", output);
    return new Job(child, readers, start.graceMs, `${runnerVariable}=${runnerId}`);
  } catch (error) {
    return explainSpawnFailure(error, attempt);
  }
}

interface Started {
  child: ChildProcess;
  /** Of stdout and of stderr. */
  readers: [Readable, Readable];
}

async function startProcess(attempt: SpawnAttempt, outputPipes: OutputPipes): Promise<Started> {
  const pipes = await outputPipes.open();
  try {
    const child = spawnGroup(attempt, ["ignore", pipes?.[0].jobEnd ?? "pipe", pipes?.[1].jobEnd ?? "pipe"]);
    await once(child, "spawn");
    return { child, readers: [pipes?.[0].reader ?? child.stdout!, pipes?.[1].reader ?? child.stderr!] };
  } catch (error) {
    for (const { reader } of pipes ?? []) reader.destroy();
    throw error;
  } finally {
    closeJobEnds(pipes ?? []);
  }
}

function spawnGroup({ argv, cwd, env }: SpawnAttempt, stdio: StdioOptions): ChildProcess {
  return spawn(argv[0] ?? "", argv.slice(1), { ...(cwd !== null && { cwd }), env, detached: true, stdio });
}

function listen(reader: Readable, stream: "stdout" | "stderr", output: Output): void {
  reader.on("data", (bytes: Buffer) => output.write(stream, bytes));
  reader.on("error", () => undefined); // What was read before counts; the exit tells the rest.
}

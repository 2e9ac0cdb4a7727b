import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { builtBelfry } from "./built-belfry.js";
import type { RunnerApi } from "./runner-api.js";
import type { StubRun } from "./stub-run.js";

export interface RunnerProcess {
  process: ChildProcessByStdio<null, null, Readable>;
  /** How it ended, and all that it said on stderr. */
  ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

/** Starts a runner with nothing between it and the test. */
export function startRunner(
  api: RunnerApi,
  run: StubRun,
  { env = {}, args = ["--run-id", run.id] }: { env?: Record<string, string>; args?: string[] } = {},
): RunnerProcess {
  const runner = spawn(process.execPath, [builtBelfry, "runner", ...args], {
    env: { ...process.env, ...api.environment(run), ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { process: runner, ended: endOf(runner) };
}

async function endOf(runner: RunnerProcess["process"]): Promise<Awaited<RunnerProcess["ended"]>> {
  const said = text(runner.stderr).catch(() => "");
  const [code, signal] = (await once(runner, "exit")) as [number | null, string | null];
  return { code, signal, stderr: await said };
}

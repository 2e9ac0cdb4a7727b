import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { messageOf } from "../core/errors.js";
import type { DispatchHandle, DispatchRequest, JobDispatcher, RunnerExit } from "./dispatcher.js";
import { runnerEnvironment } from "./runner-environment.js";

export interface SubprocessOptions {
  /** How many runners this host takes at a time; 50. */
  maxRunners?: number;
  /** What runners and jobs inherit, without the server's own settings and secrets; `process.env`. */
  baseEnv?: NodeJS.ProcessEnv;
}

export interface SubprocessDispatcher extends JobDispatcher {
  /** `maxRunners` less the runners alive that this dispatcher started; never below 0. */
  capacity(): number;
}

/**
 * Starts runners as processes of this host, each one in a process group of its own. They outlive the server: it may
 * end without waiting for them, and their reports reach the next one.
 */
export function createSubprocessDispatcher(options: SubprocessOptions = {}): SubprocessDispatcher {
  const { maxRunners = 50, baseEnv = process.env } = options;
  let alive = 0;

  const dispatch = async (request: DispatchRequest, signal?: AbortSignal): Promise<DispatchHandle> => {
    alive += 1;
    try {
      const runner = await startRunner(request, baseEnv, signal);
      const exited = exitOf(runner).finally(() => (alive -= 1));
      return { id: `pid:${runner.pid}`, exited };
    } catch (error) {
      alive -= 1;
      throw new Error(whyNotStarted(request, error), { cause: error });
    }
  };

  return { dispatch, capacity: () => Math.max(0, maxRunners - alive), startWithinMs: 30_000 };
}

type RunnerProcess = ChildProcessByStdio<null, null, Readable>;

const scripts = new Set([".js", ".mjs", ".cjs"]);

async function startRunner(
  { binaryPath, args, env }: DispatchRequest,
  baseEnv: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<RunnerProcess> {
  const isScript = scripts.has(extname(binaryPath));
  await access(binaryPath, isScript ? constants.R_OK : constants.X_OK);
  signal?.throwIfAborted();
  const [file, ...rest] = isScript ? [process.execPath, binaryPath, ...args] : [binaryPath, ...args];
  const runner = spawn(file, rest, {
    env: runnerEnvironment(baseEnv, env),
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await once(runner, "spawn");
  return runner;
}

function whyNotStarted({ binaryPath }: DispatchRequest, error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === "ENOENT")
    return `The runner "${binaryPath}" does not exist. Build Belfry, or correct its path.`;
  if (code === "EACCES") return `The runner "${binaryPath}" may not be executed (permission denied).`;
  return `The runner "${binaryPath}" was not started: ${messageOf(error)}`;
}

/** How many bytes of a runner's last words are kept. */
const lastWordsBytes = 4096;

/** Watches a runner without keeping this process alive for it. */
function exitOf(runner: RunnerProcess): Promise<RunnerExit> {
  let lastWords = Buffer.alloc(0);
  runner.stderr.on("data", (bytes: Buffer) => {
    lastWords = Buffer.concat([lastWords, bytes]).subarray(-lastWordsBytes);
  });
  runner.stderr.on("error", () => undefined); // What it said before counts.
  unref(runner);
  return new Promise((resolve) => {
    runner.once("close", (code, signal) => resolve({ code, signal, message: lastWords.toString().trim() }));
  });
}

function unref(runner: RunnerProcess): void {
  runner.unref();
  (runner.stderr as Readable & { unref(): void }).unref(); // A pipe of a child process is a socket.
}

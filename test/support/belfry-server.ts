import { execFile, spawn, type ChildProcessByStdio } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { RunDetailJson, RunJson, ScheduleJson } from "../../src/api/public/shapes.js";
import { builtBelfry } from "./built-belfry.js";
import type { Told } from "./cli.js";
import { eventually } from "./eventually.js";
import { isRunnerHost } from "./is-runner-host.js";
import { processesWith } from "./processes-with.js";

export interface ServerPlan {
  manifest: string;
  dataDir: string;
  /** Null: the embedded database. */
  databaseUrl: string | null;
  port: number;
  flags?: string[];
  /** For the server and, through it, the jobs. */
  env?: Record<string, string>;
}

/** What the server hands down to its runners and jobs, so that they can be found. */
const markName = "SERVER_OF_TEST";

type LogEntry = Record<string, unknown> & { msg: string };
type ServerProcess = ChildProcessByStdio<null, null, Readable>;

/** `belfry serve` as users run it, and the command line beside it as its client. It can be ended and started again. */
export class BelfryServer implements AsyncDisposable {
  readonly #plan: ServerPlan;
  readonly #mark = randomUUID();
  #process: ServerProcess | null = null;
  /** What the server that runs now, or ran last, has logged. */
  log: LogEntry[] = [];

  constructor(plan: ServerPlan) {
    this.#plan = plan;
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    this.log = [];
    const started = spawn(process.execPath, [builtBelfry, "serve", ...this.#flags()], {
      env: { ...this.#marked(), ...this.#environment() },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = started;
    const log = this.log;
    createInterface({ input: started.stderr }).on("line", (line) => log.push(entryOf(line)));
    await eventually(() => this.logged("server.ready").length > 0 || hasEnded(started));
    if (hasEnded(started)) throw new Error(`The server did not start: ${JSON.stringify(this.log)}`);
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** Sends a signal, and answers with how the server ended. */
  async end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }> {
    const running = this.#process!;
    running.kill(signal);
    return this.ended(running);
  }

  async ended(
    running: ServerProcess = this.#process!,
  ): Promise<{ code: number | null; signal: string | null }> {
    if (!hasEnded(running)) await once(running, "exit");
    return { code: running.exitCode, signal: running.signalCode };
  }

  /** What was logged of an event, with these ids. */
  logged(event: string, ids: Record<string, unknown> = {}): LogEntry[] {
    const wanted = Object.entries(ids);
    return this.log.filter(
      (entry) => entry.msg === event && wanted.every(([id, value]) => entry[id] === value),
    );
  }

  /** Waits until an event was logged so many times. */
  async untilLogged(event: string, ids: Record<string, unknown> = {}, times = 1): Promise<void> {
    await eventually(() => this.logged(event, ids).length >= times);
  }

  /** Waits until the server has told of a run's end. */
  async untilEnded(runId: string): Promise<void> {
    const ends = new Set(["run.succeeded", "run.failed", "run.cancelled"]);
    await eventually(() => this.log.some((entry) => entry["runId"] === runId && ends.has(entry.msg)));
  }

  /** Runs a command line. */
  belfry(...args: string[]): Promise<Told> {
    return this.belfryWith("", ...args);
  }

  /** Runs a command line that is given this on its standard input. */
  belfryWith(input: string, ...args: string[]): Promise<Told> {
    const argv = [builtBelfry, "--data-dir", this.#plan.dataDir, ...args];
    const options = { env: this.#environment(), maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve) => {
      const started = execFile(process.execPath, argv, options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
      started.stdin!.on("error", () => undefined); // It may not want any.
      started.stdin!.end(input);
    });
  }

  /** Runs a schedule by hand and waits for the run's end. */
  async runByHand(schedule: string): Promise<RunDetailJson> {
    return parse(await this.belfry("schedule", "trigger", schedule, "--wait", "--json"), [0, 1]);
  }

  async runs(schedule: string): Promise<RunJson[]> {
    return parse(await this.belfry("run", "list", "--schedule", schedule, "--limit", "10000", "--json"));
  }

  async schedule(name: string): Promise<ScheduleJson> {
    return parse(await this.belfry("schedule", "show", name, "--json"));
  }

  logs(runId: string): Promise<Told> {
    return this.belfry("run", "logs", runId);
  }

  /** The runners and jobs of this server that live, whichever of its processes has started them; not those that stay. */
  children(): number[] {
    return this.#descendants().filter((pid) => !isRunnerHost(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process !== null && !hasEnded(this.#process)) await this.end("SIGKILL");
    for (const pid of this.#descendants()) tryKill(pid);
  }

  #descendants(): number[] {
    return processesWith(`${markName}=${this.#mark}`).filter((pid) => pid !== this.#process?.pid);
  }

  #flags(): string[] {
    const { manifest, dataDir, databaseUrl, port, flags: more = [] } = this.#plan;
    const database = databaseUrl === null ? [] : ["--database-url", databaseUrl];
    const flags = ["--manifest", manifest, "--data-dir", dataDir, "--port", String(port), ...database];
    return [...flags, "--log-format", "json", "--log-level", "debug", ...more];
  }

  /** Without what would point the program, or git, elsewhere. */
  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(BELFRY_|GIT_|DATABASE_URL$)/.test(name),
    );
    return { ...Object.fromEntries(inherited), ...this.#plan.env };
  }

  #marked(): Record<string, string> {
    const names = [markName, ...Object.keys(this.#plan.env ?? {})];
    return { BELFRY_JOB_ENVIRONMENT: names.join(","), [markName]: this.#mark };
  }
}

function entryOf(line: string): LogEntry {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return { msg: line };
  }
}

function hasEnded({ exitCode, signalCode }: ServerProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function parse<T>({ code, stdout, stderr }: Told, codes: readonly number[] = [0]): T {
  if (!codes.includes(code) || stdout === "")
    throw new Error(`belfry ended with exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

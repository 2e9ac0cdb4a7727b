import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { markName, signal } from "./processes.js";

export interface ServerPlan {
  number: number;
  /** The program: `cli/main.js` of a build, perhaps one with a planted bug. */
  program: string;
  folder: string;
  port: number;
  apiToken: string;
  flags: string[];
  env: Record<string, string>;
  mark: string;
  /** Is told of what must not be: an end that nobody asked for. */
  onFault: (sentence: string) => void;
}

/** One `belfry serve`, with a data directory and a log of its own. */
export class Server {
  readonly #plan: ServerPlan;
  #process: ChildProcess | null = null;
  #isWanted = false;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.dataDir, "api-token"), plan.apiToken, { mode: 0o600 });
  }

  get name(): string {
    return `server ${this.#plan.number}`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#plan.port}`;
  }

  get dataDir(): string {
    return join(this.#plan.folder, `data-${this.#plan.number}`);
  }

  get logPath(): string {
    return join(this.#plan.folder, `server-${this.#plan.number}.log`);
  }

  get isUp(): boolean {
    return this.#isWanted;
  }

  start(): void {
    const { program, port, flags, folder, env, mark } = this.#plan;
    const log = openSync(this.logPath, "a");
    const argv = [
      program,
      "serve",
      "--data-dir",
      this.dataDir,
      "--port",
      String(port),
      "--log-format",
      "json",
      ...flags,
    ];
    const started = spawn(process.execPath, argv, {
      cwd: folder,
      env: { ...cleanEnvironment(), BELFRY_JOB_ENVIRONMENT: markName, ...env, [markName]: mark },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#process = started;
    this.#isWanted = true;
    started.once("exit", (code, name) => this.#noteExit(started, `${code ?? name}`));
  }

  #noteExit(ended: ChildProcess, how: string): void {
    if (!this.#isWanted || this.#process !== ended) return;
    this.#plan.onFault(`${this.name} ended by itself: ${how}.`);
    this.start();
  }

  async kill(): Promise<void> {
    this.#isWanted = false;
    await this.#end("SIGKILL");
  }

  /** Asks it to end, and is a fault if it does not within `withinMs`, or ends with another exit code than 0. */
  async stop(withinMs: number): Promise<void> {
    const stopping = this.#process;
    const hadBegun = await this.#answers();
    this.#isWanted = false;
    const late = new AbortController();
    const inTime = await Promise.race([
      this.#end("SIGTERM").then(() => true),
      sleep(withinMs, false, { signal: late.signal }),
    ]);
    late.abort();
    if (!inTime) {
      this.#plan.onFault(`${this.name} did not end within ${withinMs} ms of SIGTERM.`);
      await this.#end("SIGKILL");
    } else if (hadBegun && stopping?.exitCode !== 0) {
      this.#plan.onFault(`${this.name} ended with ${stopping?.exitCode ?? stopping?.signalCode} on SIGTERM.`);
    }
  }

  /** Whether it has come far enough to hear signals: before that one ends it as any program. */
  async #answers(): Promise<boolean> {
    const answer = await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(
      () => null,
    );
    return answer?.status === 200;
  }

  async #end(name: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running?.pid === undefined || hasEnded(running)) return;
    const ended = once(running, "exit");
    signal(running.pid, name);
    await ended;
  }

  freeze(): void {
    if (this.#process?.pid !== undefined) signal(this.#process.pid, "SIGSTOP");
  }

  thaw(): void {
    if (this.#process?.pid !== undefined) signal(this.#process.pid, "SIGCONT");
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Without what would point the program elsewhere. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(BELFRY_|GIT_|DATABASE_URL$|NODE_OPTIONS$|VITEST|NODE_V8)/.test(name),
  );
  return Object.fromEntries(kept);
}

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { builtBelfry } from "../test/support/built-belfry.js";
import { eventually } from "../test/support/eventually.js";
import { processesWith } from "../test/support/processes-with.js";
import { cpuOfOthers, ownCpu } from "./cpu.js";
import type { Place } from "./ground.js";

const markName = "SERVER_OF_BENCH";
const end = /"msg":"run\.(succeeded|failed|cancelled)"/;

/** `belfry serve` as users run it, with all its defaults, on a place of its own. */
export class Serving implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<null, null, Readable>;
  readonly #mark: string;
  readonly #dataDir: string;
  #isReady = false;
  #lastLine = "";
  /** How many runs have ended, as its log says. */
  ended = 0;

  private constructor({ location, dataDir }: Place, flags: string[]) {
    this.#mark = randomUUID();
    this.#dataDir = dataDir;
    const database = "url" in location ? ["--database-url", location.url] : [];
    const own = ["--data-dir", dataDir, "--port", "0", "--log-format", "json", ...database];
    const env = Object.entries(process.env).filter(([name]) => !/^(BELFRY_|DATABASE_URL$)/.test(name));
    // So that one can see what it is at: BENCH_NODE_FLAGS="--cpu-prof --cpu-prof-dir=profiles".
    const nodeFlags = process.env["BENCH_NODE_FLAGS"]?.split(" ") ?? [];
    this.#process = spawn(process.execPath, [...nodeFlags, builtBelfry, "serve", ...own, ...flags], {
      env: { ...Object.fromEntries(env), [markName]: this.#mark },
      stdio: ["ignore", "ignore", "pipe"],
    });
    createInterface({ input: this.#process.stderr }).on("line", (line) => this.#hear(line));
  }

  /** Starts it, and waits until it is ready. */
  static async start(place: Place, flags: string[] = []): Promise<Serving> {
    const serving = new Serving(place, flags);
    await eventually(() => serving.#isReady || serving.#hasEnded());
    if (serving.#hasEnded()) throw new Error(`The server did not start: ${serving.#lastLine}`);
    return serving;
  }

  /** Waits until so many runs have ended, or the time is over. */
  async untilEnded(count: number, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (this.ended < count && Date.now() < deadline) await sleep(2);
  }

  /** A function that asks the public API. */
  async client(): Promise<(method: string, path: string) => Promise<unknown>> {
    const token = (await readFile(join(this.#dataDir, "api-token"), "utf8")).trim();
    const { url } = JSON.parse(await readFile(join(this.#dataDir, "server.json"), "utf8")) as { url: string };
    return (method, path) => askAt(url, token, method, path);
  }

  /** Processor time so far, in milliseconds: of the server, and of the runner host, runners and jobs. */
  cpu(): { server: number; runners: number } {
    const { pid } = this.#process;
    return { server: ownCpu(pid!), runners: cpuOfOthers(pid!, this.#children()) };
  }

  /** Ends it and all that it has started. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded()) {
      this.#process.kill("SIGTERM");
      await once(this.#process, "exit");
    }
    for (const pid of this.#children()) tryKill(pid);
  }

  #hear(line: string): void {
    this.#lastLine = line;
    if (end.test(line)) this.ended += 1;
    if (line.includes('"server.ready"')) this.#isReady = true;
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #children(): number[] {
    return processesWith(`${markName}=${this.#mark}`).filter((pid) => pid !== this.#process.pid);
  }
}

async function askAt(url: string, token: string, method: string, path: string): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
  return body;
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

import { BoundedCache } from "../../core/bounded-cache.js";
import { messageOf } from "../../core/errors.js";
import { createRunApi } from "../api.js";
import { carryOut } from "../carry-out.js";
import type { Guard } from "../guard.js";
import type { OutputPipes } from "../output-pipes.js";
import { openPost, type Post } from "../post.js";
import { readSettings, type RunnerSettings } from "../settings.js";
import type { ShutdownHandler } from "../shutdown-signals.js";
import { startRun } from "../start-run.js";
import type { Hello, RunOrder } from "./wire.js";

/** How a run is over for its host: as of the process of a runner. */
export interface RunEnd {
  code: number;
  message: string;
}

interface CarriedRun {
  ended: Promise<RunEnd>;
  /** Tells it to end. */
  onSignal: (count: number) => void;
}

/** How much of what is said of a run is kept. */
const lastWords = 4096;

/** The runs that a host carries out. */
export class HostRuns {
  readonly #pipes: OutputPipes;
  readonly #guard: Guard;
  readonly #onIdle: () => void;
  readonly #runs = new Map<string, CarriedRun>();
  /** By the addresses of servers, which may come and go for years. */
  readonly #posts = new BoundedCache<Promise<Post>>(64);
  #signals = 0;

  constructor(pipes: OutputPipes, guard: Guard, onIdle: () => void) {
    this.#pipes = pipes;
    this.#guard = guard;
    this.#onIdle = onIdle;
  }

  get count(): number {
    return this.#runs.size;
  }

  /** Begins with a run; answers with its end, or throws an error that says what it lacks. A known key is the same run. */
  begin(order: RunOrder, from: Hello): Promise<RunEnd> {
    const known = this.#runs.get(order.key);
    if (known !== undefined) return known.ended;
    const settings = readSettings(["--run-id", order.runId], order.env);
    const signals = new AbortController();
    const run: CarriedRun = { ended: Promise.resolve({ code: 1, message: "" }), onSignal: () => undefined };
    this.#runs.set(order.key, run);
    run.ended = this.#carry(settings, order, from, run, signals).finally(() => this.#forget(order.key));
    return run.ended;
  }

  /** The end of a run that is at work, or null. */
  endOf(key: string): Promise<RunEnd> | null {
    return this.#runs.get(key)?.ended ?? null;
  }

  /** The first time ends the jobs and reports it, the second time gives up reporting. */
  shutDown(): void {
    this.#signals += 1;
    for (const run of this.#runs.values()) run.onSignal(this.#signals);
  }

  async #carry(
    settings: RunnerSettings,
    order: RunOrder,
    from: Hello,
    run: CarriedRun,
    asking: AbortController,
  ): Promise<RunEnd> {
    let said = "";
    const say = (line: string): void => void (said = `${said}belfry runner: ${line}\n`.slice(-lastWords));
    const onShutdown = (handler: ShutdownHandler): void => {
      run.onSignal = handler;
      if (this.#signals > 0) handler(this.#signals);
    };
    onShutdown(() => asking.abort());
    try {
      const api = createRunApi(settings, await this.#postTo(settings.apiUrl));
      const started = await startRun(api, settings, say, asking.signal);
      if (typeof started === "number") return { code: started, message: said.trim() };
      const environment = { ...from.environment, ...order.env };
      const tools = {
        environment,
        folder: from.folder,
        pipes: this.#pipes,
        guard: this.#guard,
        say,
        onShutdown,
      };
      return { code: await carryOut(started, tools), message: said.trim() };
    } catch (error) {
      return { code: 1, message: `${said}${messageOf(error)}`.trim() };
    }
  }

  #postTo(apiUrl: string): Promise<Post> {
    const { origin } = new URL(apiUrl);
    return this.#posts.get(origin) ?? this.#posts.set(origin, openPost(apiUrl));
  }

  #forget(key: string): void {
    this.#runs.delete(key);
    if (this.#runs.size === 0) this.#onIdle();
  }
}

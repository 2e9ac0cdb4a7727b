import { randomUUID } from "node:crypto";
import { messageOf } from "../core/errors.js";
import { isAlive } from "../runner/process-stat.js";
import { type Hello, type RunOrder, wireVersion } from "../runner/host/wire.js";
import type { DispatchHandle, DispatchRequest, JobDispatcher, RunnerExit } from "./dispatcher.js";
import { type Inheritance, inheritedEnvironment } from "./runner-environment.js";
import { untilHostIsKnown, untilJobsAreOver } from "./runner-host/find-again.js";
import type { HostLink, LinkListener } from "./runner-host/host-link.js";
import { reachHost } from "./runner-host/reach-host.js";
import { runnerSocketPath } from "./runner-host/socket-path.js";

export interface RunnerHostOptions extends Inheritance {
  /** Where the host listens; servers that name the same share it. Null: in the data directory. */
  socket: string | null;
  dataDir: string;
  /** The program that is started as the host: an absolute path to `belfry`, or to its JavaScript file. */
  binaryPath: string;
  /** How many runs of this dispatcher the host takes at a time; 50. */
  maxRunners?: number;
  log?: {
    info(ids: Record<string, unknown>, event: string): void;
    warn(ids: Record<string, unknown>, event: string): void;
  };
}

export interface RunnerHostDispatcher extends JobDispatcher {
  /** `maxRunners` less the runs at work that this dispatcher handed in; never below 0. */
  capacity(): number;
  /** The runs at work that this dispatcher handed in. */
  busy(): number;
  /** Lets go of the host. Runs go on; nobody hears of their ends here. */
  close(): Promise<void>;
}

/**
 * Hands runs to a runner host: a process that stays, and starts a command in about the time that its `spawn` takes. It
 * outlives the server, and so do its runs. The host is started when it is first needed.
 */
export function createRunnerHostDispatcher(options: RunnerHostOptions): RunnerHostDispatcher {
  const dispatcher = new HostDispatcher(options);
  return {
    dispatch: (request, signal) => dispatcher.dispatch(request, signal),
    capacity: () => Math.max(0, (options.maxRunners ?? 50) - dispatcher.busy),
    busy: () => dispatcher.busy,
    close: async () => dispatcher.close(),
    startWithinMs: 30_000,
  };
}

interface HandedRun {
  /** The instance of the host that has it, or has perhaps. */
  instance: string;
  /** Whether it was accepted. If nobody knows, its lease decides. */
  isAccepted: boolean;
  exit: (exit: RunnerExit) => void;
}

/** How many hosts that are ending may be met before a run is given up. */
const mostHosts = 5;

class HostDispatcher {
  readonly #options: RunnerHostOptions;
  readonly #path: string;
  readonly #hello: Hello;
  readonly #name = randomUUID();
  readonly #runs = new Map<string, HandedRun>();
  readonly #links = new Set<HostLink>();
  #current: HostLink | null = null;
  #reaching: Promise<HostLink> | null = null;
  #handed = 0;
  #isClosed = false;

  constructor(options: RunnerHostOptions) {
    this.#options = options;
    this.#path = runnerSocketPath(options);
    const environment = inheritedEnvironment(options) as Record<string, string>;
    this.#hello = { type: "hello", version: wireVersion, environment, folder: process.cwd() };
  }

  get busy(): number {
    return this.#runs.size;
  }

  async dispatch({ runId, env }: DispatchRequest, signal?: AbortSignal): Promise<DispatchHandle> {
    signal?.throwIfAborted();
    const number = (this.#handed += 1);
    const key = `${this.#name}:${number}`;
    const run: HandedRun = { instance: "", isAccepted: false, exit: () => undefined };
    const exited = new Promise<RunnerExit>((resolve) => (run.exit = resolve));
    this.#runs.set(key, run);
    try {
      const link = await this.#hand({ type: "dispatch", key, runId, env: { ...env } }, run, signal);
      return { id: `host:${link.pid}#${number}`, exited };
    } catch (error) {
      this.#runs.delete(key);
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const link of this.#links) link.close();
  }

  /** A host that is ending says so, and has not taken the run: the next one may. */
  async #hand(order: RunOrder, run: HandedRun, signal: AbortSignal | undefined): Promise<HostLink> {
    for (let hosts = 0; hosts < mostHosts; hosts += 1) {
      const link = await orAborted(this.#link(), signal);
      run.instance = link.instance;
      const receipt = await link.dispatch(order);
      run.isAccepted = receipt === "accepted";
      if (receipt === "accepted" || receipt === "unknown") return link;
      run.instance = "";
      if (!receipt.draining) throw new Error(`The runner host refused the run: ${receipt.reason}`);
      if (this.#current === link) this.#current = null;
    }
    throw new Error(`The runner host at ${this.#path} ended again and again; the run was not handed in.`);
  }

  async #link(): Promise<HostLink> {
    if (this.#isClosed) throw new Error("The dispatcher is closed.");
    if (this.#current?.isOpen === true && !this.#current.isDraining) return this.#current;
    this.#reaching ??= this.#reach().finally(() => (this.#reaching = null));
    return this.#reaching;
  }

  async #reach(): Promise<HostLink> {
    const { binaryPath, log } = this.#options;
    const onStarted = (pid: number): void => log?.info({ pid, socket: this.#path }, "runner_host.started");
    const address = { path: this.#path, binaryPath, hello: this.#hello, onStarted };
    return this.#adopt(await reachHost(address, this.#listener));
  }

  #adopt(link: HostLink): HostLink {
    this.#links.add(link);
    this.#current = link;
    if (this.#isClosed) link.close();
    return link;
  }

  readonly #listener: LinkListener = {
    onEnded: (key, exit) => {
      this.#runs.get(key)?.exit(exit);
      this.#runs.delete(key);
    },
    onClose: (link) => void this.#lost(link),
  };

  /** A host that is gone takes its runs with it; one that is still there is asked what has become of them. */
  async #lost(link: HostLink): Promise<void> {
    this.#links.delete(link);
    if (this.#current === link) this.#current = null;
    if (this.#isClosed || this.#keysOf(link.instance).length === 0) return;
    const found = await untilHostIsKnown(link, this.#path, this.#hello, this.#listener);
    if (this.#isClosed) return found?.close();
    if (found !== null) this.#adopt(found);
    const keys = this.#keysOf(link.instance);
    if (found?.instance === link.instance) found.watch(keys.filter((key) => this.#wasAccepted(key)));
    else if (isAlive(link.pid)) for (const key of keys) this.#runs.delete(key); // It still has them: their leases tell.
    else {
      await untilJobsAreOver(link);
      this.#mourn(link, keys);
    }
  }

  #wasAccepted(key: string): boolean {
    if (this.#runs.get(key)?.isAccepted === true) return true;
    this.#runs.delete(key); // Nobody knows whether it has come: its lease tells.
    return false;
  }

  #mourn({ pid }: HostLink, keys: readonly string[]): void {
    const { log } = this.#options;
    log?.warn({ pid, runs: keys.length }, "runner_host.gone");
    for (const key of keys) {
      const run = this.#runs.get(key);
      this.#runs.delete(key);
      const message = `The runner host (process ${pid}) is gone.`;
      if (run?.isAccepted === true) run.exit({ code: null, signal: null, message });
    }
  }

  #keysOf(instance: string): string[] {
    return [...this.#runs].filter(([, run]) => run.instance === instance).map(([key]) => key);
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: (() => void) | null = null;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error(messageOf(signal.reason)));
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== null) signal.removeEventListener("abort", stop);
  }
}

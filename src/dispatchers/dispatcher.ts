/** What a dispatcher is asked to start: one runner, for one attempt at one run. */
export interface DispatchRequest {
  runId: string;
  attempt: number;
  scheduleName: string;
  /** The program to start: an absolute path to `belfry`, or to its JavaScript file. */
  binaryPath: string;
  /** Begins `["runner", "--run-id", runId]`. */
  args: readonly string[];
  /** What the runner needs to find its run: `BELFRY_API_URL`, `BELFRY_RUN_ID`, `BELFRY_RUN_TOKEN`, and perhaps `GITHUB_TOKEN`. */
  env: Readonly<Record<string, string>>;
}

/** How a runner's process ended. */
export interface RunnerExit {
  code: number | null;
  signal: string | null;
  /** The last words it wrote on stderr, if any. */
  message: string;
}

export interface DispatchHandle {
  /** Names what was started in the dispatcher's own terms, such as `pid:4711`. */
  id: string;
  /** Resolves when the runner is gone, for a dispatcher that can see it; never rejects. */
  exited?: Promise<RunnerExit>;
}

/** A way to start runners. Every implementation passes `test/dispatchers/conformance.ts`. */
export interface JobDispatcher {
  /** Starts a runner and answers as soon as it is on its way. A rejection means that none was started. */
  dispatch(request: DispatchRequest, signal?: AbortSignal): Promise<DispatchHandle>;
  /** How many more runners it can take now. Absent: no limit. */
  capacity?(): number;
  /** How many runs that it started are still at work here; for a server that waits for them before it stops. */
  busy?(): number;
  /** Lets go of what it holds, such as connections. Runs go on. */
  close?(): Promise<void>;
  /**
   * How long a runner may take from its dispatch until it reports its start, in milliseconds; 60,000. One that takes longer is
   * taken for lost, and the run is dispatched anew; should it come all the same, its token is refused.
   */
  readonly startWithinMs?: number;
}

import type { JobDispatcher } from "../dispatchers/dispatcher.js";
import type { InstallationTokenProvider } from "../github/installation-tokens.js";
import type { At } from "../store/clock.js";
import type { Pool } from "../store/database.js";
import type { Signer } from "../token/signer.js";
import type { Log } from "./log.js";

/** The scheduler's collaborators, in one plain object. */
export interface Deps {
  pool: Pool;
  signer: Signer;
  dispatcher: JobDispatcher;
  /** Absent: no run gets a GitHub token. */
  installations?: InstallationTokenProvider;
  /** The server's own address, such as `http://127.0.0.1:7717`. */
  apiBaseUrl: string;
  /** The address under which runners reach the server; falls back to `apiBaseUrl`. */
  runnerApiUrl?: string;
  /** An absolute path to `belfry`, or to its JavaScript file. */
  runnerBinary: string;
  /** Where events are told; falls back to JSON lines on stderr for warnings and errors. A pino logger fits. */
  log?: Log;
  /** For tests: decides what is due, in place of the database's clock. */
  clock?: { now(): Date };
  /** How many runs may be under way at once over all servers that share the database; absent: any number. */
  maxRunsTotal?: number;
  /**
   * Set if no other server works on the database: when this process has stood still, runs under way get a lease of so many
   * milliseconds anew, as their runners could not renew it.
   */
  soleServerLeaseMs?: number;
  /** How many dispatches may be under way at once; 16. */
  dispatchConcurrency?: number;
  /** How long one dispatch may take before its run is failed; 30,000 ms, and never more than a third of the dispatcher's `startWithinMs`. */
  dispatchTimeoutMs?: number;
}

/** The instant that a test's clock says, or null: the database decides. */
export function instantOf({ clock }: Pick<Deps, "clock">): At {
  return clock === undefined ? null : clock.now();
}

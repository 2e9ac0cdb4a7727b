import type { Deps } from "../src/scheduler/deps.js";
import type { Pool } from "../src/store/database.js";
import { Signer } from "../src/token/signer.js";

/** A scheduler whose dispatcher starts nothing: what is measured is the scheduler. */
export function toNowhere(pool: Pool): Deps {
  return {
    pool,
    signer: new Signer(new Uint8Array(32)),
    dispatcher: { startWithinMs: 3_600_000, dispatch: async ({ runId }) => ({ id: runId }) },
    apiBaseUrl: "http://127.0.0.1:7717",
    runnerBinary: "/usr/bin/belfry",
    log: { debug() {}, info() {}, warn() {}, error: (details, event) => console.error(event, details) },
  };
}

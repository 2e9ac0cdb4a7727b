import { setTimeout as sleep } from "node:timers/promises";
import type { JobDispatcher } from "../dispatchers/dispatcher.js";
import type { Log } from "../scheduler/log.js";

const lookMs = 50;

/** Waits, for `drainMs` at most, until the runs that this server started have ended; they report to it meanwhile. */
export async function drain(dispatcher: JobDispatcher, drainMs: number, log: Log): Promise<void> {
  const busy = () => dispatcher.busy?.() ?? 0;
  if (drainMs === 0 || busy() === 0) return;
  log.info({ runs: busy(), drainMs }, "server.draining");
  const deadline = performance.now() + drainMs;
  while (busy() > 0 && performance.now() < deadline) await sleep(lookMs);
  if (busy() > 0) log.warn({ runs: busy() }, "server.drained_in_part");
}

import type { HeartbeatBody } from "../api/internal/shapes.js";
import { isDisowned, type RunApi } from "./api.js";
import { backoffMs } from "./backoff.js";
import { upMs } from "./clock.js";
import type { LeaseTerms } from "./lease.js";
import { asksToCancel, type Orders } from "./orders.js";
import { pause } from "./pause.js";

const longestWaitMs = 60_000;
const answerMs = 10_000;
/** Many a job is over by then, and has cost no heartbeat; a cancel that comes before is heard then. */
const firstAfterMs = 300;

/** How often a lease is renewed, and how long it is. */
export type HeartbeatTerms = LeaseTerms & { heartbeatMs: number };

/**
 * Renews the run's lease until the signal aborts or the server has moved on. Each heartbeat waits at the server for a
 * cancel, so that one is heard at once.
 */
export async function keepLease(
  api: RunApi,
  { heartbeatMs, leaseMs }: HeartbeatTerms,
  orders: Orders,
  signal: AbortSignal,
): Promise<void> {
  let cancelled = false;
  let failures = 0;
  const everyMs = Math.floor(Math.min(heartbeatMs, longestWaitMs, leaseMs / 3));
  const withinMs = Math.min(answerMs, leaseMs / 10);
  await pause(Math.min(firstAfterMs, everyMs / 3), signal);
  while (!signal.aborted) {
    // After one that was lost time is short: the next is to be answered at once.
    const waitMs = !cancelled && failures === 0 ? everyMs : 0;
    const askedAt = upMs();
    const body: HeartbeatBody = { waitMs };
    const reply = await api.ask("heartbeat", body, { timeoutMs: waitMs + withinMs, signal });
    if (reply.kind === "taken") orders.heed(reply.body);
    else if (isDisowned(reply)) return orders.disown(reply.message);
    cancelled ||= reply.kind === "taken" && asksToCancel(reply.body);
    failures = reply.kind === "taken" ? 0 : failures + 1;
    await pause(pauseMs(everyMs, failures, cancelled, upMs() - askedAt), signal);
  }
}

/** A server that is closing answers early; asking again at once would be a loop at full speed. */
function pauseMs(everyMs: number, failures: number, cancelled: boolean, tookMs: number): number {
  if (failures > 0) return Math.min(everyMs, backoffMs(failures, Math.random()));
  if (cancelled) return everyMs;
  return Math.max(0, Math.min(1000, everyMs - tookMs));
}

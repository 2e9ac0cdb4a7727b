import type { HeartbeatBody } from "../api/internal/shapes.js";
import { isDisowned, type RunApi } from "./api.js";
import { backoffMs } from "./backoff.js";
import { asksToCancel, type Orders } from "./orders.js";
import { pause } from "./pause.js";

const longestWaitMs = 60_000;
const answerMs = 10_000;

/**
 * Renews the run's lease until the signal aborts or the server has moved on. Each heartbeat waits at the server for a
 * cancel, so that one is heard at once.
 */
export async function keepLease(
  api: RunApi,
  heartbeatMs: number,
  orders: Orders,
  signal: AbortSignal,
): Promise<void> {
  let cancelled = false;
  let failures = 0;
  while (!signal.aborted) {
    const waitMs = cancelled ? 0 : Math.min(heartbeatMs, longestWaitMs);
    const askedAt = performance.now();
    const body: HeartbeatBody = { waitMs };
    const reply = await api.ask("heartbeat", body, { timeoutMs: waitMs + answerMs, signal });
    if (reply.kind === "taken") orders.heed(reply.body);
    else if (isDisowned(reply)) return orders.disown(reply.message);
    cancelled ||= reply.kind === "taken" && asksToCancel(reply.body);
    failures = reply.kind === "taken" ? 0 : failures + 1;
    await pause(pauseMs(heartbeatMs, failures, cancelled, performance.now() - askedAt), signal);
  }
}

/** A server that is closing answers early; asking again at once would be a loop at full speed. */
function pauseMs(heartbeatMs: number, failures: number, cancelled: boolean, tookMs: number): number {
  if (failures > 0) return Math.min(heartbeatMs, backoffMs(failures, Math.random()));
  if (cancelled) return heartbeatMs;
  return Math.max(0, Math.min(1000, heartbeatMs - tookMs));
}

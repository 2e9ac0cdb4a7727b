import type { LogsBody } from "../api/internal/shapes.js";
import { isDisowned, type RunApi } from "./api.js";
import type { Orders } from "./orders.js";
import type { Outbox } from "./outbox.js";
import type { Say } from "./say.js";

/**
 * Sends the outbox until it is closed and empty, a batch at a time, each one until it is taken. Ends early when the
 * server has moved on, the signal aborts or the token has expired.
 */
export async function sendOutput(
  api: RunApi,
  outbox: Outbox,
  orders: Orders,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  for (let chunks = await outbox.next(); chunks !== null; chunks = await outbox.next()) {
    const body: LogsBody = { chunks };
    const reply = await api.insist("logs", () => body, { signal });
    if (reply.kind === "taken") orders.heed(reply.body);
    else if (isDisowned(reply)) return orders.disown(reply.message);
    else if (reply.kind === "lost") return sayLost(say, signal, reply.message);
    else say(`The server did not take ${chunks.length} chunks of output (${reply.message}); they are lost.`);
  }
}

function sayLost(say: Say, signal: AbortSignal, message: string): void {
  if (!signal.aborted) say(`The run token expired before all output was handed in (${message}).`);
}
